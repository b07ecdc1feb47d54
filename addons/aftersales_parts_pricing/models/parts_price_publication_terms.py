# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class PartsPricePublicationTerms(models.Model):
    """What a publication was computed with: frozen, to explain each of its prices (P4, P7)."""

    _inherit = "parts.price.publication"

    multiplier = fields.Float(
        readonly=True,
        copy=False,
        digits=(16, 6),
        help="Mark-up that the doubling rule was solved for: cost × multiplier (P4). 0: the policy "
        "does not follow the rule.",
    )
    is_multiplier_low = fields.Boolean(
        compute="_compute_is_multiplier_low",
        help="The solved multiplier is below 1: solved parts would be sold below cost (P4).",
    )
    terms = fields.Json(
        readonly=True, copy=False, help="Terms of the policy on the day of the proposal."
    )
    ratio_count = fields.Integer(compute="_compute_ratio_counts", string="Products")
    outside_count = fields.Integer(
        compute="_compute_ratio_counts",
        string="Outside Tolerance",
        help="Products whose parts do not add up as the doubling rule asks (P4).",
    )

    def _compute_is_multiplier_low(self):
        for publication in self:
            publication.is_multiplier_low = 0 < publication.multiplier < 1

    def _compute_ratio_counts(self):
        counts = {}
        for publication, outside, count in self.env["parts.doubling.ratio"]._read_group(
            [("publication_id", "in", self.ids)], ["publication_id", "is_outside"], ["__count"]
        ):
            counts[publication, outside] = count
        for publication in self:
            outside = counts.get((publication._origin, True), 0)
            publication.outside_count = outside
            publication.ratio_count = outside + counts.get((publication._origin, False), 0)

    def action_view_ratios(self):
        """Open the ratio of each product at the prices of this publication (P4)."""
        self.ensure_one()
        if self.state in ("proposed", "approved"):
            self._write_ratios()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_parts_pricing.parts_doubling_ratio_action"
        )
        return action | {"domain": [("publication_id", "=", self.id)], "context": {}}

    def action_publish(self):
        """The ratios of a publication are those of the prices that it wrote (P4)."""
        result = super().action_publish()
        for publication in self.filtered("multiplier"):
            publication._write_ratios()
        return result

    def _start_proposal(self):
        """Freeze the terms first, the solved mark-up among them (P4)."""
        result = super()._start_proposal()
        policy = self.policy_id
        parts = self._get_parts_sql(policy._get_part_domain())
        multiplier = policy._solve_doubling(parts, self.date_from)
        self._step({"multiplier": float(multiplier), "terms": policy._get_frozen_terms()})
        return result

    def _propose_chunk(self, size=None):
        """Each chunk takes the mark-up of its own proposal; the last one has the ratios follow."""
        if self.multiplier and self.policy_id.multiplier != self.multiplier:
            # sudo: another proposal of the policy was solved since this one began.
            self.policy_id.sudo().multiplier = self.multiplier
        result = super()._propose_chunk(size)
        if self.multiplier and self.state == "proposed":
            self._write_ratios()
        return result

    def _write_ratios(self):
        # sudo: computed from prices and BOMs; nobody enters ratios.
        self.env["parts.doubling.ratio"].sudo()._refresh(self.policy_id, self.date_from, self)
