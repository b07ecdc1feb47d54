# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from lxml import html

from odoo.tests import tagged

from .common import RebateCommon, golden


@tagged("post_install", "-at_install")
class TestStatement(RebateCommon):
    """The statement says who, what, when, why and how much, one page a dealer."""

    def _render(self, lines):
        content, _type = self.env["ir.actions.report"]._render_qweb_html(
            "dealer_rebate.action_report_rebate_statement", lines.ids
        )
        pages = html.fromstring(content).xpath("//div[contains(@class, 'o_rebate_statement')]")
        return [self._plain(page.text_content()) for page in pages]

    def _plain(self, text):
        """Text with single, breaking spaces."""
        return " ".join(text.split())

    def test_R4_statement(self):
        """R4: both sides see the table, where the dealer stands, the documents and the sum."""
        given, expect = golden("R4-second")
        agreement = self._create_agreement(
            self._create_table(golden("R14-restate")[0]["tiers"]), note="<p>Paid in April.</p>"
        )
        first = self._invoice(self.dealer, "2026-02-01", given["quarter_purchases"] - 5000)
        self._invoice(self.dealer, "2026-02-02", 5000)
        self._invoice(self.dealer_2, "2026-02-01", 1)
        settlement = self._settle(agreement, "2026-03-31")
        pages = self._render(settlement.line_ids)
        self.assertEqual(len(pages), 2)
        page, other = pages
        note = settlement.line_ids.credit_note_id
        line = settlement.line_ids.filtered("amount")
        for text in (
            self.company.name,
            self.dealer.name,
            settlement.name,
            note.name,
            first.name,
            "2 documents",
            line._money(expect["rebate"]),
            line._money(given["quarter_purchases"]),
            "reached",
            "Paid in April.",
        ):
            self.assertIn(self._plain(text), page)
        self.assertNotIn(self.dealer_2.name, page)
        self.assertIn("below the first row", other)
        self.assertIn("Nothing is to be paid", other)
        self.assertNotIn(self.dealer.name, other)

    def test_statement_of_one_dealer(self):
        """Printed from a line, the statement holds that dealer only."""
        agreement = self._create_agreement(self._create_table([(0, 5)], method="incremental"))
        self._invoice(self.dealer, "2026-02-01", 100)
        self._invoice(self.dealer_2, "2026-02-01", 100)
        line = self._compute(agreement, "2026-03-31").line_ids[0]
        (page,) = self._render(line)
        self.assertIn("not yet posted", page)
        self.assertIn("own slice", page)
        action = line.action_print_statement()
        self.assertEqual(action["report_name"], "dealer_rebate.report_rebate_statement")

    def test_R14_statement_of_a_carried_balance(self):
        """R14: a negative balance is explained, not hidden."""
        agreement = self._create_agreement(self._create_table([(0, 10)]))
        self._invoice(self.dealer, "2026-02-01", 1000)
        self._settle(agreement, "2026-03-31")
        late = self._invoice(self.dealer, "2026-03-01", -400)
        (page,) = self._render(self._settle(agreement, "2026-06-30").line_ids)
        for text in ("restatement of 2026 Q1", late.name, "carried to the next settlement"):
            self.assertIn(self._plain(text), page)

    def test_explanations(self):
        """Each kind of table explains itself: slices, steps, a fixed sum, rounding, the floor."""
        cases = (
            (self._create_table([(0, 5), (1000, 10)], method="incremental"), {}, "From"),
            (self._create_table([(0, 50)], method="band"), {}, "which gives"),
            (
                self._create_table([], method="step", step_every=1000, step_amount=100),
                {},
                "full steps",
            ),
            (self._create_table([(0, 3.333)]), {}, "Rounded to the cent"),
            (self._create_table([(0, 5)], rate_unit="permille"), {}, "‰"),
        )
        self._invoice(self.dealer, "2026-02-01", 1234.56)
        for table, vals, text in cases:
            with self.subTest(text):
                agreement = self._create_agreement(table, name=text, **vals)
                line = self._compute(agreement, "2026-03-31").line_ids
                self.assertIn(text, line.explanation)
                self.assertIn("Payable", line.explanation)
        floor = self._create_agreement(
            self._create_table([(0, 10)], open_below=True), negative_policy="floor"
        )
        self._invoice(self.dealer_2, "2026-02-01", -10)
        line = self._compute(floor, "2026-03-31").line_ids.filtered(lambda x: x.base < 0)
        self.assertIn("counts as nothing", line.explanation)

    def test_R15_printed_credit_note_says_who_issued_it(self):
        """Also where the PDF engine leaves the letterhead out."""
        self._invoice(self.dealer, "2026-02-01", 25000)
        agreement = self._create_agreement(self._create_table(golden("R14-restate")[0]["tiers"]))
        note = self._settle(agreement, "2026-03-31").line_ids.credit_note_id
        content, _type = self.env["ir.actions.report"]._render_qweb_html(
            "account.report_invoice", note.ids
        )
        issuer = html.fromstring(content).xpath("//p[@name='rebate_issuer']")
        self.assertEqual(len(issuer), 1)
        self.assertIn(self.company.name, self._plain(issuer[0].text_content()))
        invoice = self._invoice(self.dealer, "2026-04-01", 100)
        content, _type = self.env["ir.actions.report"]._render_qweb_html(
            "account.report_invoice", invoice.ids
        )
        self.assertFalse(html.fromstring(content).xpath("//p[@name='rebate_issuer']"))
