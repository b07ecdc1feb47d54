# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import MissingError, UserError, ValidationError

from odoo.addons.rate_table.formula import FormulaError, parse

from ..measures import Measure, MeasureKind


class AftersalesKpiIndicator(models.Model):
    """Formulas over other indicators: ``100 * (income - cost) / income`` (K5, K9).

    The text is read by a parser that knows numbers, codes and four operations only. Where a part
    has no figure, or something would be divided by zero, there is no figure, never a nought.
    """

    _name = "aftersales.kpi.indicator"
    _inherit = ["aftersales.kpi.indicator", "rate.formula.mixin"]

    measure = fields.Selection(
        selection_add=[("formula", "Formula of other indicators")], ondelete={"formula": "cascade"}
    )
    expression = fields.Char(
        string="Formula of Codes",
        help="Numbers, + - * / ( ), min( , ), max( , ), round( ) and the codes of other "
        "indicators, e.g. 100 * (income - cost) / income.",
    )
    part_ids = fields.Many2many(
        "aftersales.kpi.indicator",
        "aftersales_kpi_indicator_part_rel",
        "indicator_id",
        "part_id",
        string="Indicators in the Formula",
        compute="_compute_part_ids",
        store=True,
        context={"active_test": False},
        help="The indicators that the formula names.",
    )
    used_by_ids = fields.Many2many(
        "aftersales.kpi.indicator",
        "aftersales_kpi_indicator_part_rel",
        "part_id",
        "indicator_id",
        readonly=True,
        context={"active_test": False},
        copy=False,
        help="Formulas that name this indicator.",
    )
    part_terms = fields.Json(
        compute="_compute_part_terms", help="The parts, as they are kept with a figure."
    )

    @api.depends("measure", "expression")
    def _compute_part_ids(self):
        codes = {indicator: indicator._get_codes() for indicator in self}
        asked = set().union(*codes.values())
        # A formula may go on using an indicator that nobody is to choose any more.
        found = self.with_context(active_test=False).search([("code", "in", list(asked))])
        by_code = {indicator.code: indicator.id for indicator in found}
        for indicator in self:
            indicator.part_ids = [by_code[code] for code in codes[indicator] if code in by_code]

    @api.depends("measure", "expression", "part_ids")
    def _compute_part_terms(self):
        for indicator in self:
            indicator.part_terms = {
                part.code: {"id": part.id, "terms": part._get_terms()}
                for part in indicator.part_ids._origin
            }

    @api.constrains("measure", "expression")
    def _check_expression(self):
        """K4: who is measured by a formula must be able to recompute it."""
        for indicator in self.filtered(lambda one: one.measure == "formula"):
            try:
                formula = parse(indicator.expression or "")
            except FormulaError as error:
                raise ValidationError(indicator._explain_formula_error(error)) from error
            missing = formula.codes - set(indicator.part_ids.mapped("code"))
            if missing:
                raise ValidationError(
                    self.env._(
                        "The formula of %(indicator)s names %(codes)s: there is no indicator with "
                        "such a code.",
                        indicator=indicator.name,
                        codes=", ".join(sorted(missing)),
                    )
                )
            if indicator in indicator._get_all_formula_parts():
                raise ValidationError(
                    self.env._(
                        "%(indicator)s would be computed from itself: take its own code, and "
                        "formulas that use it, out of its formula.",
                        indicator=indicator.name,
                    )
                )

    # === CRUD METHODS === #

    def write(self, vals):
        """Keep the codes that formulas name.

        :raises UserError: naming the formulas
        """
        if "code" in vals:
            self.filtered(lambda one: one.code != vals["code"])._check_unused()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_unused(self)

    def _check_unused(self, but=()):
        for indicator in self:
            users = indicator.used_by_ids.filtered(lambda user: user not in but)
            if users:
                raise UserError(
                    self.env._(
                        "The code %(code)s stands in the formula of %(users)s: change that first.",
                        code=indicator.code,
                        users=", ".join(users.mapped("name")),
                    )
                )

    # === MEASURING === #

    def _measure_formula(self, scope):
        """Figures of all subjects; each indicator that is used is measured once."""
        return {
            subject_id: Measure(value, (), value, Decimal(1))
            for subject_id, (value, _parts) in self._evaluate(scope).items()
            if value is not None
        }

    def _evaluate(self, scope):
        """Compute the formula for whoever has at least one of its parts.

        :return: dict {subject id: (Decimal, or None where there is no figure,
            {code: Decimal or None})}
        """
        self.ensure_one()
        return self._evaluate_with(scope, {})

    def _evaluate_with(self, scope, known):
        """Compute the formula.

        :param dict known: {indicator: {subject id: Decimal or None}} of what was measured already;
            it is filled
        """
        formula = parse(self.expression or "")
        for part in self.part_ids:
            if part not in known:
                known[part] = part._get_part_figures(scope, known)
        result = {}
        subjects = dict.fromkeys(subject_id for part in self.part_ids for subject_id in known[part])
        nothing = {part: part._get_kind().nothing for part in self.part_ids}
        for subject_id in subjects:
            values = {
                part.code: known[part].get(subject_id, nothing[part]) for part in self.part_ids
            }
            result[subject_id] = formula.evaluate(values), values
        return result

    def _get_part_figures(self, scope, known):
        """Figures of a part of a formula, not rounded.

        :return: dict {subject id: Decimal or None}
        """
        if self.measure == "formula":
            found = self._evaluate_with(scope, known)
            return {subject_id: value for subject_id, (value, _parts) in found.items()}
        found = self._measure(
            scope.company,
            scope.start,
            scope.end,
            scope.subject,
            scope.subject_ids,
            with_sources=False,
        )
        return {subject_id: measure.value for subject_id, measure in found.items()}

    def _explain_no_figure(self, parts):
        """Why a formula has no figure, as a sentence.

        :param dict parts: {code: Decimal or None}, see :meth:`_evaluate`
        """
        self.ensure_one()
        missing = self.part_ids.filtered(lambda part: parts.get(part.code) is None)
        if missing:
            return self.env._("Not measured: no figure of %s.", ", ".join(missing.mapped("name")))
        return self.env._("Not measured: its formula divides by zero.")

    def _get_formula_parts(self):
        return self.part_ids

    # === WHAT IS MEASURED === #

    def _get_kind_fields(self):
        return super()._get_kind_fields() + ["expression", "part_terms"]

    def _get_measure_kinds(self):
        kinds = super()._get_measure_kinds()
        words, subjects = self.env._("Formula of other indicators."), None
        if self.measure == "formula" and self.expression:
            words, subjects = self._describe_formula()
        return kinds | {
            "formula": MeasureKind(
                unit=self.own_unit or "number",
                formula=words,
                **({} if subjects is None else {"subjects": subjects}),
            )
        }

    def _describe_formula(self):
        """The formula with what its parts are, and whom all of them measure.

        :return: tuple (text, keys of ``SUBJECT_MODELS``)
        """
        lines, subjects = [self.expression], None
        for code, kept in (self.part_terms or {}).items():
            terms = self.new(kept["terms"])
            kind = terms._get_kind()
            lines.append(
                self.env._(
                    "%(code)s = %(name)s (%(unit)s): %(formula)s",
                    code=code,
                    name=self._get_part_name(kept["id"]) or code,
                    unit=self._get_units().get(kind.unit),
                    formula=kind.formula,
                )
            )
            subjects = [
                subject for subject in kind.subjects if subjects is None or subject in subjects
            ]
        return "\n".join(lines), None if subjects is None else tuple(subjects)

    # === HELPERS === #

    @api.model
    def _get_part_name(self, part_id):
        """Name of an indicator that an earlier formula named; it may be gone by now."""
        try:
            return self.browse(part_id).name
        except MissingError:
            return False

    def _get_codes(self):
        """Codes that the formula names; none while it cannot be read."""
        self.ensure_one()
        if self.measure != "formula":
            return []
        try:
            return sorted(parse(self.expression or "").codes)
        except FormulaError:
            return []
