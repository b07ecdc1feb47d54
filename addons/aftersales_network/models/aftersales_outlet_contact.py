# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesOutletContact(models.Model):
    """Log of contacts with an outlet: when, who, how, what, and what comes next (N1).

    The next step is an activity on the outlet, so that it shows where its person works.
    """

    _name = "aftersales.outlet.contact"
    _description = "Contact with an Outlet"
    _order = "date desc, id desc"
    _rec_name = "subject"
    _check_company_auto = True

    outlet_id = fields.Many2one(
        "aftersales.outlet", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="outlet_id.company_id", store=True, index=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", string="Ours", required=True, default=lambda self: self.env.user, index=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Spoke With",
        index="btree_not_null",
        check_company=True,
        help="Person of the outlet.",
    )
    channel = fields.Selection(
        [
            ("visit", "Visit"),
            ("phone", "Phone"),
            ("mail", "Mail"),
            ("meeting", "Meeting at Ours"),
            ("online", "Online"),
        ],
        string="How",
        required=True,
        default="phone",
    )
    subject = fields.Char(required=True, help="What it was about, in a few words.")
    note = fields.Text(string="What", help="What was said and agreed.")
    next_step = fields.Char(help="What is done next; it becomes an activity of the outlet.")
    next_date = fields.Date(string="Next On", help="Until when.")
    next_user_id = fields.Many2one(
        "res.users", string="Next By", help="Who does it; empty: who had the contact."
    )
    activity_id = fields.Many2one("mail.activity", readonly=True, copy=False, ondelete="set null")

    @api.constrains("next_step", "next_date")
    def _check_next_step(self):
        for contact in self:
            if bool((contact.next_step or "").strip()) != bool(contact.next_date):
                raise ValidationError(
                    self.env._(
                        "%(subject)s: the next step needs both what is done and until when.",
                        subject=contact.subject,
                    )
                )

    @api.constrains("date")
    def _check_date(self):
        for contact in self:
            if contact.date > fields.Datetime.now():
                raise ValidationError(
                    self.env._(
                        "%(subject)s lies in the future: log what has been, and plan what comes "
                        "as the next step.",
                        subject=contact.subject,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Log contacts; their next steps become activities."""
        contacts = super().create(vals_list)
        contacts._schedule()
        return contacts

    def write(self, vals):
        """A next step that is added later becomes an activity too; a changed one follows."""
        result = super().write(vals)
        if {"next_step", "next_date", "next_user_id"} & vals.keys():
            self._schedule()
        return result

    def _schedule(self):
        """The next step as an activity on the outlet: made once, then kept in step."""
        for contact in self.filtered("next_step"):
            values = {
                "summary": contact.next_step,
                "date_deadline": contact.next_date,
                "user_id": (contact.next_user_id or contact.user_id).id,
            }
            # sudo: whoever may log the contact may plan its next step on the outlet.
            contact = contact.sudo()
            if contact.activity_id:
                contact.activity_id.write(values)
            else:
                contact.activity_id = contact.outlet_id.activity_schedule(
                    "mail.mail_activity_data_todo", **values
                )
