# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesVoucher(models.Model):
    """Jobs come of visits (S12), and make successes of leads (S24)."""

    _inherit = "aftersales.voucher"

    visit_id = fields.Many2one(
        "aftersales.visit",
        string="From Visit",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="Visit to the customer from which the call was registered.",
    )
    # Which lead it counts for may be told to whoever sees the job; what the lead says may not.
    lead_id = fields.Many2one(
        "crm.lead",
        string="Service Lead",
        compute="_compute_lead_id",
        compute_sudo=True,
        help="Lead that this visit to the workshop counts for (S24).",
    )

    def _compute_lead_id(self):
        leads = self.env["crm.lead"].with_context(active_test=False)
        found = leads.search([("aftersales_voucher_id", "in", self.ids)])
        by_job = {lead.aftersales_voucher_id: lead for lead in found}
        for voucher in self:
            voucher.lead_id = by_job.get(voucher._origin)

    def _receive(self, at=None):
        """A walk-in has come to the workshop."""
        result = super()._receive(at)
        self._convert_leads()
        return result

    def _enter_workshop(self):
        """Goods that were brought in are in the workshop."""
        result = super()._enter_workshop()
        self.filtered(lambda voucher: voucher.state == "in_workshop")._convert_leads()
        return result

    def _cancel(self, reason, at=None):
        """Struck off: the lead is open again."""
        result = super()._cancel(reason, at)
        # sudo: whoever strikes a job off need not see leads.
        self.sudo().lead_id._release_aftersales()
        return result

    def _convert_leads(self):
        """Let these count for the leads of their customers (S24)."""
        now = fields.Datetime.now()
        self.env["crm.lead"]._convert_aftersales(
            {voucher: voucher.received_at or now for voucher in self if voucher.service_type != "D"}
        )
