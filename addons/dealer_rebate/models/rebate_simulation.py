# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..earnings import ZERO


class RebateSimulation(models.Model):
    """What an agreement would have paid in a past time, beside the one in force.

    Terms are tried on real documents before anybody signs them: who gains, who loses, and what
    it costs. Nothing is posted or settled. Amounts are in the currency of the tried agreement.
    """

    _name = "rebate.simulation"
    _description = "Rebate Simulation"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    agreement_id = fields.Many2one(
        "rebate.agreement",
        string="Tried Terms",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        help="The agreement that is tried, a draft as a rule.",
    )
    compare_id = fields.Many2one(
        "rebate.agreement",
        string="Beside",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        compute="_compute_compare_id",
        store=True,
        readonly=False,
        help="The agreement that it is compared with. Empty: with nothing.",
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="agreement_id.currency_id", store=True)
    date_from = fields.Date(
        required=True,
        default=lambda self: self._get_default_dates()[0],
        help="First day of the past time that it is tried on.",
    )
    date_to = fields.Date(
        required=True, default=lambda self: self._get_default_dates()[1], help="Its last day."
    )
    run_on = fields.Datetime(readonly=True, copy=False, help="When it was computed.")
    line_ids = fields.One2many("rebate.simulation.line", "simulation_id", readonly=True)
    amount_old = fields.Monetary(string="Present Terms", compute="_compute_totals")
    amount_new = fields.Monetary(string="Tried Cost", compute="_compute_totals")
    difference = fields.Monetary(compute="_compute_totals")
    gain_count = fields.Integer(string="Gain", compute="_compute_totals")
    lose_count = fields.Integer(string="Lose", compute="_compute_totals")

    _dates_ordered = models.Constraint(
        "CHECK (date_to >= date_from)", "The past time cannot end before it starts."
    )

    @api.depends("agreement_id.name", "compare_id.name", "date_from", "date_to")
    def _compute_name(self):
        for simulation in self:
            names = [simulation.agreement_id.name or ""]
            if simulation.compare_id and simulation.compare_id.name != names[0]:
                names.append(simulation.compare_id.name)
            dates = f"{simulation.date_from} – {simulation.date_to}"
            simulation.name = f"{' / '.join(names)}, {dates}" if names[0] else dates

    @api.depends("agreement_id")
    def _compute_compare_id(self):
        for simulation in self:
            simulation.compare_id = simulation.agreement_id.previous_id

    @api.depends("line_ids.amount_old", "line_ids.amount_new")
    def _compute_totals(self):
        rows = self.env["rebate.simulation.line"]._read_group(
            [("simulation_id", "in", self.ids)],
            ["simulation_id", "verdict"],
            ["amount_old:sum", "amount_new:sum", "__count"],
        )
        totals = {}
        for simulation, verdict, old, new, count in rows:
            row = totals.setdefault(simulation.id, {"old": 0.0, "new": 0.0})
            row["old"] += old
            row["new"] += new
            row[verdict] = count
        for simulation in self:
            row = totals.get(simulation.id, {})
            simulation.amount_old = row.get("old", 0.0)
            simulation.amount_new = row.get("new", 0.0)
            simulation.difference = simulation.amount_new - simulation.amount_old
            simulation.gain_count = row.get("gains", 0)
            simulation.lose_count = row.get("loses", 0)

    @api.constrains("agreement_id", "compare_id")
    def _check_currency(self):
        for simulation in self:
            other = simulation.compare_id.currency_id
            if other and other != simulation.agreement_id.currency_id:
                raise ValidationError(
                    self.env._(
                        "%(one)s is in %(currency)s and %(other)s in %(currency_2)s: they cannot "
                        "be compared.",
                        one=simulation.agreement_id.name,
                        currency=simulation.agreement_id.currency_id.name,
                        other=simulation.compare_id.name,
                        currency_2=other.name,
                    )
                )

    def action_run(self):
        """Compute both agreements on the past time; earlier results of it are replaced.

        :raise UserError: when the tried agreement is not complete
        """
        self.check_access("write")
        for simulation in self:
            simulation.agreement_id._check_complete()
            old = simulation._run(simulation.compare_id)
            new = simulation._run(simulation.agreement_id)
            # sudo: results are written here only, and read by everybody who reads simulations.
            simulation.sudo().line_ids.unlink()
            simulation.sudo().line_ids.create(simulation._prepare_lines(old, new))
            simulation.run_on = fields.Datetime.now()

    def action_view_lines(self):
        """Open the results as chart, list and pivot."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dealer_rebate.rebate_simulation_line_action"
        )
        action["domain"] = [("simulation_id", "=", self.id)]
        return action

    def _run(self, agreement):
        """What everybody would have earned: {subject: (basis, rounded amount)}."""
        self.ensure_one()
        if not agreement:
            return {}
        results = {}
        for earning in agreement._simulate(self.date_from, self.date_to):
            base, amount = results.get(earning.subject, (ZERO, ZERO))
            results[earning.subject] = (
                max(base, earning.base),
                amount + agreement._round(earning.amount),
            )
        return results

    def _prepare_lines(self, old, new):
        nothing = (ZERO, ZERO)
        return [
            {
                "simulation_id": self.id,
                "partner_id": subject[0],
                "outlet_id": subject[1] or False,
                "base": float(max(old.get(subject, nothing)[0], new.get(subject, nothing)[0])),
                "amount_old": float(old.get(subject, nothing)[1]),
                "amount_new": float(new.get(subject, nothing)[1]),
            }
            for subject in sorted(old.keys() | new.keys())
        ]

    @api.model
    def _get_default_dates(self):
        """The last closed fiscal year."""
        today = fields.Date.context_today(self)
        start = self.env.company.compute_fiscalyear_dates(today)["date_from"]
        year = self.env.company.compute_fiscalyear_dates(start - timedelta(days=1))
        return year["date_from"], year["date_to"]
