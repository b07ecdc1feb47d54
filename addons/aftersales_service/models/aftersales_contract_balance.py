# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesContractBalance(models.Model):
    """How much of a service of a contract was drawn: one row a service, or a service and unit.

    It is written in the transaction that draws: of two jobs that take the last visit at once, the
    second one waits at this row, fails, is tried again and finds it used. The database refuses to
    draw more than is included.
    """

    _name = "aftersales.contract.balance"
    _description = "Balance of a Contract"
    _order = "contract_id, service_id, unit_id, id"
    _rec_name = "service_id"

    contract_id = fields.Many2one(
        "aftersales.contract", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True, precompute=True)
    service_id = fields.Many2one(
        "aftersales.contract.service", required=True, readonly=True, index=True, ondelete="cascade"
    )
    unit_id = fields.Many2one(
        "aftersales.contract.unit",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Unit that has the quantity for itself; empty where all units share it.",
    )
    is_limited = fields.Boolean(readonly=True)
    included = fields.Float(
        readonly=True, digits="Product Unit", help="What the contract includes."
    )
    drawn = fields.Float(
        readonly=True,
        digits="Product Unit",
        default=0.0,
        help="What jobs that are done have used. Written with the job, never by hand.",
    )
    remaining = fields.Float(
        compute="_compute_remaining", digits="Product Unit", help="What is still there."
    )
    used_text = fields.Char(compute="_compute_remaining", string="Used")

    _once = models.UniqueIndex(
        "(service_id, COALESCE(unit_id, 0))", "A service of a contract has one balance."
    )
    _drawn_within = models.Constraint(
        "CHECK (drawn >= 0 AND (NOT is_limited OR drawn <= included))",
        "More would be drawn from the contract than it includes.",
    )

    @api.depends("is_limited", "included", "drawn")
    def _compute_remaining(self):
        for balance in self:
            balance.remaining = balance.included - balance.drawn if balance.is_limited else 0.0
            balance.used_text = balance._describe()

    def _describe(self, drawn=None):
        """How much is used, for people: the clause that says why the customer pays."""
        self.ensure_one()
        drawn = self.drawn if drawn is None else drawn
        if not self.is_limited:
            return f"{drawn:g}"
        return self.env._(
            "%(drawn)s of %(included)s", drawn=f"{drawn:g}", included=f"{self.included:g}"
        )

    def _draw(self, quantity):
        """Count what a job has used; called by the job's step only."""
        self.ensure_one()
        self.drawn = self.drawn + quantity
        # At once: whoever draws the same at the same time has to wait for this one.
        self.flush_recordset(["drawn"])

    def _tell_open_jobs(self):
        """Jobs that counted on what is used up by now are asked anew who pays them."""
        # sudo: jobs of other technicians; they follow from what was drawn here.
        rows = self.env["aftersales.cover"].sudo()
        limited = self.filtered("is_limited")
        waiting = rows.search([("contract_balance_id", "in", limited.ids)]).filtered(
            lambda row: not row.voucher_id._is_frozen()
        )
        for balance, asked in waiting.grouped("contract_balance_id").items():
            for job, theirs in asked.grouped("voucher_id").items():
                if theirs._get_drawn()[balance] > balance.remaining:
                    job._propose_cover()

    def _get_clause(self):
        """Why the contract pays."""
        self.ensure_one()
        return self.env._(
            "%(service)s, contract %(contract)s",
            service=self.service_id.name,
            contract=self.contract_id.name,
        )

    def _get_clause_used(self, rest):
        """Why the contract does not pay any more: 4 of 4 visits used.

        :param float rest: what is left when this job has taken its part
        """
        self.ensure_one()
        return self.env._(
            "%(service)s: %(used)s used, contract %(contract)s",
            service=self.service_id.name,
            used=self._describe(self.included - rest),
            contract=self.contract_id.name,
        )

    def _get_clause_share(self, line):
        """Why the contract does not pay the whole line."""
        self.ensure_one()
        kinds = dict(line._fields["line_type"]._description_selection(self.env))
        return self.env._(
            "%(service)s covers %(share)s%% of %(component)s, contract %(contract)s",
            service=self.service_id.name,
            share=f"{self.service_id._get_share(line):g}",
            component=kinds[line.line_type].lower(),
            contract=self.contract_id.name,
        )
