# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import formatLang

from ..calculators import ROW_METHODS, RateTableError, Row, Step, to_decimal
from .rate_table_line import LIMIT


class RateTable(models.Model):
    """A table that turns a figure into a rate, an amount or points.

    A record is one table: a quarter's purchases into a rebate rate (R4), two target completions
    into a rate (R6), days into points (K2), points into a level of pay (K3). The arithmetic is in
    ``calculators``; this model stores the rows and checks them. Amounts have no currency of their
    own: they are in the currency of the document that uses the table.
    """

    _name = "rate.table"
    _description = "Rate Table"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        help="Leave empty to share the table between all companies.",
    )
    method = fields.Selection(
        [
            ("whole", "Whole amount at the rate reached"),
            ("incremental", "Each rate on its own slice"),
            ("step", "Each full step gives an amount"),
            ("band", "The row's value itself"),
        ],
        required=True,
        default="whole",
        help="Whole: 25,000 reaches 7 % and earns 7 % of 25,000.\n"
        "Each rate on its own slice: the part between two bounds earns that row's rate.\n"
        "Each full step: every full 1,000 gives 100, up to a limit.\n"
        "The row's value itself: points, a level of pay or a fixed grant for a range.",
    )
    inputs = fields.Selection(
        [("one", "One figure"), ("two", "Two figures")],
        string="Looks Up",
        required=True,
        default="one",
        help="With two figures a row is reached when both are; of the rows reached the one with "
        "the highest first bound wins, then the one with the highest second bound.",
    )
    input_label = fields.Char(
        string="Figure", translate=True, help="What is looked up, e.g. purchases of the quarter."
    )
    input_label_2 = fields.Char(
        string="Second Figure", translate=True, help="What is looked up as the second figure."
    )
    bound = fields.Selection(
        [("from", "From the bound on (included)"), ("above", "Above the bound (excluded)")],
        string="Rows Hold",
        required=True,
        default="from",
        help="From: a figure equal to the bound belongs to that row (“10,000 and more”).\n"
        "Above: a figure equal to the bound still belongs to the row before it "
        "(“within 3 days 10, over 3 days 8”).",
    )
    open_below = fields.Boolean(
        string="Lowest Row Has No Lower Bound",
        help="Figures below the lowest bound take the lowest row. Otherwise they get nothing. "
        "Use it where credit notes take back what sales earned, or for 0 days.",
    )
    rate_unit = fields.Selection(
        [
            ("percent", "Percent"),
            ("permille", "Per mille"),
            ("per_unit", "Amount per unit"),
            ("amount", "Fixed amount"),
        ],
        string="Values Are",
        required=True,
        default="percent",
        help="What a row's value means. A fixed amount is not multiplied by anything. "
        "Bands and steps always give amounts.",
    )
    line_ids = fields.One2many("rate.table.line", "table_id", string="Rows", copy=True)
    step_every = fields.Float(
        string="Each Full", min_display_digits=2, help="Length of a step, e.g. 1,000."
    )
    step_amount = fields.Float(
        string="Gives", min_display_digits=2, help="What each full step gives, e.g. 100."
    )
    step_cap = fields.Float(
        string="At Most", min_display_digits=2, help="The most that is given. 0: no limit."
    )
    description = fields.Text(
        compute="_compute_description", help="The table in words, as it may stand in a contract."
    )

    _step_not_negative = models.Constraint(
        "CHECK (step_every >= 0 AND step_amount >= 0 AND step_cap >= 0)",
        "The length, amount and limit of a step are numbers that are not negative.",
    )

    @api.depends(
        "method",
        "inputs",
        "input_label",
        "input_label_2",
        "bound",
        "open_below",
        "rate_unit",
        "step_every",
        "step_amount",
        "step_cap",
        "line_ids.from_value",
        "line_ids.from_value_2",
        "line_ids.value",
    )
    @api.depends_context("lang")
    def _compute_description(self):
        for table in self:
            table.description = table._describe()

    @api.constrains(
        "method",
        "inputs",
        "rate_unit",
        "open_below",
        "step_every",
        "step_amount",
        "step_cap",
        "line_ids",
    )
    def _check_table(self):
        for table in self:
            if table.method != "step" and not table.line_ids:
                continue  # rows may follow later; evaluating an empty table is refused
            try:
                table._get_calculator()
            except RateTableError as error:
                raise ValidationError(table._get_error_message(error)) from error
            table._check_step_size()
            table.line_ids._check_second_bound()

    def _check_step_size(self):
        self.ensure_one()
        largest = max(self.step_every, self.step_amount, self.step_cap)
        if largest >= LIMIT:
            raise ValidationError(
                self.env._(
                    "Rate table “%(table)s”: %(number)s is too large for a step. For no limit "
                    "leave “At Most” at 0.",
                    table=self.name,
                    number=f"{largest:g}",
                )
            )

    @api.model
    def get_import_templates(self):
        """A spreadsheet to fill in: Odoo's own import and export move tables with their rows."""
        return [
            {
                "label": self.env._("Import Template for Rate Tables"),
                "template": "/rate_table/static/xls/rate_table.xlsx",
            }
        ]

    @api.model
    def _sql_error_to_message(self, exc):
        """Rows are imported with their table: what is wrong with a row is said in its words."""
        lines = self.env["rate.table.line"]
        if exc.diag.table_name == lines._table:
            return lines._sql_error_to_message(exc)
        return super()._sql_error_to_message(exc)

    def copy_data(self, default=None):
        """Mark the copy's name."""
        vals_list = super().copy_data(default=default)
        if "name" not in (default or {}):
            for table, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%s (copy)", table.name)
        return vals_list

    def action_try(self):
        """Open the dialog in which figures can be tried on the table."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("rate_table.rate_table_try_action")
        action["context"] = {"default_table_id": self.id}
        return action

    @api.private
    def evaluate(self, values, basis=None):
        """Look up many values at once; no query per value.

        :param values: iterable of Decimal (one figure) or of pairs of Decimal (two figures)
        :param basis: iterable of Decimal, what the rate is applied to, one for each value;
            default: the (first) figure itself. Steps and bands do not use it; with the method
            ``incremental`` it must be the value.
        :return: list of :class:`~odoo.addons.rate_table.calculators.RateResult` in the same
            order; amounts are not rounded, in the currency of the caller's document
        :raise UserError: when the table has no rows, or a value has no meaning (NaN, a pair where
            one figure is asked for)
        :raise TypeError: for floats: convert with ``calculators.to_decimal``
        """
        self.ensure_one()
        try:
            return self._get_calculator().evaluate(values, basis)
        except RateTableError as error:
            raise UserError(self._get_error_message(error)) from error

    @api.private
    def explain(self, result):
        """Return in words, in the user's language, how a result came about.

        :param result: a ``RateResult`` of :meth:`evaluate`, or its ``trace``
        :return: str, one sentence a line
        """
        self.ensure_one()
        trace = result if isinstance(result, dict) else result.trace
        explain = {
            "incremental": self._explain_incremental,
            "step": self._explain_step,
        }.get(trace["method"], self._explain_row)
        return "\n".join(explain(trace) + self._explain_next(trace))

    def _get_calculator(self):
        """Return the pure calculator of the table.

        Hook: a module that adds a method of its own to ``method`` returns its calculator here.

        :raise RateTableError: when rows or options have no meaning
        """
        self.ensure_one()
        if self.method == "step":
            if self.inputs == "two":
                raise RateTableError("inputs", "a step looks up one figure")
            cap = to_decimal(self.step_cap) if self.step_cap else None
            return Step(to_decimal(self.step_every), to_decimal(self.step_amount), cap)
        rows = [
            Row(to_decimal(line.from_value), to_decimal(line.value), to_decimal(line.from_value_2))
            for line in self.line_ids
        ]
        return ROW_METHODS[self.method](
            rows,
            unit=self.rate_unit,
            bound=self.bound,
            inputs=2 if self.inputs == "two" else 1,
            open_below=self.open_below,
        )

    def _get_error_message(self, error):
        """Return the sentence that tells a user what is wrong and what to do."""
        name = self.name or ""
        messages = {
            "no_rows": self.env._("Rate table “%s” has no rows: add at least one.", name),
            "duplicate": self.env._(
                "Rate table “%(table)s” has two rows with the bound %(bound)s: remove one.",
                table=name,
                bound=error.details.get("bound"),
            ),
            "not_finite": self.env._(
                "Rate table “%s”: figures, bounds and values must be ordinary numbers.", name
            ),
            "inputs": self.env._(
                "Rate table “%s”: slices and steps look up one figure only. Set it to one figure.",
                name,
            ),
            "open_below": self.env._(
                "Rate table “%s” looks up two figures: its lowest row needs its bounds. Untick "
                "“Lowest Row Has No Lower Bound”.",
                name,
            ),
            "incremental_unit": self.env._(
                "Rate table “%s”: a slice needs a rate. Choose percent, per mille or an amount "
                "per unit.",
                name,
            ),
            "incremental_basis": self.env._(
                "Rate table “%s” applies each rate to its slice of the figure: it cannot be "
                "applied to another basis. Use the method “Whole amount at the rate reached”.",
                name,
            ),
            "input_count": self.env._(
                "Rate table “%(table)s” looks up %(needed)s figure(s), %(given)s given.",
                table=name,
                needed=error.details.get("needed"),
                given=error.details.get("given"),
            ),
            "step_every": self.env._(
                "Rate table “%s”: set the length of a step to more than 0.", name
            ),
        }
        return messages.get(error.code) or self.env._(
            "Rate table “%(table)s”: %(reason)s.", table=name, reason=str(error)
        )

    # Words

    def _describe(self):
        """Return the table in words, one row a line."""
        self.ensure_one()
        if self.method == "step":
            return self._describe_step()
        lines = self.line_ids.sorted(lambda line: (line.from_value, line.from_value_2))
        unit = self._get_display_unit()
        described = []
        for position, line in enumerate(lines):
            lowest = self.open_below and not position
            values = {
                "range": self._describe_range(
                    self.bound,
                    to_decimal(line.from_value),
                    to_decimal(line.from_value_2) if self.inputs == "two" else None,
                    # The next row's bound, where the lowest row has no other.
                    [to_decimal(other.from_value) for other in lines[1:2]] if lowest else None,
                ),
                "value": self._format_rate(to_decimal(line.value), unit),
            }
            described.append(self.env._("%(range)s: %(value)s", **values))
        return "\n".join(described)

    def _describe_step(self):
        values = {
            "every": self._format_number(to_decimal(self.step_every)),
            "give": self._format_number(to_decimal(self.step_amount)),
            "cap": self._format_number(to_decimal(self.step_cap)),
        }
        if self.step_cap:
            return self.env._("each full %(every)s gives %(give)s, at most %(cap)s", **values)
        return self.env._("each full %(every)s gives %(give)s", **values)

    def _describe_range(self, kind, start, start_2=None, below=None):
        """Return where a row holds, in words.

        :param kind: ``from`` or ``above``
        :param below: for the lowest row without a lower bound: list of the next row's bound, if
            there is one
        """
        included = kind == "from"
        if below is not None:
            if not below:
                return self.env._("any figure")
            end = self._format_number(below[0])
            return self.env._("below %s", end) if included else self.env._("up to %s", end)
        bound = self._format_number(start)
        if start_2 is None:
            return self.env._("from %s", bound) if included else self.env._("above %s", bound)
        values = {
            "first": self.input_label or self.env._("first figure"),
            "bound": bound,
            "second": self.input_label_2 or self.env._("second figure"),
            "bound_2": self._format_number(start_2),
        }
        if included:
            return self.env._("%(first)s from %(bound)s, %(second)s from %(bound_2)s", **values)
        return self.env._("%(first)s above %(bound)s, %(second)s above %(bound_2)s", **values)

    def _get_display_unit(self):
        return "amount" if self.method in ("band", "step") else self.rate_unit

    def _format_number(self, value):
        """Return the number as the user's language writes it, with the decimals it has."""
        value = Decimal(value)
        digits = max(-value.normalize().as_tuple().exponent, 0)
        return formatLang(self.env, float(value), digits=digits)

    def _format_rate(self, value, unit):
        number = self._format_number(value)
        if unit == "percent":
            return self.env._("%s %%", number)
        if unit == "permille":
            return self.env._("%s ‰", number)
        if unit == "per_unit":
            return self.env._("%s per unit", number)
        return number

    def _describe_trace_row(self, trace, row):
        """Return where a row of a trace holds, in words."""
        below = None
        if row.get("open_below"):
            below = [trace["next"]["from"]] if trace["next"] else []
        return self._describe_range(trace["bound"], row["from"], row.get("from_2"), below)

    def _explain_row(self, trace):
        number = self._format_number
        figures = number(trace["input"])
        if "input_2" in trace:
            figures = self.env._(
                "%(first)s and %(second)s", first=figures, second=number(trace["input_2"])
            )
        if not trace["row"]:
            return [self.env._("%s reaches no row: nothing is due.", figures)]
        rate = self._format_rate(trace["rate"], trace["unit"])
        sentences = [
            self.env._(
                "%(figures)s lies in the row “%(row)s”: %(rate)s",
                figures=figures,
                row=self._describe_trace_row(trace, trace["row"]),
                rate=rate,
            )
        ]
        if trace["unit"] != "amount":
            sentences.append(
                self.env._(
                    "%(rate)s of %(basis)s = %(amount)s",
                    rate=rate,
                    basis=number(trace["basis"]),
                    amount=number(trace["amount"]),
                )
            )
        return sentences

    def _explain_incremental(self, trace):
        number = self._format_number
        sentences = [
            self.env._(
                "%(start)s to %(end)s: %(rate)s of %(base)s = %(amount)s",
                start=number(part["from"]),
                end=number(part["to"]),
                rate=self._format_rate(part["rate"], trace["unit"]),
                base=number(part["base"]),
                amount=number(part["amount"]),
            )
            for part in trace["slices"]
        ]
        if not sentences:
            return [
                self.env._("%s reaches no row: nothing is due.", number(trace["input"])),
            ]
        return [*sentences, self.env._("Together: %s", number(trace["amount"]))]

    def _explain_step(self, trace):
        number = self._format_number
        sentence = self.env._(
            "Full steps of %(every)s: %(steps)s, amount %(amount)s",
            steps=trace["steps"],
            every=number(trace["every"]),
            amount=number(trace["amount"]),
        )
        if trace["capped"]:
            return [sentence, self.env._("Limited to %s.", number(trace["cap"]))]
        return [sentence]

    def _explain_next(self, trace):
        """The next row may give less (days) or more (turnover): it is named, not praised."""
        following = trace["next"]
        if not following:
            return []
        number = self._format_number
        values = {
            "row": self._describe_trace_row(trace, following),
            "rate": self._format_rate(following["value"], trace["unit"]),
            "missing": number(following["missing"]),
        }
        if "missing_2" in following:
            return [
                self.env._(
                    "Next row “%(row)s”: %(rate)s, %(missing)s and %(missing_2)s away",
                    missing_2=number(following["missing_2"]),
                    **values,
                )
            ]
        return [self.env._("Next row “%(row)s”: %(rate)s, %(missing)s away", **values)]
