# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.fields import Domain

from .stock_lot import SERVICE_GROUPS


class ResPartner(models.Model):
    """The user file (S14): a contact with its units now and before, its jobs and complaints."""

    _inherit = "res.partner"

    aftersales_unit_ids = fields.One2many(
        "stock.lot",
        "user_partner_id",
        string="Units",
        groups=SERVICE_GROUPS,
        help="Units that this user has.",
    )
    aftersales_unit_user_ids = fields.One2many(
        "aftersales.unit.user",
        "partner_id",
        string="Units Now and Before",
        groups=SERVICE_GROUPS,
        help="Units that this user has or had, from when to when.",
    )
    aftersales_unit_count = fields.Integer(
        compute="_compute_aftersales_counts", string="Number of Units", groups=SERVICE_GROUPS
    )
    aftersales_job_count = fields.Integer(
        compute="_compute_aftersales_counts", string="Jobs", groups=SERVICE_GROUPS
    )
    aftersales_complaint_count = fields.Integer(
        compute="_compute_aftersales_counts", string="Complaints", groups=SERVICE_GROUPS
    )
    aftersales_consent_at = fields.Datetime(
        string="Consent",
        readonly=True,
        copy=False,
        groups=SERVICE_GROUPS,
        help="When the user agreed that we keep and use these data.",
    )
    aftersales_consent_text = fields.Text(
        string="Agreed To", readonly=True, copy=False, groups=SERVICE_GROUPS
    )

    def _compute_aftersales_counts(self):
        """One query each, for who may read them; a company counts with its contacts."""
        partners = self.filtered("id")
        everyone = self.with_context(active_test=False).search_fetch(
            [("id", "child_of", partners.ids)], ["parent_id"]
        )
        sources = {
            "aftersales_unit_count": ("stock.lot", "user_partner_id"),
            "aftersales_job_count": ("aftersales.voucher", "partner_id"),
            "aftersales_complaint_count": ("aftersales.complaint", "partner_id"),
        }
        for name, (model, field) in sources.items():
            records = self.env[model]
            counts = {}
            if partners and records.has_access("read"):
                counts = dict(
                    records._read_group([(field, "in", everyone.ids)], [field], ["__count"])
                )
            for partner in self:
                own = everyone.filtered_domain([("id", "child_of", partner.ids)])
                partner[name] = sum(counts.get(one, 0) for one in own)

    def action_view_aftersales_units(self):
        """Open the units of this user."""
        return self._open_aftersales("stock_lot_action_unit", "user_partner_id")

    def action_view_aftersales_jobs(self):
        """Open the jobs of this user."""
        return self._open_aftersales("aftersales_voucher_action_register", "partner_id")

    def action_view_aftersales_complaints(self):
        """Open the complaints of this user."""
        return self._open_aftersales("aftersales_complaint_action", "partner_id")

    def _open_aftersales(self, name, field):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"aftersales_service.{name}")
        domain = Domain(field, "child_of", self.id)
        return {**action, "domain": list(domain), "context": {f"default_{field}": self.id}}
