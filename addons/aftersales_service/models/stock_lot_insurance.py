# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.fields import Domain

from .stock_lot import SERVICE_GROUPS


class StockLot(models.Model):
    """The insurance of a unit (S14, S25)."""

    _inherit = "stock.lot"

    insurance_policy_ids = fields.One2many(
        "aftersales.insurance.policy",
        "lot_id",
        string="Insurance Policies",
        groups=SERVICE_GROUPS,
        help="Policies on this unit, the last one first.",
    )

    def action_view_insurance_policies(self):
        """Open the insurance policies of this unit."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_insurance_policy_action"
        )
        action["domain"] = [("lot_id", "=", self.id)]
        action["context"] = {"default_lot_id": self.id, "active_test": False}
        return action

    def _get_policy(self, day, scope="commercial"):
        """The insurance policy that is in force on a day (S25).

        :param date day: day of the damage
        :param str scope: ``commercial`` or ``compulsory``
        :return: aftersales.insurance.policy, none where the unit was not insured
        """
        self.ensure_one()
        return self._get_policies(day, scope).get(self, self.env["aftersales.insurance.policy"])

    def _get_policies(self, day, scope="commercial"):
        """As ``_get_policy``, for many units in one query: {lot: policy}."""
        policies = self.env["aftersales.insurance.policy"]
        found = policies.search(
            policies._get_day_domain(day, scope) & Domain("lot_id", "in", self.ids),
            order="lot_id, date_to, id",
        )
        return {policy.lot_id: policy for policy in found}
