# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..earnings import ZERO


class RebateAgreementProgress(models.Model):
    """Where a dealer stands in the running period (R4: both sides see the statement)."""

    _inherit = "rebate.agreement"

    def _filter_concerning(self, partner):
        """Agreements under which a dealer, or a store of its own company, takes part or did.

        :param partner: anybody of the dealer
        """
        dealer = partner.commercial_partner_id
        stores = partner._get_rebate_stores().partner_id.commercial_partner_id
        settled = self.env["rebate.settlement.line"]._read_group(
            Domain("agreement_id", "in", self.ids) & partner._get_rebate_line_domain(),
            ["agreement_id"],
        )
        known = self.browse(agreement.id for (agreement,) in settled)
        return self.filtered(
            lambda agreement: (
                agreement in known
                or agreement._get_parties(
                    dealer | stores if agreement.subject == "store" else dealer
                )
            )
        )

    def _get_parties(self, partners):
        """Those of some companies that take part in this agreement, at whatever time."""
        self.ensure_one()
        if self.dealer_scope == "selected":
            return partners & self.partner_ids.commercial_partner_id
        if self.dealer_scope == "member":
            return partners & self.member_ids.partner_id.commercial_partner_id
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT commercial_partner_id FROM (%s) AS marked
                    WHERE commercial_partner_id IN %s""",
                self._get_marked_sql(),
                tuple(partners.ids) or (0,),
            )
        )
        return partners.browse(partner for (partner,) in rows)

    # ------------------------------------------------------------------
    # Periods
    # ------------------------------------------------------------------

    def _is_running(self, day):
        """Whether documents of a day count under this agreement."""
        self.ensure_one()
        if self.state != "active" or day < self.date_start:
            return False
        if self.date_end and day > self.date_end:
            return False
        return self.period != "custom" or any(
            period.date_from <= day <= period.date_to for period in self.period_ids
        )

    def _get_running_periods(self, day):
        """Periods of the agreement that lie in the longest window that runs on a day.

        A year's component of a quarterly agreement runs through four of them. Where something of
        an earlier period is carried over, all that were settled come with them.
        """
        self.ensure_one()
        bounds = [
            self._get_period_bounds(day, component.period) for component in self.component_ids
        ]
        start, end = self._get_period_bounds(day)
        first = min([start] + [window[0] for window in bounds])
        last = max([end] + [window[1] for window in bounds])
        periods = {}
        if self.component_ids.filtered(
            lambda c: c.guarantee_cumulative or (c.cap_amount and c.cap_policy == "carried")
        ):
            periods = dict(self._get_virtual_settlement(start, end)._get_periods())
        if self.period == "custom":
            for period in self.period_ids:
                if period.date_from <= last and first <= period.date_to:
                    periods[period.date_from] = period.date_to
            return sorted(periods.items())
        while first <= last:
            first, period_end = self._get_period_bounds(first)
            periods[first] = period_end
            first = period_end + timedelta(days=1)
        return sorted(periods.items())

    def _get_virtual_settlement(self, start, end):
        """A settlement that is never saved: it lends its methods to figures of today."""
        return self.env["rebate.settlement"].new(
            {
                "agreement_id": self.id,
                "currency_id": self.currency_id.id,
                "company_id": self.company_id.id,
                "date_from": start,
                "date_to": end,
            }
        )

    # ------------------------------------------------------------------
    # Progress
    # ------------------------------------------------------------------

    def _get_progress(self, partners, day=None):
        """What some dealers earned so far in the running windows, and what the next row brings.

        Nothing is written. One query a component for the basis of these dealers only, one for
        what was settled.

        :param partners: the dealers (commercial entities)
        :param day: default: today
        :return: list of dicts, one for each component and subject that runs on that day; see
            :meth:`_prepare_progress`
        :raise UserError: when a document has no exchange rate
        """
        self.ensure_one()
        day = day or fields.Date.context_today(self)
        partners = self._get_parties(partners)
        if not partners or not self._is_running(day):
            return []
        periods = self._get_running_periods(day)
        earnings = self._compute_earnings(periods, day, set(partners.ids))
        progress = []
        for component in self.component_ids:
            own = [earning for earning in earnings if earning.component == component]
            windows = component._get_windows(periods)
            own += component._get_empty_earnings(own, windows, day, partners)
            progress += component._get_progress(own, windows, day)
        return progress

    def _prepare_progress(self, earning, settled, following, line):
        """One row of the progress. For extension.

        :param earning: what is earned to date in the running window
        :param settled: what was settled of it, in the agreement's currency
        :param following: (basis, amount) of the next row, or None
        :param line: a settlement line that is never saved, which explains the figures
        """
        earned = self._round(earning.amount)
        row = {
            "component": earning.component,
            "line": line,
            "key": f"{earning.component.id}-{earning.subject[1]}",
            "date_to": earning.end,
            "earned": earned,
            "settled": settled,
            "forgone": self._round(earning.forgone),
            "excluded": "excluded" in earning.trace,
            "percent": self._get_percent(earning, following),
            "next": None,
        }
        if following:
            basis, amount = following
            total = self._round(amount)
            row["next"] = {
                "basis": basis,
                "missing": basis - earning.base,
                "total": total,
                "gain": total - earned,
            }
        row["sentences"] = self._describe_progress(row)
        return row

    @api.model
    def _get_percent(self, earning, following):
        """How far the basis is on its way to the next row, 0 to 100; 100 where there is none."""
        if not following:
            return 100 if earning.trace.get("row") else 0
        basis = following[0]
        share = 100 * earning.base / basis if basis else ZERO
        return int(min(max(share, ZERO), Decimal(100)))

    def _describe_progress(self, row):
        """The progress in words: what counts, which row, gates and caps, what comes next."""
        line = row["line"]
        sentences = []
        if line.trace["method"] not in ("fixed", "guarantee"):
            sentences += line._explain_value() + line._explain_rate()
        sentences += line._explain_conditions() + line._explain_cuts() + line._explain_group()
        following = row["next"]
        if following and not row["excluded"]:
            sentences.append(
                self.env._(
                    "%(missing)s more by %(date)s brings %(gain)s: %(total)s in all.",
                    missing=line._quantity(following["missing"]),
                    date=format_date(self.env, row["date_to"]),
                    gain=line._money(following["gain"]),
                    total=line._money(following["total"]),
                )
            )
        elif not row["excluded"]:
            sentences += self._describe_next_row(line)
        return sentences

    def _describe_next_row(self, line):
        """The next row, where more turnover of this dealer alone does not reach it."""
        following = line.trace.get("next")
        if not following or "from_2" in following:
            return []
        return [
            self.env._(
                "%(missing)s more reaches the row from %(bound)s (%(rate)s).",
                missing=line._looked_up(following["missing"]),
                bound=line._looked_up(following["from"]),
                rate=line._rate_text(following["value"]),
            )
        ]
