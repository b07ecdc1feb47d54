# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

READERS = "aftersales_service.group_service_reader"


class StockLot(models.Model):
    """Contracts of a unit (S2 B, S14).

    The two dates of the service contract follow the unit's contracts: those of the one that ends
    last. A unit without a contract on file keeps the dates that were loaded or entered.
    """

    _inherit = "stock.lot"

    contract_unit_ids = fields.One2many(
        "aftersales.contract.unit", "lot_id", string="Contracts", groups=READERS, readonly=True
    )
    aftersales_contract_count = fields.Integer(
        compute="_compute_aftersales_contract_count", string="Contract Count"
    )
    has_contract = fields.Boolean(
        compute="_compute_has_contract", help="A contract is on file: its dates decide."
    )
    contract_start = fields.Date(
        compute="_compute_contract_dates", store=True, readonly=False, copy=False
    )
    contract_end = fields.Date(
        compute="_compute_contract_dates", store=True, readonly=False, copy=False
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "contract_unit_ids.date_from", "contract_unit_ids.date_stop", "contract_unit_ids.state"
    )
    def _compute_contract_dates(self):
        for lot in self:
            units = lot._get_units_in_force()
            last = units.sorted("date_stop")[-1:]
            lot.contract_start = last.date_from if last else lot.contract_start
            lot.contract_end = last.date_stop if last else lot.contract_end

    @api.depends("contract_unit_ids")
    def _compute_aftersales_contract_count(self):
        for lot in self:
            # sudo: a number only; the contracts themselves open to who may read them.
            lot.aftersales_contract_count = len(lot.sudo().contract_unit_ids.contract_id)

    @api.depends("contract_unit_ids.state")
    @api.depends_context("uid")
    def _compute_has_contract(self):
        for lot in self:
            lot.has_contract = bool(lot._get_units_in_force())

    # === ACTIONS === #

    def action_view_aftersales_contracts(self):
        """Open the contracts of this unit."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_contract_action"
        )
        action["domain"] = [("unit_ids.lot_id", "=", self.id)]
        action["context"] = {
            "default_partner_id": self.user_partner_id.id,
            "default_unit_ids": [fields.Command.create({"lot_id": self.id})],
        }
        return action

    # === BUSINESS METHODS === #

    def _get_units_in_force(self):
        """Rows of these units on contracts that are, were or will be in force."""
        # sudo: whether a unit is covered is asked by technicians too, who read no contracts.
        return self.sudo().contract_unit_ids.filtered(
            lambda unit: unit.state not in (False, "draft")
        )

    def _get_contract_units(self, day):
        """Rows of this unit that are valid on a day; the first kind comes first.

        :param date day: day in the company's time zone
        :return: aftersales.contract.unit, as superuser
        """
        self.ensure_one()
        units = self._get_units_in_force().filtered(lambda unit: unit._is_valid(day))
        return units.sorted(lambda unit: (unit.kind_id.sequence, unit.date_from, unit.id))

    def _get_contract(self, day):
        """Contract that this unit is under on a day: the first one, where there are more.

        :param date day: day in the company's time zone
        :return: aftersales.contract, maybe empty
        """
        return self._get_contract_units(day)[:1].contract_id.with_env(self.env)

    def _is_covered(self, kind, day):
        """Contracts on file decide; the plain dates do where there is none (S2)."""
        self.ensure_one()
        if kind == "contract" and day and self._get_units_in_force():
            return bool(self._get_contract_units(day))
        return super()._is_covered(kind, day)
