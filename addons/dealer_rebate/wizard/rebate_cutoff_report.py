# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL, date_utils

from odoo.addons.aftersales_base.export import as_xlsx, make_download


class RebateCutoffReport(models.TransientModel):
    """What is earned, settled and accrued at a closing date, with the documents behind it (R15).

    For each agreement, component, dealer and period: expected to date, settled to date, open
    accruals, and what of it is not accrued. A second sheet lists the documents that count and are
    in no posted settlement yet.
    """

    _name = "rebate.cutoff.report"
    _description = "Rebate Cut-Off Report"

    date = fields.Date(
        required=True,
        default=lambda self: (
            date_utils.start_of(fields.Date.context_today(self), "month") - timedelta(days=1)
        ),
        help="Documents dated up to this day count.",
    )
    agreement_ids = fields.Many2many(
        "rebate.agreement",
        string="Agreements",
        required=True,
        domain="[('state', '=', 'active')]",
        default=lambda self: self.env["rebate.agreement"].search([("state", "=", "active")]),
    )

    def action_export(self):
        """Download the report as a spreadsheet of two sheets."""
        self.ensure_one()
        content = as_xlsx(
            {
                self.env._("Cut-off"): self._get_summary(),
                self.env._("Documents not settled"): self._get_documents(),
            }
        )
        name = self.env._("Rebate cut-off %s", self.date)
        return make_download(self, f"{name}.xlsx", content)

    def _get_summary(self):
        """(header, rows), one for each agreement, component, dealer and period."""
        header = [
            self.env._("Agreement"), self.env._("Component"), self.env._("Dealer"),
            self.env._("Period"), self.env._("Basis"), self.env._("Expected"),
            self.env._("Settled"), self.env._("Accrued"), self.env._("Not accrued"),
            self.env._("Expected tier"), self.env._("Currency"),
        ]  # fmt: skip
        rows = []
        for agreement in self.agreement_ids:
            earned, settled = agreement._compute_expected(self.date, force=True)
            accrued = agreement._read_open_accruals(self.date)
            for key in sorted(earned):
                earning = earned[key]
                expected = agreement._round(earning.amount)
                paid, booked = settled.get(key, 0), accrued.get(key, 0)
                if not (expected or paid or booked):
                    continue
                rows.append(
                    [
                        agreement.name,
                        earning.component.name,
                        self._get_dealer_name(earning.subject),
                        agreement._get_period_label(earning.start, earning.component.period),
                        float(earning.base),
                        float(expected),
                        float(paid),
                        float(booked),
                        float(expected - paid - booked),
                        earning.trace.get("expected", {}).get("method", "reached"),
                        agreement.currency_id.name,
                    ]
                )
        return header, rows

    def _get_dealer_name(self, subject):
        name = self.env["res.partner"].browse(subject[0]).display_name
        if not subject[1]:
            return name
        # sudo: the store's name, for who reads its rebates.
        outlet = self.env["aftersales.outlet"].sudo().browse(subject[1])
        return f"{name}, {outlet.display_name}"

    def _get_documents(self):
        """(header, rows) of documents that count up to the day and are not settled as counted."""
        header = [
            self.env._("Agreement"), self.env._("Component"), self.env._("Dealer"),
            self.env._("Document"), self.env._("Date"), self.env._("Counted"),
            self.env._("Settled so far"), self.env._("Not settled"),
        ]  # fmt: skip
        rows = []
        for agreement in self.agreement_ids:
            periods = agreement._get_periods_until(self.date)
            for component in agreement.with_context(rebate_to_date=self.date).component_ids:
                rows += [
                    [agreement.name, component.name, *row]
                    for row in self._read_unsettled(component, component._get_windows(periods))
                ]
        return header, rows

    def _read_unsettled(self, component, windows):
        """[dealer, document, date, counted, settled, difference], one grouped query."""
        component._flush_basis()
        self.env["rebate.allocation"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH counted AS (
                    SELECT base.source_id, base.move_id, base.partner_id, SUM(base.base) AS base
                      FROM (%(base)s) AS base GROUP BY 1, 2, 3
                ),
                settled AS (
                    SELECT done.source_id, SUM(done.base_delta) AS base
                      FROM rebate_allocation done
                      JOIN rebate_settlement_line line ON line.id = done.settlement_line_id
                     WHERE done.component_key = %(key)s AND line.state = 'posted'
                  GROUP BY done.source_id
                )
                SELECT partner.complete_name, move.name, move.invoice_date,
                       SUM(counted.base)::float, COALESCE(SUM(settled.base), 0)::float,
                       (SUM(counted.base) - COALESCE(SUM(settled.base), 0))::float
                  FROM counted
                  JOIN account_move move ON move.id = counted.move_id
                  JOIN res_partner partner ON partner.id = counted.partner_id
             LEFT JOIN settled ON settled.source_id = counted.source_id
              GROUP BY partner.complete_name, move.id, move.name, move.invoice_date
                HAVING SUM(counted.base) <> COALESCE(SUM(settled.base), 0)
              ORDER BY partner.complete_name, move.invoice_date, move.name
                """,
                base=component._get_basis_query(component.agreement_id, windows, cutoff=self.date),
                key=component.component_key,
            )
        )
        return [list(row) for row in rows]
