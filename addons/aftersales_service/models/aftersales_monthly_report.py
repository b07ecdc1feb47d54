# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class Table(NamedTuple):
    """A table of the report: what the PDF and the XLSX both print."""

    title: str
    header: list
    rows: list
    # Columns that are amounts of money in the company's currency.
    money: tuple = ()


class AftersalesMonthlyReport(models.AbstractModel):
    """The monthly report to the head of service, and each person's own (S20).

    Everything is counted by grouped queries, whose number does not depend on that of the jobs.
    Days are the company's: a job that was done at 22:05 UTC on the 31st may belong to the next
    month.
    """

    _name = "aftersales.monthly.report"
    _description = "Monthly Report of Service"

    def _get_tables(self, company, first, last, user=None):
        """Tables of a range of days.

        :param company: res.company
        :param date first: first day, in the company's time
        :param date last: last day, included
        :param user: res.users whose own report it is; none for the department's
        :return: list of ``Table``
        """
        start, end = company._get_aftersales_bounds(first, last)
        base = Domain("company_id", "=", company.id)
        mine = Domain("technician_user_id", "=", user.id) if user else Domain.TRUE
        jobs = self._get_jobs(base & mine, start, end, by_technician=not user)
        tables = [
            *jobs,
            self._get_sla(base, start, end, user),
            *self._get_callbacks(base, start, end, user),
        ]
        if user:
            tables.insert(0, self._get_person(base, start, end, first, last, user))
        else:
            tables += [
                self._get_complaints(base, start, end),
                self._get_faults(base, first, last),
                self._get_money(base, first, last),
                self._get_accidents(base, first, last),
                self._get_invoiced(company, first, last),
            ]
        return tables

    # === JOBS === #

    def _get_jobs(self, base, start, end, by_technician):
        """Jobs by type, kind, outlet and technician: registered, done, by phone, rework, off."""
        names = ["service_type", "kind", "outlet_id"] + ["technician_id"] * by_technician
        done = base & self._between("done_at", start, end)
        counted = [
            base & self._between("registered_at", start, end),
            done & Domain("solved_by_phone", "=", False),
            done & Domain("solved_by_phone", "=", True),
            done & Domain("rework_of_id", "!=", False),
            base & self._between("cancelled_at", start, end),
        ]
        vouchers = self.env["aftersales.voucher"]
        columns = [
            [
                dict(rows)
                for rows in vouchers._read_grouping_sets(
                    domain, [[name] for name in names], ["__count"]
                )
            ]
            for domain in counted
        ]
        header = [
            self.env._("Registered"),
            self.env._("Done"),
            self.env._("By Phone"),
            self.env._("Rework"),
            self.env._("Struck Off"),
        ]
        tables = []
        for index, name in enumerate(names):
            label = vouchers._fields[name]._description_string(self.env)
            groups = {key for column in columns for key in column[index]}
            rows = [
                [text, *(column[index].get(key, 0) for column in columns)]
                for text, key in self._label(vouchers, name, groups)
            ]
            tables.append(
                Table(
                    self.env._("Jobs by %s", label),
                    [label, *header],
                    self._with_total(rows),
                )
            )
        return tables

    def _get_person(self, base, start, end, first, last, user):
        """What one person did: calls taken, callbacks made, jobs and hours of work."""
        vouchers, calls = self.env["aftersales.voucher"], self.env["aftersales.callback"]
        ((jobs, hours),) = self.env["aftersales.service.report"]._read_group(
            base & Domain("technician_user_id", "=", user.id) & self._done_between(first, last),
            [],
            ["__count", "labour_hours:sum"],
        )
        taken = vouchers.search_count(
            base & Domain("user_id", "=", user.id) & self._between("registered_at", start, end)
        )
        made = calls.search_count(
            base & Domain("user_id", "=", user.id) & self._between("called_at", start, end)
        )
        rows = [
            [self.env._("Calls registered"), taken],
            [self.env._("Customers called back"), made],
            [self.env._("Jobs done"), jobs],
            [self.env._("Hours of work"), round(hours or 0.0, 2)],
        ]
        return Table(user.name, ["", self.env._("Count")], rows)

    # === PROMISES, CALLS, COMPLAINTS === #

    def _get_sla(self, base, start, end, user):
        """Promises that were due: met, missed, waived, still open."""
        deadlines = self.env["aftersales.sla.deadline"]
        domain = (base | Domain("company_id", "=", False)) & self._between("due_at", start, end)
        domain &= Domain("state", "!=", "dropped")
        if user:
            domain &= Domain("user_id", "=", user.id)
        found = {}
        for policy, state, waived, count in deadlines._read_group(
            domain, ["policy_id", "state", "is_waived"], ["__count"]
        ):
            counts = found.setdefault(policy, [0, 0, 0, 0])
            place = {"met": 0, "missed": 1, "overdue": 1}.get(state, 3)
            counts[2 if waived and place == 1 else place] += count
        rows = [
            [policy.display_name, *counts, self._share(counts[0], sum(counts[:3]))]
            for policy, counts in sorted(found.items(), key=lambda item: item[0].sequence)
        ]
        return Table(
            self.env._("Deadlines"),
            [
                self.env._("Promise"),
                self.env._("Met"),
                self.env._("Missed"),
                self.env._("Waived"),
                self.env._("Open"),
                self.env._("Kept, %"),
            ],
            rows,
        )

    def _get_callbacks(self, base, start, end, user):
        """What customers said: of one person, about his jobs."""
        calls = self.env["aftersales.callback"]
        domain = base & self._between("called_at", start, end)
        if user:
            domain &= Domain("voucher_id.technician_user_id", "=", user.id)
        counts = dict(calls._read_group(domain, ["outcome"], ["__count"]))
        rows = [[text, counts[key]] for text, key in self._label(calls, "outcome", counts)]
        header = [self.env._("Outcome"), self.env._("Callbacks")]
        return [Table(self.env._("Callbacks"), header, self._with_total(rows))]

    def _get_complaints(self, base, start, end):
        """Complaints that came in: by cause and level, found true, media reports apart."""
        complaints = self.env["aftersales.complaint"]
        found = {}
        for kind, cause, level, finding, count in complaints._read_group(
            base & self._between("registered_at", start, end),
            ["kind", "cause", "level", "finding"],
            ["__count"],
        ):
            counts = found.setdefault((kind, cause), [0, 0, 0])
            counts[0 if level == "low" else 1] += count
            counts[2] += count if finding == "true" else 0
        kinds = dict(complaints._fields["kind"]._description_selection(self.env))
        causes = dict(complaints._fields["cause"]._description_selection(self.env))
        rows = [
            [kinds[kind], causes.get(cause, self.env._("(none)")), *counts]
            for (kind, cause), counts in sorted(found.items(), key=str)
        ]
        return Table(
            self.env._("Complaints"),
            [
                self.env._("Kind"),
                self.env._("Cause"),
                self.env._("Low"),
                self.env._("High"),
                self.env._("Found True"),
            ],
            rows,
        )

    # === FAULTS AND MONEY === #

    def _get_faults(self, base, first, last):
        """Faults by model: what the factory is asked to improve, the most frequent first."""
        found = self.env["aftersales.service.report"]._read_group(
            base
            & Domain("done_on", ">=", first)
            & Domain("done_on", "<=", last)
            & Domain("fault_id", "!=", False),
            ["product_id", "fault_id"],
            ["__count", "is_rework:array_agg", "parts_cost:sum"],
        )
        rows = [
            [
                product.display_name or self.env._("(none)"),
                fault.display_name,
                count,
                sum(map(bool, rework)),
                round(cost or 0.0, 2),
            ]
            for product, fault, count, rework, cost in sorted(
                found, key=lambda row: (-row[2], row[0].display_name or "", row[1].code)
            )
        ]
        return Table(
            self.env._("Faults by model: improvement requests to the factory"),
            [
                self.env._("Model"),
                self.env._("Fault"),
                self.env._("Jobs"),
                self.env._("Rework"),
                self.env._("Cost of Parts"),
            ],
            rows,
            money=(4,),
        )

    def _get_money(self, base, first, last):
        """Income and cost of the jobs done, by service type, in the company's currency."""
        report = self.env["aftersales.service.report"]
        found = report._read_group(
            base & self._done_between(first, last),
            ["service_type"],
            [
                "__count",
                "labour_hours:sum",
                "income:sum",
                "parts_cost:sum",
                "labour_cost:sum",
                "margin:sum",
            ],
        )
        values = {key: [round(value or 0.0, 2) for value in sums] for key, *sums in found}
        rows = [
            [text, int(values[key][0]), *values[key][1:]]
            for text, key in self._label(report, "service_type", values)
        ]
        return Table(
            self.env._("Income and cost of jobs done"),
            [
                self.env._("Service Type"),
                self.env._("Jobs"),
                self.env._("Hours"),
                self.env._("Income"),
                self.env._("Parts"),
                self.env._("Labour"),
                self.env._("Margin"),
            ],
            self._with_total(rows),
            money=(3, 4, 5, 6),
        )

    def _get_accidents(self, base, first, last):
        """Income and margin of accident jobs apart from the others (S25)."""
        found = self.env["aftersales.service.report"]._read_group(
            base & Domain("done_on", ">=", first) & Domain("done_on", "<=", last),
            ["kind"],
            ["__count", "income:sum", "income_insurer:sum", "margin:sum"],
        )
        sums = {True: [0, 0.0, 0.0, 0.0], False: [0, 0.0, 0.0, 0.0]}
        for kind, *values in found:
            group = sums[kind == "accident"]
            group[:] = [old + (new or 0) for old, new in zip(group, values, strict=True)]
        profit = sum(group[3] for group in sums.values())
        labels = {True: self.env._("Accident jobs"), False: self.env._("Other jobs")}
        rows = [
            [
                labels[accident],
                count,
                round(income, 2),
                round(insured, 2),
                round(margin, 2),
                self._share(margin, income),
                round(income / count, 2),
                self._share(margin, profit) if profit > 0 else "",
            ]
            for accident, (count, income, insured, margin) in sums.items()
            if count
        ]
        return Table(
            self.env._("Accident jobs and others"),
            [
                self.env._("Jobs"),
                self.env._("Count"),
                self.env._("Income"),
                self.env._("Of Insurers"),
                self.env._("Margin"),
                self.env._("Margin, %"),
                self.env._("Ticket Size"),
                self.env._("Share of Gross Profit, %"),
            ],
            rows,
            money=(2, 3, 4, 6),
        )

    def _get_invoiced(self, company, first, last):
        """What was invoiced for jobs in these days, before tax, net of credit notes."""
        self.env["account.move.line"].flush_model()
        self.env["sale.order.line"].flush_model()
        found = self.env.execute_query(
            SQL(
                """
                SELECT line.line_type, -SUM(item.balance)
                  FROM account_move_line AS item
                  JOIN account_move AS invoice ON invoice.id = item.move_id
                  JOIN sale_order_line_invoice_rel AS link ON link.invoice_line_id = item.id
                  JOIN sale_order_line AS ordered ON ordered.id = link.order_line_id
                  JOIN aftersales_voucher_line AS line
                    ON line.id = ordered.aftersales_voucher_line_id
                 WHERE invoice.state = 'posted'
                   AND item.display_type = 'product'
                   AND invoice.company_id = %s
                   AND invoice.invoice_date BETWEEN %s AND %s
                 GROUP BY line.line_type""",
                company.id,
                first,
                last,
            )
        )
        values = {key: round(float(amount), 2) for key, amount in found}
        lines = self.env["aftersales.voucher.line"]
        rows = [[text, values[key]] for text, key in self._label(lines, "line_type", values)]
        return Table(
            self.env._("Invoiced for jobs"),
            [self.env._("Type"), self.env._("Before Tax")],
            self._with_total(rows),
            money=(1,),
        )

    # === HELPERS === #

    def _between(self, name, start, end):
        return Domain(name, ">=", start) & Domain(name, "<", end)

    def _done_between(self, first, last):
        """Jobs done in these days; what was solved by phone is none, and takes no work (S6)."""
        return (
            Domain("done_on", ">=", first)
            & Domain("done_on", "<=", last)
            & Domain("solved_by_phone", "=", False)
        )

    def _label(self, model, name, keys):
        """Groups with what they are called: selections in their order, records by name."""
        field = model._fields[name]
        if field.type == "selection":
            known = field._description_selection(self.env)
            pairs = [(text, key) for key, text in known if key in keys]
        else:
            pairs = sorted(
                ((key.display_name, key) for key in keys if key), key=lambda pair: pair[0] or ""
            )
        rest = [key for key in keys if not key]
        return pairs + [(self.env._("(none)"), key) for key in rest]

    def _with_total(self, rows):
        """Sums of the columns of numbers, below more than one row."""
        if len(rows) < 2:
            return rows
        total = [self._get_total_label()]
        total += [round(sum(row[column] for row in rows), 2) for column in range(1, len(rows[0]))]
        return [*rows, total]

    @api.model
    def _get_total_label(self):
        """What the row of sums is called; papers know it by that."""
        return self.env._("Total")

    def _share(self, part, whole):
        """Per cent, or nothing where there is nothing to share."""
        return round(100.0 * part / whole, 1) if whole else ""
