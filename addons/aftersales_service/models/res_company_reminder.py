# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import math
from datetime import date

from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_round


class ResCompany(models.Model):
    """How many customers may be marked as not to be contacted (S13)."""

    _inherit = "res.company"

    aftersales_no_contact_percent = fields.Float(
        string="Do Not Contact at Most (%)",
        default=5.0,
        help="At most this share of the units that were sold to users in the year may be matched "
        "by customers marked as not to be contacted in the same year (S13). 100 sets no limit.",
    )
    _aftersales_no_contact_percent_range = models.Constraint(
        "CHECK(aftersales_no_contact_percent >= 0 AND aftersales_no_contact_percent <= 100)",
        "The share of customers who may be marked lies between 0 and 100 %.",
    )

    def _get_aftersales_year(self):
        """Year of today in this company's time zone."""
        self.ensure_one()
        return self._get_aftersales_date(fields.Datetime.now()).year

    def _count_aftersales_retail(self, year):
        """Units that the company or its channel sold to users in a year (S13)."""
        self.ensure_one()
        # sudo: who marks a customer needs not see every unit; only their number is told.
        return (
            self.env["stock.lot"]
            .sudo()
            .search_count(
                [
                    ("company_id", "in", (self.id, False)),
                    ("sold_by_us", "=", True),
                    ("user_partner_id", "!=", False),
                    ("sold_on", ">=", date(year, 1, 1)),
                    ("sold_on", "<=", date(year, 12, 31)),
                ]
            )
        )

    def _count_aftersales_no_contact(self, year):
        """Customers whom this company marked in a year and who still are marked (S13)."""
        self.ensure_one()
        # sudo: as above.
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        return partners.search_count(
            [
                ("aftersales_no_contact", "=", True),
                ("aftersales_no_contact_company_id", "=", self.id),
                ("aftersales_no_contact_on", ">=", date(year, 1, 1)),
                ("aftersales_no_contact_on", "<=", date(year, 12, 31)),
            ]
        )

    def _get_aftersales_no_contact_limit(self, year):
        """How many customers may be marked in a year: a share of its new units, rounded down.

        :return: number, or None where there is no limit
        """
        self.ensure_one()
        if self.aftersales_no_contact_percent >= 100:
            return None
        share = self._count_aftersales_retail(year) * self.aftersales_no_contact_percent / 100
        return math.floor(float_round(share, precision_digits=6))

    def _check_aftersales_no_contact(self, year):
        """Refuse more marks than the year's new units allow.

        :raises ValidationError: with the numbers
        """
        self.ensure_one()
        limit = self._get_aftersales_no_contact_limit(year)
        if limit is None:
            return
        marked = self._count_aftersales_no_contact(year)
        if marked > limit:
            raise ValidationError(
                self.env._(
                    "With this one %(marked)s customers would be marked as not to be contacted in "
                    "%(year)s. At most %(limit)s may be: %(percent)s %% of the %(units)s units "
                    "sold to users this year. Take back a mark that does not hold any more, or "
                    "ask who keeps the settings.",
                    marked=marked,
                    limit=limit,
                    year=year,
                    percent=f"{self.aftersales_no_contact_percent:g}",
                    units=self._count_aftersales_retail(year),
                )
            )
