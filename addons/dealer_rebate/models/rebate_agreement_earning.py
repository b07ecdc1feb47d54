# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import Decimal

from odoo import models

from odoo.addons.rate_table.calculators import as_text, to_decimal

from ..earnings import ZERO, Earning, choose, guarantee, round_half_up


class RebateAgreementEarning(models.Model):
    """What an agreement's parties earned: the computation behind every figure (R12).

    Components earn by themselves; then those that exclude each other compete, then guarantees
    fill up. None of these steps depends on the order of the components.
    """

    _inherit = "rebate.agreement"

    def _compute_earnings(self, periods, cutoff, partner_ids=None):
        """What everybody earned to date in the given periods, not rounded.

        Nothing is written: settlements, accruals, progress and simulation all ask here.

        :param periods: list of (first day, last day) of this agreement's periods that count
        :param cutoff: last day up to which payments and reports count
        :param partner_ids: only these dealers; the others are not even read, unless all earn
            together
        :return: list of :class:`~odoo.addons.dealer_rebate.earnings.Earning`
        """
        self.ensure_one()
        asked = None if self.group_mode == "together" else partner_ids
        earnings, guarantees = [], []
        for component in self.component_ids:
            windows = component._get_windows(periods)
            if component.basis == "guarantee":
                guarantees.append((component, windows))
            else:
                earnings += component._compute_earnings(windows, cutoff, asked)
        self._apply_exclusions(earnings)
        for earning in earnings:
            self._apply_negative_policy(earning)
        for component, windows in guarantees:
            earnings += self._compute_guarantee(component, windows, earnings)
        if partner_ids is not None:
            return [earning for earning in earnings if earning.subject[0] in partner_ids]
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
        subjects = set(self._get_subjects())
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

    def _apply_negative_policy(self, earning):
        """A period's negative result counts as nothing, or stays, as the agreement says (R12)."""
        if self.negative_policy == "floor" and earning.amount < 0:
            earning.trace["floored"] = str(self._round(earning.amount))
            earning.amount = ZERO

    def _round(self, amount):
        """Round to the currency's cent, half up (away from zero)."""
        return round_half_up(amount, Decimal(1).scaleb(-self.currency_id.decimal_places))
