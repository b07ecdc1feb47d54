# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

# Held only by code that moves marks as they are: a merge of two partners. No RPC can hold it.
MARK_SENTINEL = object()
STAMPS = frozenset(
    {
        "aftersales_no_contact_on",
        "aftersales_no_contact_user_id",
        "aftersales_no_contact_company_id",
    }
)


class ResPartner(models.Model):
    """Customers who asked not to be contacted get no reminder and no survey (S13).

    The makers call them *Robinson* customers, and let only a share of a year's new units be marked
    so. Who is marked in a year counts for the company that marked him.
    """

    _inherit = "res.partner"

    aftersales_no_contact = fields.Boolean(
        string="Do Not Contact",
        copy=False,
        index=True,
        tracking=True,
        help="Asked not to be contacted: gets no reminder, no rating mail, no callback, and is not "
        "told of campaigns, but for recalls for safety (S13). Holds for the contacts of a company "
        "as well.",
    )
    aftersales_no_contact_reason = fields.Char(
        string="Asked How",
        copy=False,
        tracking=True,
        help="Who asked, how and why: kept as a proof.",
    )
    aftersales_no_contact_on = fields.Date(
        string="Not Contacted Since", copy=False, readonly=True, help="Day of the mark."
    )
    aftersales_no_contact_user_id = fields.Many2one(
        "res.users", string="Marked By", copy=False, readonly=True, help="Who marked the customer."
    )
    aftersales_no_contact_company_id = fields.Many2one(
        "res.company",
        string="Counts For",
        copy=False,
        readonly=True,
        help="Company against whose limit of the year the mark counts.",
    )
    aftersales_birthday = fields.Date(
        string="Birthday", help="Where a reminder of birthdays is switched on (S13)."
    )

    _aftersales_birthday_idx = models.Index("(id) WHERE aftersales_birthday IS NOT NULL")
    _aftersales_no_contact_on_idx = models.Index(
        "(aftersales_no_contact_company_id, aftersales_no_contact_on) WHERE aftersales_no_contact"
    )

    # === CONSTRAINTS === #

    @api.constrains("aftersales_no_contact", "aftersales_no_contact_reason")
    def _check_aftersales_no_contact(self):
        """S13: a mark has a reason, and no more of them in a year than the setting allows."""
        if self.env.context.get("aftersales_marking") is MARK_SENTINEL:
            return
        marked = self.filtered("aftersales_no_contact")
        for partner in marked:
            if not (partner.aftersales_no_contact_reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "Write down how %(customer)s asked not to be contacted.",
                        customer=partner.display_name,
                    )
                )
        # sudo: companies of marks that were set elsewhere are only counted.
        for company in marked.sudo().aftersales_no_contact_company_id:
            company._check_aftersales_no_contact(company._get_aftersales_year())

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Stamp who is marked from the start.

        :raises AccessError: when somebody outside the hotline marks a customer
        """
        vals_list = [self._prepare_aftersales_mark(vals) for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        """Stamp a mark with its day and who set it; a mark that is there keeps them.

        :raises AccessError: when somebody outside the hotline marks a customer
        """
        if self.env.context.get("aftersales_marking") is MARK_SENTINEL:
            return super().write(vals)
        if "aftersales_no_contact" not in vals:
            return super().write({key: vals[key] for key in vals.keys() - STAMPS})
        wanted = bool(vals["aftersales_no_contact"])
        same = self.filtered(lambda partner: partner.aftersales_no_contact == wanted)
        result = super(ResPartner, self - same).write(self._prepare_aftersales_mark(vals))
        kept = {key: vals[key] for key in vals.keys() - STAMPS - {"aftersales_no_contact"}}
        return super(ResPartner, same).write(kept) and result

    # === BUSINESS METHODS === #

    def _filter_aftersales_contactable(self):
        """Those who may be reminded, asked and told: neither they nor their company said no."""
        return self.filtered(
            lambda partner: (
                not (
                    partner.aftersales_no_contact
                    or partner.commercial_partner_id.aftersales_no_contact
                )
            )
        )

    @api.model
    def _get_aftersales_contactable_sql(self, alias):
        """Condition of the same, for a row of ``res_partner``.

        :param str alias: name of that table in the query
        """
        return SQL(
            """(%(partner)s.aftersales_no_contact IS NOT TRUE AND NOT EXISTS (
                    SELECT 1 FROM res_partner robinson
                     WHERE robinson.id = %(partner)s.commercial_partner_id
                       AND robinson.aftersales_no_contact))""",
            partner=SQL.identifier(alias),
        )

    # === HELPERS === #

    def _prepare_aftersales_mark(self, vals):
        """Values with the stamps of a mark that is set or taken away; stamps are not entered."""
        kept = {key: vals[key] for key in vals.keys() - STAMPS}
        if "aftersales_no_contact" not in kept:
            return kept
        marks = bool(kept["aftersales_no_contact"])
        if not marks and not self:
            return kept
        self._check_aftersales_marker()
        company = self.env.company
        today = company._get_aftersales_date(fields.Datetime.now())
        kept.update(
            {
                "aftersales_no_contact_on": marks and today,
                "aftersales_no_contact_user_id": marks and self.env.uid,
                "aftersales_no_contact_company_id": marks and company.id,
            }
        )
        if not marks:
            kept.setdefault("aftersales_no_contact_reason", False)
        return kept

    def _check_aftersales_marker(self):
        """The mark keeps customers out of the work of service: service sets it."""
        groups = (
            "aftersales_service.group_service_clerk",
            "aftersales_service.group_service_caller",
        )
        if not (self.env.su or any(self.env.user.has_group(group) for group in groups)):
            raise AccessError(
                self.env._(
                    "Only the hotline notes that a customer is not to be contacted: ask it, and "
                    "say how he asked."
                )
            )
