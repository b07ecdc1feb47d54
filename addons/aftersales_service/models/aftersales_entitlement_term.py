# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.tools import format_date


class AftersalesEntitlementTerm(models.Model):
    """Clause of a unit's warranty, with the day and the reading at which it ends (S16)."""

    _name = "aftersales.entitlement.term"
    _description = "Clause of a Unit's Warranty"
    _inherit = ["aftersales.warranty.term.mixin"]
    _order = "entitlement_id, sequence, id"

    entitlement_id = fields.Many2one(
        "aftersales.entitlement", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="entitlement_id.company_id", store=True, precompute=True)
    date_end = fields.Date(string="Until", required=True, help="Last day, included.")
    meter_end = fields.Float(
        string="Up to Reading",
        aggregator=None,
        help="Last reading of the meter, included; 0: the meter does not matter.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """A clause that was given does not change; see the warranty's own ``write``.

        :raises UserError: always, but for the methods that end a warranty
        """
        # Asks the warranty, which knows who may.
        self.entitlement_id.write({})
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _is_inside(self, day, meter):
        """Is a day and a reading inside the clause, last day and last reading included?"""
        self.ensure_one()
        return day <= self.date_end and not (self.meter_end and meter > self.meter_end)

    def _get_refusal(self, line, day, meter):
        """Why the clause does not cover a line, or an empty text. Hook: more exclusions.

        :param line: aftersales.voucher.line
        """
        self.ensure_one()
        if day > self.date_end:
            return self.env._(
                "%(clause)s: ended on %(date)s",
                clause=self._get_title(),
                date=format_date(self.env, self.date_end),
            )
        if self.meter_end and meter > self.meter_end:
            return self.env._(
                "%(clause)s: the meter shows %(meter)s, covered up to %(limit)s",
                clause=self._get_title(),
                meter=self.entitlement_id._format_meter(meter),
                limit=self.entitlement_id._format_meter(self.meter_end),
            )
        fault = line.voucher_id.fault_id
        if self.excludes_misuse and fault.is_misuse:
            return self.env._(
                "%(clause)s: misuse is not covered (%(fault)s)",
                clause=self._get_title(),
                fault=fault.display_name,
            )
        if line.line_type != "part":
            return ""
        if self.excludes_wearing and line.product_id._is_aftersales_wearing():
            return self.env._("%(clause)s: wearing part", clause=self._get_title())
        families = line.product_id.categ_id._get_families()
        excluded = self.excluded_categ_ids.filtered(lambda category: category.id in families)
        if excluded:
            return self.env._(
                "%(clause)s: %(category)s is not covered",
                clause=self._get_title(),
                category=excluded[0].name,
            )
        return ""

    def _get_title(self):
        """Warranty and clause, as they are printed; of a part, the job on which it was fitted."""
        self.ensure_one()
        given = self.entitlement_id
        title = f"{given.name}, {self.name}"
        if given.kind == "part" and given.voucher_id:
            return self.env._(
                "%(clause)s (fitted on %(voucher)s)",
                clause=title,
                voucher=given.voucher_id.display_name,
            )
        return title

    def _get_clause(self):
        """The clause with its limits, as it is printed where it covers a line."""
        self.ensure_one()
        until = format_date(self.env, self.date_end)
        if self.meter_end:
            return self.env._(
                "%(clause)s: until %(date)s or %(meter)s",
                clause=self._get_title(),
                date=until,
                meter=self.entitlement_id._format_meter(self.meter_end),
            )
        return self.env._("%(clause)s: until %(date)s", clause=self._get_title(), date=until)
