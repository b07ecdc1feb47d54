# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import fields, models
from odoo.tools import format_date

from ..phone import get_key


class AftersalesClaimCase(models.Model):
    """Whether what stands on a claim can be claimed: a reason for each failure (S17)."""

    _inherit = "aftersales.claim.case"

    def _get_check_vals(self, day=None):
        """The check list of one case.

        :param date day: day on which it is submitted; today by default
        :return: values of ``aftersales.claim.check``
        """
        self.ensure_one()
        day = day or self.company_id._get_aftersales_date(fields.Datetime.now())
        checks = [
            ("unit", True, self._find_unit_problem()),
            ("model", True, self._find_model_problem()),
            ("date", True, self._find_date_problem()),
            ("meter", True, self._find_meter_problem()),
            ("user_name", True, self._find_name_problem()),
            ("user_phone", True, self._find_phone_problem()),
            ("fault", True, self._find_fault_problem()),
            ("cause", True, self._find_cause_problem()),
            ("claimed", True, self._find_claimed_problem()),
            # The payer decides whether he takes a late one.
            ("deadline", False, self._find_deadline_problem(day)),
        ]
        rows = [(code, blocking, problem, None) for code, blocking, problem in checks]
        rows += [("old_part", True, line._find_old_part_problem(), line) for line in self.line_ids]
        return [
            {
                "claim_id": self.claim_id.id,
                "case_id": self.id,
                "line_id": line.id if line else False,
                "sequence": sequence,
                "code": code,
                "is_blocking": blocking,
                "result": "none" if problem is None else "failed" if problem else "passed",
                "message": problem or False,
            }
            for sequence, (code, blocking, problem, line) in enumerate(rows)
        ]

    # Each answers None where nothing is asked, an empty text where all is well, else a sentence.

    def _find_unit_problem(self):
        if self.lot_id:
            return ""
        return self.env._(
            "Unit %(serial)s has no file: a claim needs one. Open the unit's file, or correct the "
            "serial.",
            serial=self.serial or self.env._("(no serial)"),
        )

    def _find_model_problem(self):
        if not self.lot_id:
            return None
        if self.lot_id.product_id == self.product_id:
            return ""
        return self.env._(
            "Serial %(serial)s is a %(its_model)s, not a %(model)s: correct the serial or the "
            "model.",
            serial=self.lot_id.name,
            its_model=self.lot_id.product_id.display_name,
            model=self.product_id.display_name or self.env._("(no model)"),
        )

    def _find_date_problem(self):
        if not self.lot_id:
            return None
        start, end, _meter = self._get_warranty()
        unit = self.lot_id.display_name
        if not end:
            return self.env._("Unit %(unit)s has no warranty in its file.", unit=unit)
        if not self.failed_on:
            return self.env._(
                "Enter the day on which the fault of %(unit)s was reported.", unit=unit
            )
        if self.failed_on > end or (start and self.failed_on < start):
            return self.env._(
                "The fault of %(unit)s was reported on %(day)s; its warranty runs from %(start)s "
                "to %(end)s.",
                unit=unit,
                day=format_date(self.env, self.failed_on),
                start=format_date(self.env, start) or "…",
                end=format_date(self.env, end),
            )
        return ""

    def _find_meter_problem(self):
        if not self.lot_id:
            return None
        limit = self._get_warranty()[2]
        if not limit:
            return None
        unit = self.lot_id.display_name
        if not self.meter:
            return self.env._(
                "The warranty of %(unit)s ends at a meter reading of %(limit)s: enter the reading.",
                unit=unit,
                limit=f"{limit:g}",
            )
        if self.meter > limit:
            return self.env._(
                "The meter of %(unit)s stood at %(meter)s; its warranty ends at %(limit)s.",
                unit=unit,
                meter=f"{self.meter:g}",
                limit=f"{limit:g}",
            )
        return ""

    def _find_name_problem(self):
        if (self.user_name or "").strip():
            return ""
        return self.env._("Enter the name of who has unit %(unit)s.", unit=self.display_name)

    def _find_phone_problem(self):
        if not self._is_phone_number(self.user_phone):
            return self.env._(
                "“%(phone)s” is no phone number on which the user of %(unit)s is reached.",
                phone=self.user_phone or "",
                unit=self.display_name,
            )
        if get_key(self.user_phone) in self._get_own_phones():
            return self.env._(
                "%(phone)s is a number of the dealer or of our house: enter the user's own.",
                phone=self.user_phone,
            )
        return ""

    def _find_fault_problem(self):
        if self.fault_id:
            return ""
        return self.env._("Choose the fault code of %(unit)s.", unit=self.display_name)

    def _find_cause_problem(self):
        if (self.cause or "").strip():
            return ""
        return self.env._(
            "Write the cause of the fault of %(unit)s and what was done.", unit=self.display_name
        )

    def _find_claimed_problem(self):
        twins = self._get_twins()
        if not twins:
            return ""
        return self.env._(
            "The same was claimed before, on %(claims)s.",
            claims=", ".join(sorted(set(twins.claim_id.mapped("name")))),
        )

    def _get_twins(self):
        """Live lines that claim the same: the same cover, or a dealer's part of the same repair."""
        self.ensure_one()
        # sudo: what others have claimed is looked for, only the claim's number is told.
        lines = self.env["aftersales.claim.line"].sudo()
        others = [("id", "not in", self.line_ids.ids), ("is_live", "=", True)]
        twins = lines
        if self.line_ids.cover_id:
            twins |= lines.search([*others, ("cover_id", "in", self.line_ids.cover_id.ids)])
        if self.claim_id.kind == "dealer" and self.lot_id:
            twins |= lines.search(
                [
                    *others,
                    ("claim_id.kind", "=", "dealer"),
                    ("case_id.lot_id", "=", self.lot_id.id),
                    ("case_id.failed_on", "=", self.failed_on),
                    ("product_id", "in", self.line_ids.product_id.ids),
                ]
            )
        return twins

    def _find_deadline_problem(self, day):
        """A claim that was sent is judged by the day on which it was sent."""
        days = self.claim_id.partner_id.aftersales_claim_days
        if self.claim_id.kind == "dealer" or not days or not self.repaired_on:
            return None
        due = self.repaired_on + timedelta(days=days)
        if day <= due:
            return ""
        return self.env._(
            "%(payer)s takes claims within %(days)s days: that of %(unit)s was due on %(due)s.",
            payer=self.claim_id.partner_id.name,
            days=days,
            unit=self.display_name,
            due=format_date(self.env, due),
        )
