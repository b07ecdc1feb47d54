# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Both ways into Odoo, and that they write the same rows."""

import csv
from collections import defaultdict
from contextlib import contextmanager
from datetime import date

from odoo.tests import tagged

from tools.invoice_loader import SAMPLE, BooksProblem, InputProblem

from .common import QUARTER, LoaderCase

# Compared is every stored column but these: ids are drawn from sequences, and the two ways
# run at different times.
# The moment at which a row was written; the calendar keeps it under a name of its own.
IGNORED = {"id", "create_date", "write_date", "calendar_last_notif_ack"}
RANK = "account.res.partner.increase_rank.customer_rank"


@tagged("post_install", "-at_install")
class TestBothWays(LoaderCase):
    """One sample in, both ways, from the same state; then every column compared."""

    @contextmanager
    def undone(self):
        """Undo what is done inside, what Odoo does after the commit included."""
        pending = dict(self.env.cr.postcommit.data.get(RANK, {}))
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()
            later = self.env.cr.postcommit.data.get(RANK)
            if later is not None:
                later.clear()
                later.update(pending)

    def rows(self, table, ids):
        self.env.cr.execute(
            f"SELECT * FROM {table} WHERE id = ANY(%s) ORDER BY id",  # pylint: disable=sql-injection
            [list(ids)],
        )
        return self.env.cr.dictfetchall()

    def relations(self, records):
        """{(field, record): ids} of every stored many2many of the records."""
        return {
            (name, record.id): set(record[name].ids)
            for name, field in records._fields.items()
            if field.type == "many2many" and field.store and not field.related
            for record in records
            if record[name]
        }

    def snapshot(self):
        """{table: [row]} with ids of what was loaded replaced by what they stand for."""
        self.env.flush_all()
        self.env.invalidate_all()
        moves = self.moves()
        partners = moves.partner_id | moves.commercial_partner_id | moves.partner_shipping_id
        products = moves.line_ids.product_id
        templates = products.product_tmpl_id
        names = {
            "account_move": {move.id: move.ref for move in moves},
            "res_partner": {partner.id: partner.ref or partner.name for partner in partners},
            "product_product": {product.id: product.default_code for product in products},
            "product_template": {tmpl.id: tmpl.default_code for tmpl in templates},
        }
        found = {
            "account_move": self.rows("account_move", moves.ids),
            "account_move_line": self.rows("account_move_line", moves.line_ids.ids),
            "res_partner": self.rows("res_partner", partners.ids),
            "product_product": self.rows("product_product", products.ids),
            "product_template": self.rows("product_template", templates.ids),
        }
        later = self.env.cr.postcommit.data.get(RANK, {})
        for row in found["res_partner"]:
            row["customer_rank"] += later.get(row["id"], 0)
        for model in ("account.move", "account.move.line", "res.partner", "product.template"):
            table = model.replace(".", "_")
            records = self.env[model].browse([row["id"] for row in found[table]])
            linked = self.relations(records)
            for row in found[table]:
                row["relations"] = {
                    name: ids for (name, record_id), ids in linked.items() if record_id == row["id"]
                }
        return {table: self.named(table, rows, names) for table, rows in found.items()}

    def named(self, table, rows, names):
        """Rows under a natural key, with natural values for ids that are new in each load."""
        model = self.env[table.replace("_", ".")]
        position, result = defaultdict(int), {}
        for row in rows:
            values = {}
            for column, value in row.items():
                field = model._fields.get(column)
                target = (
                    names.get(field.comodel_name.replace(".", "_"))
                    if (field is not None and field.type == "many2one")
                    else None
                )
                if column not in IGNORED:
                    values[column] = target.get(value, value) if target else value
            if table == "account_move_line":
                key = (values["move_id"], position[values["move_id"]])
                position[values["move_id"]] += 1
            else:
                key = names[table][row["id"]]
            result[key] = values
        return result

    def assert_same(self, by_orm, in_bulk):
        for table, rows in by_orm.items():
            self.assertTrue(rows, table)
            self.assertEqual(sorted(rows), sorted(in_bulk[table]), table)
            for key, row in rows.items():
                different = {
                    column: (value, in_bulk[table][key][column])
                    for column, value in row.items()
                    if value != in_bulk[table][key][column]
                }
                self.assertFalse(different, f"{table} {key}: (ORM, bulk)")

    def compare(self, **options):
        options = {**QUARTER, **options}
        found, reports = [], []
        for bulk in (False, True):
            with self.undone():
                reports.append(self.load(bulk=bulk, **options))
                found.append(self.snapshot())
        self.assert_same(*found)
        for name in ("invoices", "credit_notes", "total", "rows_used", "rejected", "dealers"):
            self.assertEqual(getattr(reports[0], name), getattr(reports[1], name), name)
        return found[0], reports[0]

    def test_both_ways_write_the_same_rows(self):
        rows, report = self.compare()
        self.assertEqual(len(rows["account_move"]), 150)
        self.assertEqual(len(rows["account_move_line"]), 150 + report.rows_used)

    def test_the_comparison_sees_a_difference(self):
        with self.undone():
            self.load(limit=3)
            self.env.flush_all()
            rows, other = self.snapshot(), self.snapshot()
        self.assert_same(rows, other)
        next(iter(other["account_move_line"].values()))["balance"] += 0.01
        with self.assertRaises(AssertionError):
            self.assert_same(rows, other)

    def use_foreign_company(self):
        """A company in EUR with two rates of GBP; the file is in GBP."""
        self.company = self.new_company("Loader SARL", self.currency("EUR"))
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": self.gbp.id,
                    "company_id": self.company.id,
                    "name": day,
                    "rate": rate,
                }
                for day, rate in (("2010-09-30", 0.8593), ("2010-11-15", 0.8479))
            ]
        )

    def test_foreign_currency(self):
        self.use_foreign_company()
        for method in ("round_globally", "round_per_line"):
            with self.subTest(method=method):
                self.company.tax_calculation_rounding_method = method
                rows, _report = self.compare()
                moves = rows["account_move"].values()
                rates = {round(row["invoice_currency_rate"], 4) for row in moves}
                self.assertEqual(rates, {0.8593, 0.8479})
                self.assertTrue(
                    any(row["amount_total"] != abs(row["amount_total_signed"]) for row in moves)
                )

    def test_dealers_and_products_with_settings_of_their_own(self):
        self.unlike_dealers()
        self.unlike_products()
        rows, report = self.compare()
        self.assertLess(report.dealers_created, report.dealers)
        self.assertLess(report.products_created, report.products)
        lines = rows["account_move_line"].values()
        for kind in ("product", "payment_term"):
            accounts = {row["account_id"] for row in lines if row["display_type"] == kind}
            self.assertEqual(len(accounts), 2, kind)
        moves = rows["account_move"].values()
        for column in ("invoice_user_id", "fiscal_position_id"):
            self.assertGreater(len({row[column] for row in moves}), 1, column)
        for column in ("commercial_partner_id", "partner_shipping_id"):
            self.assertTrue(any(row[column] != row["partner_id"] for row in moves), column)

    def account(self, kind, name):
        return (
            self.env["account.account"]
            .with_company(self.company)
            .create(
                {
                    "name": name,
                    "code": f"99{len(name)}",
                    "account_type": kind,
                    "reconcile": kind == "asset_receivable",
                }
            )
        )

    def unlike_dealers(self):
        Partner = self.env["res.partner"].with_company(self.company)
        refs = [f"ORII-{number}" for number in range(40001, 40041)]
        terms = self.env.ref("account.account_payment_term_30days", raise_if_not_found=False)
        seller = self.env["res.users"].create({"name": "Seller", "login": "loader.seller"})
        Partner.create({"name": "With a seller", "ref": refs[0], "user_id": seller.id})
        Partner.create(
            {
                "name": "With terms",
                "ref": refs[1],
                "property_payment_term_id": terms.id if terms else False,
                "property_account_receivable_id": self.account(
                    "asset_receivable", "Other dealers"
                ).id,
            }
        )
        parent = Partner.create({"name": "Head office", "is_company": True})
        Partner.create({"name": "Branch", "ref": refs[2], "parent_id": parent.id})
        store = Partner.create({"name": "With a store", "ref": refs[3], "is_company": True})
        Partner.create({"name": "Store", "type": "delivery", "parent_id": store.id})
        Partner.create({"name": "Gone", "ref": refs[4], "active": False})

    def unlike_products(self):
        code = self.first_code()
        category = self.env["product.category"].with_company(self.company)
        category = category.create(
            {
                "name": "Of its own",
                "property_account_income_categ_id": self.account("income", "Parts sold").id,
            }
        )
        self.env["product.product"].create(
            {
                "name": "Known before",
                "default_code": code.lower(),
                "categ_id": category.id,
                "uom_id": self.env.ref("uom.product_uom_dozen").id,
            }
        )

    def first_code(self):
        with SAMPLE.open(newline="") as stream:
            return sorted(
                row["StockCode"] for row in csv.DictReader(stream) if row["StockCode"][-1:] == "A"
            )[0]

    def test_bulk_goes_on_where_create_and_post_stopped(self):
        with self.undone():
            self.load(**QUARTER)
            by_orm = self.snapshot()
        with self.undone():
            self.load(**QUARTER, limit=60)
            report = self.load(bulk=True, **QUARTER)
            in_bulk = self.snapshot()
        self.assertEqual(report.already_loaded, 60)
        self.assertEqual(report.invoices + report.credit_notes, 90)
        # prototypes of the second load start from raised ranks: those must not count twice
        self.assert_same(by_orm, in_bulk)

    def test_posting_goes_on_after_bulk(self):
        self.load(bulk=True, **QUARTER)
        names = self.moves().filtered(lambda move: move.move_type == "out_invoice").mapped("name")
        move = self.moves()[:1].copy({"invoice_date": date(2010, 12, 31), "ref": "by hand"})
        move.action_post()
        self.assertEqual(move.name, f"INV/2010/{len(names) + 1:05d}")
        self.assertFalse(move.made_sequence_gap)


@tagged("post_install", "-at_install")
class TestLoad(LoaderCase):
    """What a load leaves behind, in either way."""

    def test_default_is_the_last_quarter_of_2010(self):
        report = self.load()
        self.assertFalse(report.bulk)
        self.assertEqual(
            (report.date_from, report.date_to), (date(2010, 10, 1), date(2010, 12, 31))
        )
        self.check(report)

    def test_bulk(self):
        self.check(self.load(bulk=True, **QUARTER))

    def check(self, report):
        moves = self.moves()
        self.assertEqual(len(moves), report.invoices + report.credit_notes)
        self.assertEqual(len(moves), 150)
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        self.assertEqual(moves.company_id, self.company)
        self.assertEqual(moves.currency_id, self.gbp)
        self.assertFalse(moves.line_ids.tax_ids)
        self.assertEqual(
            self.gbp.compare_amounts(
                sum(moves.mapped("amount_untaxed_signed")), float(report.total)
            ),
            0,
        )
        for move in moves:
            self.assertEqual(move.date, move.invoice_date)
            self.assertEqual(move.invoice_date_due, move.invoice_date)
            self.assertFalse(self.gbp.compare_amounts(sum(move.line_ids.mapped("balance")), 0))
        products = moves.line_ids.product_id
        self.assertEqual(len(products), report.products)
        self.assertEqual([code for code in products.mapped("default_code") if code.islower()], [])
        self.assertEqual(len(moves.partner_id), report.dealers)
        self.assertIn(self.env.ref("base.ie"), moves.partner_id.country_id)
        if "is_dealer" in moves.partner_id._fields:
            self.assertEqual(set(moves.partner_id.mapped("is_dealer")), {True})
        self.assertEqual(
            report.rows_read,
            report.rows_used
            + report.rows_already_loaded
            + report.rows_rejected
            + report.rows_copied
            + report.rows_out_of_range,
        )

    def test_second_load_adds_nothing(self):
        for bulk in (False, True):
            first = self.load(bulk=bulk, limit=20)
            if bulk:
                self.assertEqual(first.invoices + first.credit_notes, 0)
            again = self.load(bulk=not bulk, limit=20)
            self.assertEqual(again.invoices + again.credit_notes, 0)
            self.assertEqual((again.already_loaded, again.total), (20, 0))
            self.assertEqual(len(self.moves()), 20)

    def test_each_company_has_its_own(self):
        other = self.new_company("Other Ltd", self.gbp)
        self.load(limit=5)
        report = self.load(limit=5, company=other)
        self.assertEqual(report.already_loaded, 0)
        self.assertEqual(report.dealers_created, 0)
        self.assertEqual(len(self.moves(other)), 5)

    def test_rejects_and_progress(self):
        seen = []
        path = self.folder / "rejects.csv"
        report = self.load(
            bulk=True, **QUARTER, reject_path=path, progress=lambda *args: seen.append(args)
        )
        with path.open(newline="") as stream:
            self.assertEqual(len(list(csv.DictReader(stream))), report.rows_rejected)
        self.assertEqual(
            [stage for stage, done, total in seen if done == total],
            ["read", "dealers and products", "insert"],
        )
        self.assertEqual(seen[-1], ("insert", 150, 150))

    def test_no_chatter_either_way(self):
        self.load(limit=5)
        self.load(bulk=True, limit=10)
        self.assertFalse(self.moves().message_ids)
        self.assertFalse(self.moves().message_follower_ids)

    def test_locked_period(self):
        self.company.fiscalyear_lock_date = date(2010, 10, 31)
        for bulk in (False, True):
            with self.assertRaisesRegex(BooksProblem, "locked up to 2010-10-31"):
                self.load(bulk=bulk, **QUARTER)
            self.assertFalse(self.moves())

    def test_missing_rate_is_an_error(self):
        company = self.new_company("Loader GmbH", self.currency("EUR"))
        self.env["res.currency.rate"].search([("currency_id", "=", self.gbp.id)]).unlink()
        for bulk in (False, True):
            with self.assertRaisesRegex(BooksProblem, "no rate of GBP on or before 2010-10-02"):
                self.load(bulk=bulk, company=company, **QUARTER)

    def test_no_chart_of_accounts(self):
        company = self.env["res.company"].create({"name": "Bare"})
        with self.assertRaisesRegex(BooksProblem, "chart of accounts"):
            self.load(company=company)

    def test_unknown_currency(self):
        with self.assertRaisesRegex(BooksProblem, "no currency XXQ"):
            self.load(currency="XXQ")

    def test_nothing_in_the_range(self):
        for bulk in (False, True):
            with self.assertRaisesRegex(InputProblem, "no usable invoice from 1990-01-01"):
                self.load(bulk=bulk, date_from="1990-01-01", date_to="1990-12-31")
        with self.assertRaisesRegex(InputProblem, "soon is not a date"):
            self.load(date_from="soon")

    def test_bulk_refuses_what_it_does_not_know(self):
        journal = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.company.id)], limit=1
        )
        journal.invoice_reference_type = "partner"
        with self.assertRaisesRegex(BooksProblem, "payment reference"):
            self.load(bulk=True, **QUARTER)
        self.assertFalse(self.moves())

    def test_years_are_numbered_apart(self):
        row = ["70001", "BRAKE PUMP", "1"]
        path = self.file_of(
            *(
                [number, *row, day, "10.5", "40001", "EIRE"]
                for number, day in (("1", "2010-12-31"), ("2", "2011-01-01"), ("3", "2011-02-01"))
            )
        )
        self.load(path, bulk=True)
        self.assertEqual(
            {move.ref: move.name for move in self.moves()},
            {
                "ORII-1": "INV/2010/00001",
                "ORII-2": "INV/2011/00001",
                "ORII-3": "INV/2011/00002",
            },
        )
