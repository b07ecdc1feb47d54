# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import json
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount


class RebateSettlementLine(models.Model):
    """What one dealer gets for one component and one period: earned to date less settled to date.

    Written by the settlement's computation only; once posted it never changes. ``trace`` holds the
    whole calculation, so that it can be explained a year later. All amounts are in the agreement's
    currency.
    """

    _name = "rebate.settlement.line"
    _description = "Rebate Settlement Line"
    _order = "settlement_id, partner_id, period_from, component_id, id"

    settlement_id = fields.Many2one(
        "rebate.settlement", required=True, readonly=True, index=True, ondelete="cascade"
    )
    agreement_id = fields.Many2one(related="settlement_id.agreement_id", store=True, index=True)
    company_id = fields.Many2one(related="settlement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="settlement_id.currency_id", store=True)
    component_id = fields.Many2one(
        "rebate.component", required=True, readonly=True, index=True, ondelete="restrict"
    )
    component_key = fields.Char(required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Dealer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    period_from = fields.Date(required=True, readonly=True, help="First day of the period.")
    period_to = fields.Date(required=True, readonly=True, help="Last day that was counted.")
    is_restatement = fields.Boolean(
        string="Restatement",
        readonly=True,
        help="The line corrects an earlier period, because documents dated in it came or changed "
        "after it was settled, or because its balance was carried (R14).",
    )
    state = fields.Selection(
        [("draft", "To Post"), ("posted", "Posted"), ("carried", "Carried")],
        required=True,
        default="draft",
        readonly=True,
        help="Carried: the dealer's balance is negative. Nothing is posted, and the amounts come "
        "back in the next settlement.",
    )
    is_carried = fields.Boolean(
        string="To Carry",
        readonly=True,
        help="The dealer's balance in this settlement is negative.",
    )
    outlet_id = fields.Many2one(
        "aftersales.outlet",
        string="Store",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The dealer's store that earned it, where stores earn (R2).",
    )
    base = fields.Float(
        string="Basis",
        digits=(16, 4),
        min_display_digits=2,
        readonly=True,
        help="What counts in the period, to date, in currency or unit.",
    )
    base_delta = fields.Float(
        string="Basis Not Settled Before",
        digits=(16, 4),
        min_display_digits=2,
        readonly=True,
        help="Basis to date less what posted settlements counted.",
    )
    forgone = fields.Monetary(
        readonly=True,
        help="What a shut gate, a cap or a better offer took away.",
    )
    source_count = fields.Integer(
        string="Invoice Lines", readonly=True, help="Number of invoice lines that count."
    )
    rate = fields.Float(
        min_display_digits=2,
        readonly=True,
        aggregator="avg",
        help="Value of the table row that the turnover reached.",
    )
    earned = fields.Monetary(
        readonly=True, help="Earned in the period to date, rounded once, half up."
    )
    settled_before = fields.Monetary(
        readonly=True, help="Paid for the same period and component by earlier settlements."
    )
    amount = fields.Monetary(
        string="Payable", readonly=True, help="Earned to date less settled before."
    )
    trace = fields.Json(readonly=True, help="The calculation, step by step.")
    explanation = fields.Text(
        compute="_compute_explanation", help="The calculation in words, from its trace."
    )
    credit_note_id = fields.Many2one(
        "account.move",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The credit note that paid this line.",
    )
    allocation_ids = fields.One2many("rebate.allocation", "settlement_line_id")

    _key_state_idx = models.Index("(component_key, state, period_from)")

    @api.depends("trace", "component_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            line.display_name = (
                f"{line.partner_id.display_name} · {line.component_id.name} · {line._get_label()}"
            )

    @api.depends("trace")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for line in self:
            line.explanation = "\n".join(line._explain()) if line.trace else False

    @api.model
    def _insert_computed(self, vals_list):
        """Create the lines of a settlement in one statement, instead of ``create``.

        ``create`` makes a record of its own for each amount, only to learn its currency; for two
        thousand dealers that takes longer than computing what they earn. Nothing is lost by it:
        lines come from the computation only, complete and rounded. Stored fields that other
        modules compute from them are computed as ever.

        :param vals_list: values of columns, the same ones in each, amounts rounded; see
            ``rebate.settlement._prepare_line_vals``
        :return: the lines, in the order of their values
        """
        self.check_access("create")
        if not vals_list:
            return self
        now = {
            "create_uid": self.env.uid,
            "write_uid": self.env.uid,
            "create_date": self.env.cr.now(),
            "write_date": self.env.cr.now(),
        }
        ids = self._reserve_ids(len(vals_list))
        rows = [
            {"id": line_id, "state": "draft"} | now | vals
            for line_id, vals in zip(ids, vals_list, strict=True)
        ]
        names = list(rows[0])
        columns = SQL(", ").join(SQL.identifier(name) for name in names)
        self.env.cr.execute(
            SQL(
                "INSERT INTO rebate_settlement_line (%s) SELECT %s "
                "FROM jsonb_populate_recordset(NULL::rebate_settlement_line, %s)",
                columns,
                columns,
                json.dumps(rows, default=str),
            )
        )
        lines = self.browse(ids)
        self.env["rebate.settlement"].invalidate_model(["line_ids"], flush=False)
        with self.env.protecting([self._fields[name] for name in names], lines):
            lines.modified(names, create=True)
        return lines

    def _reserve_ids(self, count):
        """Ids for rows that are about to be inserted."""
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                self._table,
                count,
            )
        )
        return [line_id for (line_id,) in rows]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        if any(line.state != "draft" for line in self):
            raise UserError(
                self.env._("A posted settlement line stays: corrections are new lines (R14).")
            )

    def action_view_allocations(self):
        """Open the invoice lines behind these settlement lines."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dealer_rebate.rebate_allocation_action"
        )
        action["domain"] = [("settlement_line_id", "in", self.ids)]
        return action

    def action_view_credit_note(self):
        """Open the credit note that paid this line."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "view_mode": "form",
            "res_id": self.credit_note_id.id,
        }

    def action_print_statement(self):
        """Print the statements of these lines' dealers, one page each."""
        report = self.env.ref("dealer_rebate.action_report_rebate_statement")
        # The statement has its own letterhead: nobody needs to configure a layout first.
        return report.report_action(self, config=False)

    def _get_label(self):
        """Name of the line's period."""
        self.ensure_one()
        return self.agreement_id._get_period_label(self.period_from, self.component_id.period)

    # ------------------------------------------------------------------
    # The calculation in words
    # ------------------------------------------------------------------

    def _money(self, value):
        """A number of the trace as money."""
        self.ensure_one()
        return format_amount(self.env, float(value), self.currency_id)

    def _number(self, value):
        """A number of the trace without superfluous digits."""
        return format(Decimal(value).normalize(), "f")

    def _exact(self, value):
        """An amount before rounding: all its digits where it has more than the currency."""
        unit = Decimal(1).scaleb(-self.currency_id.decimal_places)
        if Decimal(value) == Decimal(value).quantize(unit):
            return self._money(value)
        return f"{self._number(value)} {self.currency_id.name}"

    def _rate_text(self, value):
        """A row's value with its unit."""
        unit = self.trace.get("unit")
        if unit == "percent":
            return f"{self._number(value)} %"
        if unit == "permille":
            return f"{self._number(value)} ‰"
        if unit == "per_unit":
            return self.env._("%s per unit", self._money(value))
        return self._money(value)

    def _explain(self):
        """Sentences that lead from what counts to the payable amount. For extension.

        :return: list of sentences in the reader's language
        """
        self.ensure_one()
        sentences = self._explain_restatement()
        if self.trace["method"] == "fixed":
            sentences.append(self.env._("A fixed sum: %s.", self._money(self.trace["amount"])))
        elif self.trace["method"] == "guarantee":
            sentences += self._explain_guarantee()
        else:
            sentences += self._explain_value() + self._explain_rate()
        sentences += self._explain_conditions()
        sentences += self._explain_cuts()
        sentences += self._explain_group()
        sentences += self._explain_rounding()
        sentences += self._explain_payable()
        return sentences + self._explain_next()

    def _explain_restatement(self):
        if not self.is_restatement:
            return []
        return [
            self.env._(
                "Restatement of %(period)s in this settlement: documents dated in it came or "
                "changed after it was settled, or its balance was carried.",
                period=self._get_label(),
            )
        ]

    def _explain_value(self):
        """What counts, and the figure that is looked up where it is another one."""
        trace = self.trace
        sentences = [
            self.env._(
                "%(basis)s of %(period)s to date: %(base)s.",
                basis=self._get_basis_label(),
                period=self._get_label(),
                base=self._quantity(trace["base"]),
            )
        ]
        if trace.get("group_total"):
            sentences.append(
                self.env._("All members together: %s.", self._quantity(trace["group_total"]))
            )
        if trace.get("rate_by") == "growth":
            sentences.append(self._explain_growth())
        for metric in trace.get("metrics", []):
            sentences.append(
                self.env._(
                    "%(metric)s: %(value)s.",
                    metric=metric["name"],
                    value=self._figure(metric["value"]),
                )
            )
        return sentences

    def _explain_growth(self):
        trace = self.trace
        if trace.get("no_value") or not Decimal(trace["previous"]):
            return self.env._("There is no turnover of the previous year to compare with.")
        return self.env._(
            "Compared with %(previous)s in the previous year: growth of %(growth)s %%.",
            previous=self._quantity(trace["previous"]),
            growth=self._number(round(Decimal(trace["input"]), 2)),
        )

    def _explain_guarantee(self):
        trace = self.trace
        return [
            self.env._(
                "Earned by all other components: %(earned)s; guaranteed %(guaranteed)s%(how)s. "
                "Missing: %(missing)s.",
                earned=self._money(trace["basis"]),
                guaranteed=self._money(trace["guaranteed"]),
                how=self.env._(", all periods together") if trace["cumulative"] else "",
                missing=self._money(trace["amount"]),
            )
        ]

    def _explain_conditions(self):
        """Adjustments and gates with value and verdict, and what a shut gate cost."""
        sentences = []
        for point in self.trace.get("adjustments", []):
            sentences.append(
                self.env._(
                    "%(name)s: value %(value)s, %(verdict)s.",
                    name=point["name"],
                    value=self._figure(point["value"]),
                    verdict=self.env._("counted") if point["holds"] else self.env._("not counted"),
                )
            )
        for gate in self.trace.get("gates", []):
            sentences.append(
                self.env._(
                    "Gate %(name)s: value %(value)s, %(verdict)s.",
                    name=gate["name"],
                    value=self._figure(gate["value"]),
                    verdict=self.env._("open") if gate["holds"] else self.env._("shut"),
                )
            )
        if self.trace.get("shut"):
            sentences.append(
                self.env._("A shut gate costs %(amount)s.", amount=self._money(self.trace["shut"]))
            )
        return sentences

    def _figure(self, value):
        """A metric's value as a reader writes it, or that there is none."""
        if value is None:
            return self.env._("none")
        return self._number(round(Decimal(value), 4))

    def _explain_cuts(self):
        """What a cap or a better offer took away."""
        sentences = []
        for name, label in (
            ("period_cap", self.env._("cap of the period")),
            ("life", self.env._("cap for life")),
        ):
            cut = self.trace.get(name)
            if cut:
                sentences.append(
                    self.env._(
                        "The %(label)s of %(limit)s leaves %(left)s of %(before)s.",
                        label=label,
                        limit=self._money(cut["limit"]),
                        left=self._money(Decimal(cut["before"]) - Decimal(cut["cut"])),
                        before=self._exact(cut["before"]),
                    )
                )
        excluded = self.trace.get("excluded")
        if excluded:
            sentences.append(
                self.env._(
                    "Not combinable with %(other)s, which pays %(amount)s: %(before)s are forgone.",
                    other=excluded["by"],
                    amount=self._money(excluded["by_amount"]),
                    before=self._money(excluded["before"]),
                )
            )
        return sentences

    def _explain_group(self):
        if "group_amount" not in self.trace:
            return []
        return [
            self.env._(
                "Share of %(amount)s for all, by own turnover of %(base)s: %(earned)s.",
                amount=self._money(self.trace["group_amount"]),
                base=self._quantity(self.trace["own_base"]),
                earned=self._money(self.trace["earned"]),
            )
        ]

    def _get_basis_label(self):
        basis = self.component_id.basis
        return dict(self.component_id._fields["basis"]._description_selection(self.env))[basis]

    def _quantity(self, value):
        """A number of the trace as money, or in the unit of the component."""
        component = self.component_id
        if component.basis == "quantity":
            return f"{self._number(value)} {component.uom_id.name or ''}".strip()
        return self._money(value)

    def _looked_up(self, value):
        """A bound of the table in the unit of what is looked up."""
        if self.trace.get("rate_by", "basis") == "basis":
            return self._quantity(value)
        return f"{self._number(value)} %"

    def _explain_rate(self):
        trace = self.trace
        sentences = []
        if trace.get("no_value") or trace["method"] == "points":
            return sentences
        if "documents" in trace:
            return [
                self.env._(
                    "The table is read for each of %(count)s documents; they give %(amount)s.",
                    count=trace["documents"],
                    amount=self._exact(trace["amount"]),
                )
            ]
        slices = trace.get("slices")
        if slices:
            sentences += [
                self.env._(
                    "From %(low)s to %(high)s: %(rate)s of %(base)s = %(amount)s.",
                    low=self._quantity(part["from"]),
                    high=self._quantity(part["to"]),
                    rate=self._rate_text(part["rate"]),
                    base=self._quantity(part["base"]),
                    amount=self._exact(part["amount"]),
                )
                for part in slices
            ]
        elif trace["method"] == "step":
            sentences.append(
                self.env._(
                    "%(steps)s full steps give %(amount)s.",
                    steps=self._number(trace["steps"]),
                    amount=self._money(trace["amount"]),
                )
            )
        elif trace.get("row"):
            sentences.append(self._explain_row(trace["row"]))
        else:
            sentences.append(self.env._("It stays below the first row of the table."))
        return sentences

    def _explain_row(self, row):
        if self.trace["method"] == "band":
            return self.env._(
                "It reaches the row from %(bound)s, which gives %(amount)s.",
                bound=self._looked_up(row["from"]),
                amount=self._money(row["value"]),
            )
        return self.env._(
            "It reaches the row from %(bound)s: %(rate)s of %(base)s = %(amount)s.",
            bound=self._looked_up(row["from"]),
            rate=self._rate_text(row["value"]),
            base=self._quantity(self.trace["basis"]),
            amount=self._exact(self.trace["amount"]),
        )

    def _explain_rounding(self):
        trace = self.trace
        if trace.get("floored"):
            return [
                self.env._(
                    "A negative result counts as nothing under this agreement (%(amount)s).",
                    amount=self._money(trace["floored"]),
                )
            ]
        if Decimal(trace.get("exact", trace["amount"])) == Decimal(trace["earned"]):
            return []
        return [self.env._("Rounded to the cent: %(amount)s.", amount=self._money(trace["earned"]))]

    def _explain_payable(self):
        sentences = []
        if Decimal(self.trace["settled_before"]):
            sentences.append(
                self.env._(
                    "Settled before for the same period: %(amount)s.",
                    amount=self._money(self.trace["settled_before"]),
                )
            )
        sentences.append(
            self.env._("Payable: %(amount)s.", amount=self._money(self.trace["payable"]))
        )
        return sentences

    def _explain_next(self):
        following = self.trace.get("next")
        if not following:
            return []
        return [
            self.env._(
                "%(missing)s more would have reached the row from %(bound)s (%(rate)s).",
                missing=self._looked_up(following["missing"]),
                bound=self._looked_up(following["from"]),
                rate=self._rate_text(following["value"]),
            )
        ]

    # ------------------------------------------------------------------
    # The statement
    # ------------------------------------------------------------------

    def _get_statement_pages(self):
        """Lines grouped as they are printed: one page for each settlement and dealer."""
        return [
            lines
            for settlement_lines in self.grouped("settlement_id").values()
            for lines in settlement_lines.sorted(
                lambda line: (line.partner_id.display_name or "", line.is_restatement, line.id)
            )
            .grouped("partner_id")
            .values()
        ]

    def _get_table_rows(self):
        """Rows of the table as printed, with a mark where the dealer stands.

        :return: list of dicts {from, value, reached}
        """
        self.ensure_one()
        trace = self.trace or {}
        reached = (trace.get("row") or {}).get("from")
        return [
            {
                "from": self._looked_up(row["from"]),
                "value": self._rate_text(row["value"]),
                "reached": row["from"] == reached,
            }
            for row in trace.get("table", [])
        ]

    def _get_documents(self, limit=None):
        """Documents behind a line, summed: what the statement lists.

        :param limit: at most so many, the largest first
        :return: list of dicts {document, date, base, amount}
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT document, document_date, SUM(base_delta)::text, SUM(amount_delta)::text
                  FROM rebate_allocation WHERE settlement_line_id IN %s
              GROUP BY document, document_date ORDER BY document_date, document
                """,
                tuple(self.ids) or (0,),
            )
        )
        documents = [
            {"document": name, "date": date, "base": Decimal(base), "amount": Decimal(amount)}
            for name, date, base, amount in rows
        ]
        return documents[:limit] if limit else documents
