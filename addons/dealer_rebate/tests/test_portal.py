# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import csv
import io
import re
import subprocess
import sys
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.tests import HttpCase, tagged

from odoo.addons.aftersales_base.tests.portal import PortalUsers

from .common import RebateCommon, golden

SCRIPT = Path(__file__).parent.parent / "static" / "check_rebate.py"
DAY = date(2026, 2, 20)


class PortalCommon(PortalUsers, RebateCommon):
    """Two dealers, each with a login of one of its contacts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tiers = golden("R14-restate")[0]["tiers"]
        cls.user = cls._create_portal_user(cls.dealer, "portal_one")
        cls.user_2 = cls._create_portal_user(cls.dealer_2, "portal_two")

    def _check(self, content):
        """Run the published script on a file."""
        with tempfile.NamedTemporaryFile(suffix=".csv") as file:
            file.write(content)
            file.flush()
            return subprocess.run(
                [sys.executable, "-I", SCRIPT, file.name],
                capture_output=True,
                text=True,
                check=False,
            )

    def _progress(self, agreement, day=DAY, partner=None):
        return agreement._get_progress(partner or self.dealer, day)


@tagged("post_install", "-at_install")
class TestProgress(PortalCommon):
    """Where a dealer stands today, and what the next row brings: exact."""

    def test_R4_next_tier_and_what_it_brings(self):
        """R4: what is missing, until when, and the money it brings, as the settlement pays it."""
        agreement = self._create_agreement(self._create_table(self.tiers))
        (first, low), (second, high) = self.tiers[0], self.tiers[1]
        self._invoice(self.dealer, "2026-02-01", first + 0.01)
        self._invoice(self.dealer_2, "2026-02-01", 77777)
        (row,) = self._progress(agreement)
        bought = Decimal(first) + Decimal("0.01")
        self.assertEqual(row["earned"], round(bought * low / 100, 2))
        self.assertEqual(row["next"]["missing"], second - bought)
        self.assertEqual(row["next"]["total"], Decimal(second * high) / 100)
        self.assertEqual(row["next"]["gain"], row["next"]["total"] - row["earned"])
        self.assertEqual(str(row["date_to"]), "2026-03-31")
        self.assertIn(row["line"]._money(row["next"]["gain"]), row["sentences"][-1])
        # The proof: with exactly that much more the settlement pays exactly that.
        self._invoice(self.dealer, "2026-02-02", float(row["next"]["missing"]))
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual(self._paid(settlement, self.dealer), float(row["next"]["total"]))

    def test_nothing_bought_yet_shows_the_first_row(self):
        """A dealer without a document sees what the first row asks for."""
        agreement = self._create_agreement(self._create_table(self.tiers))
        (row,) = self._progress(agreement)
        self.assertEqual(row["next"]["missing"], self.tiers[0][0])
        self.assertEqual((row["earned"], row["percent"]), (0, 0))

    def test_top_row_has_no_next(self):
        """At the top nothing more is promised."""
        agreement = self._create_agreement(self._create_table(self.tiers))
        self._invoice(self.dealer, "2026-02-01", self.tiers[-1][0])
        (row,) = self._progress(agreement)
        self.assertFalse(row["next"])
        self.assertEqual(row["percent"], 100)

    def test_row_above_its_bound_needs_a_cent_more(self):
        """Where a bound is excluded, what is missing is a cent more."""
        agreement = self._create_agreement(self._create_table([(1000, 5)], bound="above"))
        self._invoice(self.dealer, "2026-02-01", 900)
        (row,) = self._progress(agreement)
        self.assertEqual(row["next"]["missing"], Decimal("100.01"))

    def test_step_and_cap(self):
        """R5, R12: the next step, and a cap that leaves nothing of it."""
        table = self._create_table([], method="step", step_every=1000, step_amount=100)
        agreement = self._create_agreement(table, component_vals={"cap_amount": 250})
        self._invoice(self.dealer, "2026-02-01", 1600)
        (row,) = self._progress(agreement)
        self.assertEqual((row["earned"], row["next"]["missing"]), (100, 400))
        self.assertEqual(row["next"]["gain"], 100)
        self._invoice(self.dealer, "2026-02-02", 2000)
        (row,) = self._progress(agreement)
        self.assertEqual((row["earned"], row["next"]["gain"]), (250, 0))
        self.assertEqual(row["forgone"], 50)

    def test_R13_growth_turns_into_turnover(self):
        """R13: the growth of the next row, said in money."""
        agreement = self._create_agreement(
            self._create_table([(10, 1), (20, 2)]), component_vals={"rate_by": "growth"}
        )
        self._invoice(self.dealer, "2025-02-01", 1000)
        self._invoice(self.dealer, "2026-02-01", 1150)
        (row,) = self._progress(agreement)
        self.assertEqual(row["next"]["missing"], 50)
        self.assertEqual(row["next"]["total"], 24)

    def test_R3_own_periods_run_beside_each_other(self):
        """R3: month, quarter and year of one agreement, each with its own window."""
        tables = [self._create_table([(1000, rate)]) for rate in (1, 2, 4)]
        agreement = self._create_agreement(*tables, activate=False)
        for component, period in zip(
            agreement.component_ids, ("month", "quarter", "year"), strict=True
        ):
            component.period = period
        agreement.action_activate()
        self._invoice(self.dealer, "2026-01-05", 300)
        self._invoice(self.dealer, "2026-02-05", 500)
        rows = self._progress(agreement)
        self.assertEqual([row["next"]["missing"] for row in rows], [500, 200, 200])
        self.assertEqual(
            [str(row["date_to"]) for row in rows], ["2026-02-28", "2026-03-31", "2026-12-31"]
        )

    def test_R12_interim_settled_so_far(self):
        """R12: what an interim settlement paid is shown beside what is earned."""
        agreement = self._create_agreement(self._create_table([(0, 10)]))
        self._invoice(self.dealer, "2026-02-01", 1000)
        self._settle(agreement, "2026-02-10", cutoff="2026-02-10")
        self._invoice(self.dealer, "2026-02-15", 500)
        (row,) = self._progress(agreement)
        self.assertEqual((row["earned"], row["settled"]), (150, 100))

    def test_R7_shut_gate_promises_nothing(self):
        """R7: as long as a gate is shut, more turnover brings nothing, and the page says so."""
        metric = self.env["rebate.metric"].create(
            {"name": "Renewal", "code": "renewal", "kind": "reported"}
        )
        gate = Command.create({"metric_id": metric.id, "threshold": 30, "comparison": "ge"})
        agreement = self._create_agreement(
            self._create_table(self.tiers), component_vals={"gate_ids": [gate]}
        )
        self._invoice(self.dealer, "2026-02-01", self.tiers[0][0])
        (row,) = self._progress(agreement)
        self.assertEqual((row["earned"], row["next"]["gain"]), (0, 0))
        self.assertEqual(row["forgone"], self.tiers[0][0] * self.tiers[0][1] / 100)

    def test_R12_together_all_have_to_buy(self):
        """R12: where all are computed together, the next row is said without a promise."""
        agreement = self._create_agreement(
            self._create_table([(1000, 5), (2000, 10)]), group_mode="together"
        )
        self._invoice(self.dealer, "2026-02-01", 900)
        self._invoice(self.dealer_2, "2026-02-01", 600)
        (row,) = self._progress(agreement)
        self.assertEqual((row["earned"], row["next"]), (45, None))
        self.assertIn("reaches the row", row["sentences"][-1])

    def test_same_as_the_settlement(self):
        """At the end of a period progress and settlement say the same, also with carried caps."""
        agreement = self._create_agreement(
            self._create_table([(0, 10)]),
            component_vals={"cap_amount": 100, "cap_policy": "carried"},
        )
        self._invoice(self.dealer, "2026-02-01", 1500)
        self._settle(agreement, "2026-03-31")
        self._invoice(self.dealer, "2026-05-01", 300)
        (row,) = self._progress(agreement, date(2026, 6, 30))
        settlement = self._compute(agreement, "2026-06-30")
        line = settlement.line_ids.filtered(lambda line: not line.is_restatement)
        self.assertEqual(row["earned"], Decimal(str(line.earned)))
        self.assertEqual(row["earned"], 80)

    def test_only_who_takes_part(self):
        """Strangers, agreements that have not begun or are over: no progress."""
        agreement = self._create_agreement(
            self._create_table([(0, 10)]), partner_ids=self.dealer.ids, date_end="2026-06-30"
        )
        self.assertTrue(self._progress(agreement))
        self.assertFalse(self._progress(agreement, partner=self.dealer_2))
        self.assertFalse(self._progress(agreement, date(2025, 12, 31)))
        self.assertFalse(self._progress(agreement, date(2026, 7, 1)))
        for scope, vals in (
            ("all", {}),
            ("domain", {"partner_domain": f"[('id', '=', {self.dealer.id})]"}),
            ("member", {"member_ids": [Command.create({"partner_id": self.dealer.id})]}),
        ):
            other = self._create_agreement(
                self._create_table([(0, 10)]), name=scope, dealer_scope=scope, **vals
            )
            self.assertTrue(self._progress(other), scope)
            self.assertEqual(bool(self._progress(other, partner=self.dealer_2)), scope == "all")

    def test_queries_of_one_dealer(self):
        """A dealer's progress costs the same whatever the others buy, by an index of its own."""
        agreement = self._create_agreement(
            *[self._create_table(self.tiers) for _n in range(3)], dealer_scope="all", partner_ids=[]
        )
        self._invoice(self.dealer, "2026-02-01", 1000)
        counts = []
        for _n in range(3):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._progress(agreement)
            counts.append(self.env.cr.sql_log_count - before)
            dealers = [self._create_dealer(f"Other {n}") for n in range(10)]
            self._post_invoices(
                *(self._prepare_invoice(d, "2026-02-01", [10, 20]) for d in dealers)
            )
        self.assertEqual(counts[1], counts[2], counts)
        self.assertLessEqual(counts[2], 30)
        # Which plan is chosen depends on the data; that it can be chosen does not.
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE indexname = 'account_move_rebate_dealer_idx'"
        )
        ((definition,),) = self.env.cr.fetchall()
        self.assertIn("(commercial_partner_id, invoice_date)", definition)


@tagged("post_install", "-at_install")
class TestPortal(PortalCommon, HttpCase):
    """The dealer's pages, downloads, and that nobody else's figures are in them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.company)
        cls.agreement = cls._create_agreement(
            cls._create_table(cls.tiers), date_start=cls.today - relativedelta(years=1)
        )
        start, cls.end = cls.agreement._get_period_bounds(cls.today - relativedelta(months=3))
        cls.invoice = cls._invoice(cls.dealer, start, 12345.67, 0.05)
        cls._invoice(cls.dealer_2, start, 22222.22)
        cls.settlement = cls.agreement._settle_period(cls.end)
        cls.lines = cls.settlement.line_ids.sorted(lambda line: line.partner_id != cls.dealer)
        cls.url = f"/my/rebates/settlement/{cls.settlement.id}"

    def _get(self, url, login="portal_one"):
        self.authenticate(login, login)
        response = self.url_open(url)
        return response, " ".join(re.sub(r"<[^>]+>", " ", response.text).split())

    def _plain(self, text):
        return " ".join(text.split())

    def test_home_and_list(self):
        """The agreements that concern the dealer, with what was settled."""
        line = self.lines[0]
        response, text = self._get("/my/rebates")
        self.assertEqual(response.status_code, 200)
        self.assertIn(self.agreement.name, text)
        self.assertIn(self._plain(line._money(line.amount)), text)
        self.assertNotIn(self._plain(line._money(self.lines[1].amount)), text)
        self.authenticate("portal_one", "portal_one")
        counters = self.make_jsonrpc_request("/my/counters", {"counters": ["rebate_count"]})
        self.assertEqual(counters, {"rebate_count": 1})
        self.assertIn("Your Rebates", self.url_open("/my/home").text)

    def test_R4_agreement_page(self):
        """Progress of the running period and history on one page."""
        invoice = self._invoice(self.dealer, self.today, self.tiers[0][0])
        self.assertEqual(invoice.state, "posted")
        response, text = self._get(f"/my/rebates/{self.agreement.id}")
        self.assertEqual(response.status_code, 200)
        (row,) = self.agreement._get_progress(self.dealer, self.today)
        line = row["line"]
        for figure in (row["earned"], row["next"]["missing"], row["next"]["gain"]):
            self.assertIn(self._plain(line._money(figure)), text)
        self.assertIn(self._plain(line._money(self.lines[0].amount)), text)
        self.assertIn(self.url, response.text)
        self.assertIn("aria-valuenow", response.text)

    def test_missing_rate_does_not_break_the_page(self):
        """What the back office has to mend is not shown to a dealer as a crash."""
        currency = self.env["res.currency"].create({"name": "PTX", "symbol": "PTX"})
        self._post_invoices(
            self._prepare_invoice(self.dealer, self.today, [100], currency_id=currency.id)
        )
        response, text = self._get(f"/my/rebates/{self.agreement.id}")
        self.assertEqual(response.status_code, 200)
        self.assertIn("cannot be computed at the moment", text)

    def test_R12_settlement_page(self):
        """Amounts, calculation in words, documents; the draft of a computation is not shown."""
        response, text = self._get(self.url)
        line = self.lines[0]
        self.assertIn(self._plain(line._money(line.amount)), text)
        self.assertIn(self.invoice.name, text)
        for sentence in line._explain():
            self.assertIn(self._plain(sentence), text)
        self.assertNotIn(self._plain(line._money(self.lines[1].amount)), text)
        draft = self.env["rebate.settlement"].create(
            {"agreement_id": self.agreement.id, "date_to": self.today}
        )
        draft.action_compute()
        response, _text = self._get(f"/my/rebates/settlement/{draft.id}")
        self.assertTrue(response.url.endswith("/my/rebates"))

    def test_R4_statement(self):
        """The statement of this dealer, no one else's."""
        response, text = self._get(f"{self.url}/statement")
        self.assertEqual(response.status_code, 200)
        self.assertIn("attachment", response.headers["Content-Disposition"])
        self.assertIn(self.dealer.name, text)
        self.assertNotIn(self.dealer_2.name, text)

    # ------------------------------------------------------------------
    # CSV and the published script
    # ------------------------------------------------------------------

    def test_R15_csv_adds_up_by_the_published_script(self):
        """R15: the script, served to everybody, re-adds the file to the cent."""
        response, _text = self._get(f"{self.url}/lines.csv")
        rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
        self.assertEqual([row["record"] for row in rows], ["line", "document", "document"])
        self.assertEqual(Decimal(rows[0]["rebate"]), Decimal(str(self.lines[0].amount)))
        self.assertIn("5", rows[0]["rule"])
        self.assertNotIn(self.dealer_2.name, response.text)
        result = self._check(response.content)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn(rows[0]["rebate"], result.stdout)
        served = self.url_open("/dealer_rebate/static/check_rebate.py")
        self.assertEqual(served.text, SCRIPT.read_text())

    def test_R15_script_finds_a_cent(self):
        """R15: one cent more or less in any figure is found."""
        content = self.lines[0]._get_csv().decode("utf-8-sig")
        header, line, *documents = content.splitlines()
        names = header.split(",")
        for name in ("rebate", "earned", "settled_before", "counted", "calculated"):
            cells = next(csv.reader([line]))
            at = names.index(name)
            cells[at] = str(Decimal(cells[at]) + Decimal("0.01"))
            changed = io.StringIO()
            csv.writer(changed).writerow(cells)
            text = "\r\n".join([header, changed.getvalue().strip(), *documents])
            with self.subTest(name):
                self.assertEqual(self._check(text.encode()).returncode, 1)
        self.assertEqual(self._check(content.encode()).returncode, 0)

    def test_R15_script_reads_every_kind_of_table(self):
        """R15: slices, steps with a limit, bands, per mille, restatements and carried balances."""
        tables = (
            self._create_table([(0, 5), (1000, 10)], method="incremental"),
            self._create_table([(0, 50), (1000, 75)], method="band"),
            self._create_table([], method="step", step_every=100, step_amount=7, step_cap=500),
            self._create_table([(0, 3.333)], rate_unit="permille"),
            self._create_table([(0, 2), (1234.56, 9)], bound="above"),
            self._create_table([(0, 1)], open_below=True),
        )
        agreement = self._create_agreement(*tables, name="All kinds")
        self._invoice(self.dealer, "2026-02-01", 1234.56)
        first = self._settle(agreement, "2026-03-31")
        self._invoice(self.dealer, "2026-03-01", -300.07)
        second = self._settle(agreement, "2026-06-30")
        for settlement in (first, second):
            result = self._check(settlement.line_ids._get_csv())
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_csv_holds_no_formulas(self):
        """Text that a spreadsheet would run is defused."""
        self.dealer.name = "=cmd|' /C calc'!A0"
        content = self.lines[0]._get_csv().decode("utf-8-sig")
        self.assertIn("'=cmd", content)
        self.assertNotIn(",=cmd", content)
