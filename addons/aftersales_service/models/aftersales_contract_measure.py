# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain


class Measure(NamedTuple):
    """A share of R10: what was counted, of how many, in percent; no percent of nothing."""

    value: Decimal
    base: int | None
    percent: Decimal | None


class AftersalesContract(models.Model):
    """What R10 asks of contracts: penetration and coverage, each in one grouped query."""

    _inherit = "aftersales.contract"

    @api.model
    def _get_penetration(self, company, year, eligible=None, dealers=None):
        """Σ contracts × weight of a year, and its share of the year's eligible units (R10).

        Each unit under a contract counts as one, in the year in which it joined *(ours)*; drafts do
        not count, contracts that ended early do.

        :param company: res.company
        :param int year: calendar year
        :param int eligible: the year's eligible units, where the share is wanted
        :param dealers: res.partner: only units that they have sold
        :return: ``Measure``
        """
        domain = self._get_measure_domain(company, dealers) & Domain(
            "date_from", ">=", date(year, 1, 1)
        )
        domain &= Domain("date_from", "<=", date(year, 12, 31))
        groups = self.env["aftersales.contract.unit"]._read_group(domain, ["weight"], ["__count"])
        # Weights are few: the sum is exact.
        value = sum((Decimal(str(weight)) * count for weight, count in groups), Decimal(0))
        return self._measure(value, eligible)

    @api.model
    def _get_penetration_by_dealer(self, company, year):
        """As ``_get_penetration``, for each dealer who sold units under contract.

        :return: dict {res.partner: Decimal}
        """
        domain = self._get_measure_domain(company, None)
        domain &= Domain("date_from", ">=", date(year, 1, 1))
        domain &= Domain("date_from", "<=", date(year, 12, 31))
        found = {}
        for dealer, weight, count in self.env["aftersales.contract.unit"]._read_group(
            domain, ["lot_id.dealer_id", "weight"], ["__count"]
        ):
            found[dealer] = found.get(dealer, Decimal(0)) + Decimal(str(weight)) * count
        return found

    @api.model
    def _get_coverage(self, company, day, active_units, dealers=None):
        """Units under a valid contract ÷ active units (R10).

        A unit under two contracts is one. Kinds that do not count for coverage are left out.

        :param company: res.company
        :param date day: day on which the contracts have to be valid
        :param active_units: stock.lot, or a domain of them
        :param dealers: res.partner: only units that they have sold
        :return: ``Measure``
        """
        lots = self.env["stock.lot"]
        if isinstance(active_units, models.BaseModel):
            active_units = [("id", "in", active_units.ids)]
        active = Domain(active_units)
        if dealers is not None:
            active &= Domain("dealer_id", "in", dealers.ids)
        domain = (
            self._get_measure_domain(company, None)
            & Domain("kind_id.counts_for_coverage", "=", True)
            & Domain("date_from", "<=", day)
            & Domain("date_stop", ">=", day)
            & Domain("lot_id", "any", active)
        )
        ((covered,),) = self.env["aftersales.contract.unit"]._read_group(
            domain, [], ["lot_id:count_distinct"]
        )
        return self._measure(Decimal(covered), lots.search_count(active))

    @api.model
    def _get_measure_domain(self, company, dealers):
        domain = Domain("company_id", "=", company.id) & Domain("state", "!=", "draft")
        if dealers is not None:
            domain &= Domain("lot_id.dealer_id", "in", dealers.ids)
        return domain

    @api.model
    def _measure(self, value, base):
        return Measure(value, base, value * 100 / base if base else None)
