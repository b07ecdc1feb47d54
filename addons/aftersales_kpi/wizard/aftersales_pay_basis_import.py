# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from decimal import Decimal

from odoo import api, fields, models

from odoo.addons.aftersales_base.export import as_xlsx
from odoo.addons.aftersales_base.spreadsheet import as_number, as_text

COLUMNS = {
    "employee": (as_text, True),
    "year": (as_number, True),
    "amount": (as_number, True),
    "note": (as_text, False),
}
LIMIT = Decimal("1e12")


class AftersalesPayBasisImport(models.TransientModel):
    """Imports last year's average months from XLSX or CSV: everything, or nothing and why (K1)."""

    _name = "aftersales.pay.basis.import"
    _inherit = ["aftersales.spreadsheet.mixin"]
    _description = "Import Pay Bases"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    template_file = fields.Binary(compute="_compute_template", help="Fill in and import.")
    template_name = fields.Char(compute="_compute_template")

    @api.depends("company_id")
    def _compute_template(self):
        content = base64.b64encode(as_xlsx({"Bases": (list(COLUMNS), [])}))
        for wizard in self:
            wizard.template_name = "pay-bases.xlsx"
            wizard.template_file = content

    def action_import(self):
        """Import the file as drafts, or show what is wrong with it.

        :return: an action: the drafts, or this form again with the problems
        """
        self.ensure_one()
        self.env["aftersales.pay.basis"].check_access("create")
        bases = self._import_all_or_nothing()
        if bases is None:
            return self._reopen()
        return bases._get_list_action(bases)

    def _read_file(self):
        return self._read_records("Bases", COLUMNS)

    def _write_file(self, vals_list):
        return self.env["aftersales.pay.basis"]._with_step().create(vals_list).with_env(self.env)

    def _find_known(self, rows):
        people = self._find_people({cells.get("employee") for cells in rows})
        return people, self._find_taken({int(cells["year"]) for cells in rows if "year" in cells})

    def _find_people(self, names):
        """{badge, work e-mail or name: employees} of the company, in one search."""
        names = [name for name in names if name]
        # sudo: badges are HR's; the user was checked to be allowed to enter pay bases, and only
        # people of the wizard's company are found.
        employees = (
            self.env["hr.employee"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    *("|", "|", ("barcode", "in", names), ("work_email", "in", names)),
                    ("name", "in", names),
                ]
            )
        )
        found = {}
        for field in ("name", "work_email", "barcode"):
            found |= employees.filtered(field).grouped(field)
        return found

    def _find_taken(self, years):
        """(employee id, year) of the bases that are there, in one search."""
        bases = self.env["aftersales.pay.basis"].search(
            [("company_id", "=", self.company_id.id), ("year", "in", list(years))]
        )
        return {(basis.employee_id.id, basis.year) for basis in bases}

    def _prepare_row(self, number, cells, known, problems):
        """Values of a basis, or nothing where the row has a problem."""
        people, taken = known
        if not {"employee", "year", "amount"} <= cells.keys():
            return None
        problem = self._judge(number, cells, people, taken)
        if problem:
            problems.append(problem)
            return None
        employee = people[cells["employee"]]
        taken.add((employee.id, int(cells["year"])))
        return {
            "company_id": self.company_id.id,
            "employee_id": employee.id,
            "year": int(cells["year"]),
            "amount": float(cells["amount"]),
            "note": cells.get("note"),
            "origin": "imported",
        }

    def _judge(self, number, cells, people, taken):
        """What is wrong with a row, as a sentence, or nothing."""
        name = cells["employee"]
        employees = people.get(name, self.env["hr.employee"])
        if not employees:
            return self.env._(
                "Row %(row)s: %(company)s has no employee with the badge, work e-mail or name "
                "“%(name)s”.",
                row=number,
                company=self.company_id.name,
                name=name,
            )
        if len(employees) > 1:
            return self.env._(
                "Row %(row)s: more than one employee is called “%(name)s”: write the badge or the "
                "work e-mail.",
                row=number,
                name=name,
            )
        year, amount = cells["year"], cells["amount"]
        if year != int(year) or not 1990 <= year <= 2199:
            return self.env._("Row %(row)s: %(year)s is no year.", row=number, year=year)
        if not 0 < amount < LIMIT:
            return self.env._(
                "Row %(row)s: the amount %(amount)s is not above zero and below a million "
                "millions.",
                row=number,
                amount=amount,
            )
        if amount % Decimal(str(self.company_id.currency_id.rounding)):
            return self.env._(
                "Row %(row)s: the amount %(amount)s has more decimals than %(currency)s has.",
                row=number,
                amount=amount,
                currency=self.company_id.currency_id.name,
            )
        if (employees.id, int(year)) in taken:
            return self.env._(
                "Row %(row)s: %(name)s has a pay basis for %(year)s already.",
                row=number,
                name=name,
                year=int(year),
            )
        return None
