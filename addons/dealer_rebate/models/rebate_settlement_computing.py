# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import Decimal

from odoo import fields, models

from odoo.addons.rate_table.calculators import as_text, to_decimal

from ..earnings import ZERO, Earning, choose, guarantee, round_half_up


class RebateSettlementComputing(models.Model):
    """Computing a settlement: what each subject earned to date, less what was settled (R12, R14).

    Components earn by themselves; then those that exclude each other compete, then guarantees
    fill up. None of these steps depends on the order of the components.
    """

    _inherit = "rebate.settlement"

    def _compute_lines(self):
        """Replace the lines that are not posted; one grouped query for each component."""
        self.ensure_one()
        self._claim()
        self.line_ids.filtered(lambda line: line.state == "draft").unlink()
        # A dealer has one credit note in a settlement: what changes later is the next one's.
        done = set(self.line_ids.partner_id.ids)
        earnings = self._compute_earnings()
        results = self._prepare_lines(
            [earning for earning in earnings if earning.subject[0] not in done]
        )
        self._mark_carried([vals for vals, _exact in results])
        lines = self.env["rebate.settlement.line"].create([vals for vals, _exact in results])
        exact = {line: exact for line, (_vals, exact) in zip(lines, results, strict=True)}
        periods = self._get_periods()
        for component, component_lines in lines.grouped("component_id").items():
            self.env["rebate.allocation"]._fill(
                component,
                component._get_windows(periods),
                {line: exact[line] for line in component_lines},
                cutoff=self.date_to,
            )
        self.write({"state": "computed", "computed_on": fields.Datetime.now()})

    def _compute_earnings(self):
        """What everybody earned to date in all windows of this settlement, not rounded.

        :return: list of :class:`~odoo.addons.dealer_rebate.earnings.Earning`
        """
        self.ensure_one()
        periods = self._get_periods()
        earnings, guarantees = [], []
        for component in self.agreement_id.component_ids:
            windows = component._get_windows(periods)
            if component.basis == "guarantee":
                guarantees.append((component, windows))
            else:
                earnings += component._compute_earnings(windows, self.date_to)
        self._apply_exclusions(earnings)
        for earning in earnings:
            self._apply_negative_policy(earning)
        for component, windows in guarantees:
            earnings += self._compute_guarantee(component, windows, earnings)
        return earnings

    def _apply_exclusions(self, earnings):
        """Of bundles that exclude each other only the chosen one is paid (R3).

        They compete for each subject within the longest of their windows.
        """
        rivals = [earning for earning in earnings if earning.component.exclusion]
        for word in {earning.component.exclusion for earning in rivals}:
            group = [earning for earning in rivals if earning.component.exclusion == word]
            for contest in self._get_contests(group).values():
                self._decide_contest(contest)

    def _get_contests(self, earnings):
        """Group competing earnings by subject and by the longest window around each."""
        longest = sorted(
            {(earning.start, earning.end) for earning in earnings},
            key=lambda window: (window[0] - window[1], window[0]),
        )
        around = {}
        for start, end in longest:
            around[start, end] = next(
                (wide for wide in longest if wide[0] <= start and end <= wide[1]), (start, end)
            )
        contests = {}
        for earning in earnings:
            key = (earning.subject, around[earning.start, earning.end])
            contests.setdefault(key, []).append(earning)
        return contests

    def _decide_contest(self, contest):
        bundles = {}
        for earning in contest:
            component = earning.component
            name = component.bundle or component.component_key
            priority, amount, label = bundles.get(name, (component.priority, ZERO, ""))
            bundles[name] = (
                min(priority, component.priority),
                amount + earning.amount,
                label or component.bundle or component.name,
            )
        winner = choose({name: offer[:2] for name, offer in bundles.items()})
        if winner is None:
            return
        for earning in contest:
            name = earning.component.bundle or earning.component.component_key
            if name != winner and earning.amount > 0:
                earning.trace["excluded"] = {
                    "by": bundles[winner][2],
                    "by_amount": as_text(bundles[winner][1]),
                    "before": as_text(earning.amount),
                }
                earning.reduce(ZERO)

    def _compute_guarantee(self, component, windows, earnings):
        """What is missing to the guaranteed sum in each window of the component (R12)."""
        earned = {}
        subjects = set(self.agreement_id._get_subjects())
        for earning in earnings:
            if earning.component.basis == "guarantee":
                continue
            subjects.add(earning.subject)
            for key, first, last in windows:
                if first <= earning.start <= last:
                    earned[earning.subject, key] = (
                        earned.get((earning.subject, key), ZERO) + earning.amount
                    )
        amount = to_decimal(component.fixed_amount)
        results = []
        for subject in sorted(subjects):
            course = [earned.get((subject, key), ZERO) for key, _first, _last in windows]
            given = guarantee(course, amount, component.guarantee_cumulative)
            for (key, _first, last), own, missing in zip(windows, course, given, strict=True):
                trace = {
                    "method": "guarantee",
                    "basis": as_text(own),
                    "amount": as_text(missing),
                    "guaranteed": as_text(amount),
                    "cumulative": component.guarantee_cumulative,
                }
                results.append(Earning(component, subject, key, last, amount=missing, trace=trace))
        return results

    def _prepare_lines(self, earnings):
        """Values of the settlement lines.

        :return: list of (values, exact amount before rounding)
        """
        settled = self._read_settled({earning.component for earning in earnings})
        results = []
        for earning in earnings:
            key = (earning.component, earning.subject, earning.start)
            paid, counted = settled.get(key, (ZERO, ZERO))
            earned = self._round(earning.amount)
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
        earned = self._round(earning.amount)
        return {
            "settlement_id": self.id,
            "component_id": earning.component.id,
            "component_key": earning.component.component_key,
            "partner_id": earning.subject[0],
            "outlet_id": earning.subject[1] or False,
            "period_from": earning.start,
            "period_to": earning.end,
            "is_restatement": not self.date_from <= earning.end <= self.date_to,
            "base": float(earning.base),
            "base_delta": float(earning.base - counted),
            "source_count": earning.count,
            "rate": float(earning.rate),
            "earned": float(earned),
            "forgone": float(self._round(earning.forgone)),
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

    def _apply_negative_policy(self, earning):
        """A period's negative result counts as nothing, or stays, as the agreement says (R12)."""
        if self.agreement_id.negative_policy == "floor" and earning.amount < 0:
            earning.trace["floored"] = str(self._round(earning.amount))
            earning.amount = ZERO

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

        Each earlier period is counted up to the latest cut-off it was settled with.
        """
        self.ensure_one()
        periods = {}
        for start, cutoff in self._read_group(
            [("agreement_id", "=", self.agreement_id.id), ("state", "=", "posted")],
            ["date_from:day"],
            ["date_to:max"],
        ):
            periods[fields.Date.to_date(start)] = cutoff
        periods[self.date_from] = self.date_to
        return sorted(periods.items())

    def _round(self, amount):
        """Round to the currency's cent, half up (away from zero)."""
        return round_half_up(amount, Decimal(1).scaleb(-self.currency_id.decimal_places))
