# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..earnings import ZERO

# Only this very object opens memberships of other days: it cannot come from a request.
TRIAL = object()


class RebateAgreementTrial(models.Model):
    """A dealer runs offered terms on its own last year before it signs them (R12).

    Nothing is written, and nobody else's documents are read.
    """

    _inherit = "rebate.agreement"

    def _try_for(self, dealer):
        """What a dealer would have got last year by these terms, and by those before.

        :param dealer: a commercial partner; its stores of their own companies come with it
        :return: dict: date_from, date_to, compared (whether there were terms before), rows of
            {label, date_from, date_to, old, new, difference} for each period, and total; amounts
            are Decimals in the agreement's currency
        :raise UserError: where it cannot be computed for one dealer
        """
        self.ensure_one()
        tried = self.with_company(self.company_id).with_context(rebate_trial=TRIAL)
        first, last = tried.env["rebate.simulation"]._get_default_dates()
        partners, stores = dealer, self.env["aftersales.outlet"]
        if self.subject == "store":
            stores = dealer._get_rebate_stores()
            partners |= stores.partner_id.commercial_partner_id
        periods = tried._get_simulated_periods(first, last)
        own = {(partner, 0) for partner in dealer.ids} | {
            (partner, store) for partner in partners.ids for store in stores.ids
        }
        new = tried._try_sums(periods, own, first, last)
        previous = tried.previous_id
        compared = bool(previous and previous._get_parties(partners)) and (
            previous.currency_id == self.currency_id
        )
        old = previous._try_sums(periods, own, first, last) if compared else {}
        rows = [
            {
                "label": tried._get_period_label(start),
                "date_from": start,
                "date_to": end,
                "old": old.get(start, ZERO),
                "new": new.get(start, ZERO),
                "difference": new.get(start, ZERO) - old.get(start, ZERO),
            }
            for start, end in periods
        ]
        return {
            "date_from": first,
            "date_to": last,
            "compared": compared,
            "rows": rows,
            "total": {
                name: sum((row[name] for row in rows), ZERO)
                for name in ("old", "new", "difference")
            },
        }

    def _try_sums(self, periods, subjects, first, last):
        """Rounded earnings of a dealer and its own stores: {start of a past period: amount}.

        What is earned over several periods counts in the one that its own window ends in.
        """
        if self.group_mode == "together":
            raise UserError(
                self.env._(
                    "All dealers of these terms are counted together: they cannot be tried by "
                    "one alone. Ask us for the figures."
                )
            )
        sums = {}
        for earning in self._simulate(first, last, {partner for partner, _store in subjects}):
            # A store's company may have other stores, of another dealer.
            if tuple(earning.subject) not in subjects:
                continue
            start = next(
                (start for start, end in periods if start <= earning.end <= end), periods[-1][0]
            )
            sums[start] = sums.get(start, ZERO) + self._round(earning.amount)
        return sums

    def _get_party_sql(self):
        if self.env.context.get("rebate_trial") is TRIAL and self.dealer_scope == "member":
            # Terms of next year are tried on days before the membership.
            members = self.member_ids.partner_id.commercial_partner_id.ids
            return SQL("move.commercial_partner_id IN %s", tuple(members) or (0,))
        return super()._get_party_sql()

    def _get_offered_differences(self):
        """What changes for a dealer: [(term, before, now)], without who else takes part."""
        self.ensure_one()
        hidden = self._get_party_fields()
        rows = self._get_differences(hidden)
        if self.date_start != self.previous_id.date_start:
            rows.insert(
                0,
                (
                    self.env._("Valid from"),
                    format_date(self.env, self.previous_id.date_start),
                    format_date(self.env, self.date_start),
                ),
            )
        return rows

    def _get_party_fields(self):
        """Fields that say who takes part: no business of any one dealer. For extension."""
        return {"dealer_scope", "partner_ids", "member_ids", "tag_ids", "partner_domain"}
