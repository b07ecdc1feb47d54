# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import Decimal

from odoo import fields, models

from odoo.addons.rate_table.calculators import as_text

from ..earnings import ZERO


class RebateSettlementComputing(models.Model):
    """Computing a settlement: earned to date less settled to date, line by line (R12, R14)."""

    _inherit = "rebate.settlement"

    def _compute_lines(self):
        """Replace the lines that are not posted; one grouped query for each component."""
        self.ensure_one()
        self._claim()
        self.line_ids.filtered(lambda line: line.state == "draft").unlink()
        # A dealer has one credit note in a settlement: what changes later is the next one's.
        done = set(self.line_ids.partner_id.ids)
        earnings = self.agreement_id._compute_earnings(self._get_periods(), self.date_to)
        exact = self._create_lines(
            [earning for earning in earnings if earning.subject[0] not in done]
        )
        lines = self.env["rebate.settlement.line"].union(*exact)
        periods = self._get_periods()
        for component, component_lines in lines.grouped("component_id").items():
            self.env["rebate.allocation"]._fill(
                component,
                component._get_windows(periods),
                {line: exact[line] for line in component_lines},
                cutoff=self.date_to,
            )
        self.write({"state": "computed", "computed_on": fields.Datetime.now()})

    def _create_lines(self, earnings):
        """Write the lines with their traces.

        :param earnings: what is earned to date
        :return: {settlement line: exact amount before rounding}
        """
        results = self._prepare_lines(earnings)
        vals_list = [vals for vals, _exact in results]
        self._mark_carried(vals_list)
        lines = self.env["rebate.settlement.line"]._insert_computed(vals_list)
        return {line: exact for line, (_vals, exact) in zip(lines, results, strict=True)}

    def _prepare_lines(self, earnings):
        """Values of the settlement lines.

        :return: list of (values, exact amount before rounding)
        """
        settled = self._read_settled({earning.component for earning in earnings})
        results = []
        for earning in earnings:
            key = (earning.component, earning.subject, earning.start)
            paid, counted = settled.get(key, (ZERO, ZERO))
            earned = self.agreement_id._round(earning.amount)
            current = self.date_from <= earning.end <= self.date_to
            if not current and earned == paid and earning.base == counted:
                continue
            if not (earning.count or earned or paid or counted or earning.forgone):
                continue
            results.append((self._prepare_line_vals(earning, paid, counted), earning.amount))
        return results

    def _read_settled(self, components):
        periods = self._get_periods()
        return {
            (component, subject, key): amounts
            for component in components
            for (subject, key), amounts in component._read_settled(
                component._get_windows(periods)
            ).items()
        }

    def _prepare_line_vals(self, earning, paid, counted):
        """Values of one line. For extension.

        :param earning: what is earned to date
        :param paid: what was settled before, in the agreement's currency
        :param counted: the basis that was settled before
        """
        earned = self.agreement_id._round(earning.amount)
        return {
            "settlement_id": self.id,
            "agreement_id": self.agreement_id.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "component_id": earning.component.id,
            "component_key": earning.component.component_key,
            "partner_id": earning.subject[0],
            "outlet_id": earning.subject[1] or None,
            "period_from": earning.start,
            "period_to": earning.end,
            "is_restatement": not self.date_from <= earning.end <= self.date_to,
            "base": float(earning.base),
            "base_delta": float(earning.base - counted),
            "source_count": earning.count,
            "rate": float(earning.rate),
            "earned": float(earned),
            "forgone": float(self.agreement_id._round(earning.forgone)),
            "settled_before": float(paid),
            "amount": float(earned - paid),
            "trace": earning.trace
            | {
                "base": as_text(earning.base),
                "earned": str(earned),
                "settled_before": str(paid),
                "payable": str(earned - paid),
                "exact": as_text(earning.amount),
            },
        }

    def _mark_carried(self, vals_list):
        """Mark all lines of dealers whose balance in this settlement is negative (R14)."""
        balance = {}
        for vals in vals_list:
            payable = Decimal(vals["trace"]["payable"])
            balance[vals["partner_id"]] = balance.get(vals["partner_id"], ZERO) + payable
        for vals in vals_list:
            vals["is_carried"] = balance[vals["partner_id"]] < 0

    def _get_periods(self):
        """(first day, last day) of this period and of every other period settled before.

        Periods that an earlier version settled count where they are this version's now.

        Each earlier period is counted up to the latest cut-off it was settled with.
        """
        self.ensure_one()
        agreement = self.agreement_id
        domain = [
            ("agreement_id", "in", agreement._get_versions().ids),
            ("date_from", ">=", agreement.date_start),
            ("state", "=", "posted"),
        ]
        if agreement.date_end:
            domain.append(("date_from", "<=", agreement.date_end))
        periods = {}
        for start, cutoff in self._read_group(domain, ["date_from:day"], ["date_to:max"]):
            periods[fields.Date.to_date(start)] = cutoff
        periods[self.date_from] = self.date_to
        return sorted(periods.items())
