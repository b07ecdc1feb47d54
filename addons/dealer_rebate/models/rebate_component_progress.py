# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import ROUND_CEILING, Decimal

from odoo import models

from ..earnings import ZERO, Earning
from .rebate_basis_mixin import Subject


class RebateComponentProgress(models.Model):
    """What is still missing to the next row of a component's table, and what it brings."""

    _inherit = "rebate.component"

    def _get_next_amounts(self, earnings, windows, cutoff):
        """What the next row would bring, computed by the same rules as the settlement.

        The basis is put where the next row starts, and table, gates and caps are asked again. So
        a cap or a shut gate shows in the answer, as it will in the settlement.

        :param earnings: all earnings of this component, the running ones among them
        :param windows: see :meth:`_get_windows`
        :param cutoff: as in :meth:`_compute_earnings`
        :return: list, in the order of the earnings, of (basis of the next row, amount there) or
            None where there is no next row or none that more turnover alone would reach
        """
        self.ensure_one()
        goals = [self._get_next_basis(earning) for earning in earnings]
        if not any(goals):
            return goals
        there = [
            Earning(self, earning.subject, earning.start, earning.end, goal or earning.base)
            for earning, goal in zip(earnings, goals, strict=True)
        ]
        self._apply_rules(there, windows, cutoff)
        return [goal and (goal, earning.amount) for goal, earning in zip(goals, there, strict=True)]

    def _get_next_basis(self, earning):
        """Basis at which the next row of the table is reached, or None. For extension."""
        following = earning.trace.get("next")
        if not following or "from_2" in following or "group_total" in earning.trace:
            return None
        unit = Decimal(1).scaleb(-self._get_basis_digits(self.agreement_id))
        bound = Decimal(following["from"])
        if self.rate_by == "growth":
            previous = Decimal(earning.trace["previous"])
            if previous <= 0:
                return None
            bound = (previous * (1 + bound / 100)).quantize(unit, rounding=ROUND_CEILING)
        elif self.rate_by != "basis":
            return None
        # A row that holds above its bound is reached with the smallest unit more.
        return bound + unit if earning.trace.get("bound") == "above" else bound

    def _get_empty_earnings(self, earnings, windows, day, partners):
        """Earnings of nothing for those who have not bought yet: they see the first row."""
        if self.basis in ("fixed", "guarantee") or self.agreement_id.group_mode == "together":
            return []
        known = {(earning.subject, earning.start) for earning in earnings}
        empty = [
            Earning(self, subject, first, last)
            for _key, first, last in windows
            if first <= day <= last
            for subject in self._get_running_subjects(partners)
            if (subject, first) not in known
            and self.agreement_id._takes_part(subject, max(first, day), last)
        ]
        if empty:
            self._apply_rules(empty, windows, day)
        return empty

    def _get_running_subjects(self, partners):
        """Dealers or their stores that can earn, whether or not they have."""
        if self.agreement_id.subject != "store":
            return [Subject(partner, 0) for partner in partners.ids]
        # sudo: which stores a dealer has decides what it earns, whoever looks.
        stores = (
            self.env["aftersales.outlet"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("partner_id.commercial_partner_id", "in", partners.ids),
                ]
                + ([("store_format", "=", self.store_format)] if self.store_format else [])
            )
        )
        return [Subject(store.partner_id.commercial_partner_id.id, store.id) for store in stores]

    def _get_running(self, earnings, windows, day):
        """Those earnings whose window runs on a day, with what was settled and comes next.

        :return: yields (earning, settled amount, settled basis, (basis, amount) of the next row
            or None)
        """
        settled = self._read_settled(windows, {earning.subject[0] for earning in earnings})
        following = self._get_next_amounts(earnings, windows, day)
        for earning, goal in zip(earnings, following, strict=True):
            if earning.start <= day <= earning.end:
                paid, counted = settled.get((earning.subject, earning.start), (ZERO, ZERO))
                yield earning, paid, counted, goal

    def _get_progress(self, earnings, windows, day):
        """Rows of the progress for the earnings of this component that run on a day."""
        agreement = self.agreement_id
        rows = []
        for earning, paid, counted, goal in self._get_running(earnings, windows, day):
            settlement = agreement._get_virtual_settlement(earning.start, earning.end)
            vals = settlement._prepare_line_vals(earning, paid, counted)
            line = self.env["rebate.settlement.line"].new(vals)
            rows.append(agreement._prepare_progress(earning, paid, goal, line))
        return rows
