# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from collections import defaultdict

from odoo import api, fields, models

READERS = "aftersales_service.group_service_reader,account.group_account_invoice"


class AftersalesVoucher(models.Model):
    """Jobs draw on the contracts of their unit, when they are done (S2 B).

    While a job is open its cover says what it would draw. Nothing is reserved: the job that is done
    first has it, and the others are told who pays then.
    """

    _inherit = "aftersales.voucher"

    contract_id = fields.Many2one(
        "aftersales.contract",
        compute="_compute_contract_id",
        string="Service Contract",
        help="Contract that the unit was under on the day of the call.",
    )
    contract_draw_ids = fields.One2many(
        "aftersales.contract.draw",
        "voucher_id",
        string="Drawn from Contracts",
        readonly=True,
        groups=READERS,
        help="What the job has drawn, since it is done.",
    )

    # === COMPUTE METHODS === #

    @api.depends("lot_id", "registered_at")
    def _compute_contract_id(self):
        for voucher in self:
            day = voucher._get_company_date(voucher.registered_at)
            lot = voucher.lot_id
            voucher.contract_id = lot._get_contract(day) if lot and day else False

    @api.depends(
        "lot_id.contract_unit_ids.state",
        "lot_id.contract_unit_ids.date_from",
        "lot_id.contract_unit_ids.date_stop",
    )
    def _compute_proposed_service_type(self):
        return super()._compute_proposed_service_type()

    # === ACTIONS === #

    def action_view_contract(self):
        """Open the contract of the unit."""
        self.ensure_one()
        return self.contract_id._get_records_action()

    # === STEPS === #

    def _done(self, at=None):
        """Draw what the contract pays; see the method that this extends for ``at``.

        :raises UserError: when another job has drawn it meanwhile
        """
        # sudo: a technician draws from the contract of his own job's unit; what and how much was
        # decided by the job's cover.
        rows = self.sudo().line_ids.cover_ids.filtered(lambda row: row.payer == "contract")
        rows._check_balances()
        result = super()._done(at=at)
        rows._draw_from_contracts()
        return result

    # === BUSINESS METHODS === #

    def _get_contract_units(self):
        """Rows of each job's unit that are valid on the day of the call.

        :return: dict {voucher: aftersales.contract.unit}
        """
        found = {}
        for voucher in self:
            day = voucher._get_company_date(voucher.registered_at or fields.Datetime.now())
            found[voucher] = voucher.lot_id._get_contract_units(day).filtered(
                lambda unit, voucher=voucher: unit.company_id == voucher.company_id
            )
        return found

    @api.model
    def _get_contract_rests(self, units):
        """What is left of each balance of these units' contracts.

        :param dict units: as ``_get_contract_units`` gives it
        :return: dict {balance: quantity}
        """
        rests = defaultdict(float)
        for found in units.values():
            for balance in found.contract_id.balance_ids:
                rests[balance] = balance.remaining
        return rests

    def _is_under_plain_contract(self):
        """Is the unit under a contract of which the file has only the dates?"""
        self.ensure_one()
        day = self._get_company_date(self.registered_at or fields.Datetime.now())
        lot = self.lot_id
        return not lot._get_units_in_force() and lot._is_covered("contract", day)
