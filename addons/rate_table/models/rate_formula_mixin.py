# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class RateFormulaMixin(models.AbstractModel):
    """Records with a name and a formula over the codes of others; see ``formula.py``."""

    _name = "rate.formula.mixin"
    _description = "Record with a Formula"

    def _get_formula_parts(self):
        """Hook: the records that these are computed from, directly."""
        raise NotImplementedError

    def _get_all_formula_parts(self):
        """The records that these are computed from, over however many steps.

        A record that would be computed from itself is among them.
        """
        found = seen = self._get_formula_parts()
        while found:
            found = found._get_formula_parts() - seen
            seen |= found
        return seen

    def _explain_formula_error(self, error):
        """A sentence about a formula that cannot be read.

        :param error: ``FormulaError``
        """
        self.ensure_one()
        problems = {
            "empty": self.env._("it is empty"),
            "too_long": self.env._("it is too long"),
            "end": self.env._("it ends too early"),
            "huge": self.env._("the number %s has too many digits", error.found),
            "number": self.env._("write numbers with digits and one point only"),
            "name": self.env._("“%s” is no code", error.found),
            "call": self.env._("only min, max and round take arguments, not “%s”", error.found),
            "depth": self.env._("parentheses go too deep"),
            "expected": self.env._("a parenthesis or comma is missing"),
        }
        problem = problems.get(error.code) or self.env._("“%s” does not belong there", error.found)
        return self.env._(
            "The formula of %(name)s cannot be read at character %(position)s: %(problem)s.",
            name=self.name,
            position=error.position,
            problem=problem,
        )
