# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

AGREE_ACTIVITY = "aftersales_kpi.mail_activity_agree"
ANSWER_ACTIVITY = "aftersales_kpi.mail_activity_answer"
AGREE_DAYS = 5


class AftersalesKpiSheet(models.Model):
    """Who is told what: the employee of a new sheet, the manager of a dispute (K4)."""

    _inherit = "aftersales.kpi.sheet"

    discussed_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        help="Manager who handed the sheet out: who is told of a dispute.",
    )
    agree_email = fields.Char(
        compute="_compute_agree_email",
        compute_sudo=True,
        help="Where the sheet is announced: the work address of who agrees.",
    )

    @api.depends("employee_id.work_email", "agree_user_id.email")
    def _compute_agree_email(self):
        for sheet in self:
            sheet.agree_email = sheet.employee_id.work_email or sheet.agree_user_id.email

    def action_discuss(self):
        """Hand the sheets out, and tell who is to agree: an activity and a mail."""
        result = super().action_discuss()
        self._write_step({"discussed_by_id": self.env.uid})
        self._ask_agreement()
        return result

    def action_agree(self):
        """What was asked is answered."""
        result = super().action_agree()
        # sudo: the employee only reads the sheet; the agreement was just checked and written.
        self.sudo().activity_unlink([AGREE_ACTIVITY])
        return result

    def _ask_agreement(self):
        """Ask for agreement: an activity where there is a login for it, a mail where an address."""
        group = self.env.ref("aftersales_kpi.group_kpi_user")
        # sudo: only who may read sheets at all is asked.
        readers = self.env["res.users"].sudo()
        readers = readers.search(
            [("id", "in", self.agree_user_id.ids), ("all_group_ids", "in", group.ids)]
        )
        self.filtered(lambda sheet: sheet.agree_user_id in readers)._schedule(
            AGREE_ACTIVITY, lambda sheet: sheet.agree_user_id, days=AGREE_DAYS, quiet=True
        )
        self._mail_agreement()

    def _mail_agreement(self):
        """Send the sheets' announcement to who has an address."""
        told = self.filtered("agree_email")
        if told:
            # sudo: the announcement names the employee, whose file a manager does not read.
            template = self.env.ref("aftersales_kpi.mail_template_sheet").sudo()
            template.send_mail_batch(told.ids, force_send=False)

    def _schedule(self, activity, get_user, days=0, note=None, quiet=False):
        """Activities on several sheets at once.

        :param str activity: external id of the type
        :param get_user: gives the user of a sheet
        :param int days: until it is due
        :param str note: what to say
        :param quiet: no mail about it: another one says it better
        """
        due = fields.Date.add(fields.Date.context_today(self), days=days)
        kind = self.env.ref(activity)
        # sudo: who disputes only reads the sheet; the step that calls was checked.
        Activity = self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=quiet)
        Activity.create(
            [
                {
                    "activity_type_id": kind.id,
                    "summary": kind.summary,
                    "note": note,
                    "date_deadline": due,
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": sheet.id,
                    "user_id": get_user(sheet).id,
                    "automated": True,
                }
                for sheet in self
                if get_user(sheet)
            ]
        )
