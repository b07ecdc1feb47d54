# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The main job without a click, each step as the person who would do it.

A quarter is settled and posted for every dealer, half a year of rebates happens to the dealers of
the demo; a call is registered, dispatched, done and signed, a month of others before it; a
restricted part is refused; a KPI sheet is computed. What happened is written as tables and as
documents to print.
"""

import base64
import json
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

from odoo.exceptions import UserError
from odoo.tools import file_open, formatLang

from tools import recompute

from . import environment
from .check_demo import empty_screens
from .parts_story import PartsStory
from .rebate_story import RebateStory
from .service_story import ServiceStory

# Purchases of a quarter from which a dealer gets so many percent of them all.
REBATE_TIERS = ((500, 2), (1000, 3), (5000, 5), (20000, 7))
ROOT_MENU = "dealer_rebate.menu_rebate_root"
SIGNATURES_MENU = "dealer_rebate.menu_rebate_signature"


class Story:
    """The steps, and what there is to tell about them."""

    def __init__(self, env, choice):
        self.env = env
        self.choice = choice
        self.tables = []
        self.documents = []
        self.requests = []

    def tell(self, path):
        """Do everything, then write the summary."""
        self.invoices()
        self.rebates()
        self.half_year()
        self.service()
        self.service_desk()
        self.restricted_part()
        self.parts()
        self.price_list()
        self.sheets()
        told = {"tables": self.tables, "documents": self.documents, "requests": self.requests}
        path.write_text(json.dumps(told, indent=1))

    def invoices(self):
        """What the loader did."""
        path = Path(self.choice["summary"]).with_name("load-report.json")
        report = json.loads(path.read_text())
        rows = [
            ("invoices, credit notes", _pair(report["invoices"], report["credit_notes"])),
            ("dealers, products", _pair(report["dealers"], report["products"])),
            ("invoiced, credited", f"{report['invoiced']}, {report['credited']}"),
            ("rows used", f"{report['rows_used']:,}"),
            ("rows outside the dates", f"{report['rows_out_of_range']:,}"),
            ("rows that came twice", f"{report['rows_copied']:,}"),
            *(
                (f"rows rejected: {reason}", f"{count:,}")
                for reason, count in report["rejected"].items()
            ),
            ("seconds", f"{report['seconds']:.0f}"),
        ]
        way = "in bulk" if report["bulk"] else "one by one"
        self.tables.append((f"Invoices loaded {way}", rows))

    def rebates(self):
        """Every quarter of the range, for all dealers, to posted credit notes."""
        start = time.monotonic()
        agreement = self._agreement()
        rows, biggest = [], None
        for day in self._quarters():
            settlement = self._settle(agreement, day)
            again = self._settle(agreement, day)
            paid = settlement.line_ids.filtered("credit_note_id")
            rows += [
                (
                    f"{settlement.name}: dealers, credit notes",
                    _pair(settlement.dealer_count, settlement.credit_note_count),
                ),
                (f"{settlement.name}: paid", self._money(settlement.amount_payable)),
                ("settled again: paid", self._money(again.amount_payable)),
            ]
            if self.choice["bulk"]:
                rows.append(("recomputed from the file alone", self._recomputed(settlement)))
            biggest = (
                max((line for line in (biggest, *paid) if line), key=lambda line: line.amount)
                if paid or biggest
                else None
            )
        agreement.action_close()
        rows.append(("seconds", f"{time.monotonic() - start:.0f}"))
        self.tables.append((f"Rebates: {agreement.name}", rows))
        if biggest:
            note = biggest.credit_note_id
            self._document(
                "rebate-statement.pdf",
                "accountant",
                "dealer_rebate.report_rebate_statement",
                biggest,
            )
            self._document(
                "rebate-credit-note.pdf", "accountant", "account.report_invoice_with_payments", note
            )

    def half_year(self):
        """The dealers of the demo: what agreements, figures, wallet and supplier bring them."""
        start = time.monotonic()
        story = RebateStory(self.env)
        rows = story.tell()
        self.requests.append(story.to_sign())
        # What a dealer signs is printed, which needs the server: it comes with the request.
        empty = empty_screens(self._as("accountant"), ROOT_MENU, apart=[SIGNATURES_MENU])
        if empty:
            raise AssertionError(f"The accountant finds nothing under {', '.join(empty)}.")
        rows.append(("seconds", f"{time.monotonic() - start:.0f}"))
        self.tables.append(("Rebates of the demo's dealers, half a year", rows))

    def service(self):
        """One call, from the register to the signature and the callback."""
        clerk, supervisor = self._as("clerk"), self._as("supervisor")
        technician = self._as("technician")
        unit = self.env.ref("aftersales_service.unit_tx200_2")
        employee = self.env.ref("aftersales_base.employee_technician")
        voucher = clerk["aftersales.voucher"].create(
            {
                "lot_id": unit.id,
                "fault_id": self.env.ref("aftersales_service.fault_hyd_01").id,
                "fault_description": "The rear lift does not rise; the pump howls.",
                "planned_start": _today_at(9),
                "planned_end": _today_at(11),
                "technician_id": employee.id,
            }
        )
        voucher.with_env(supervisor).action_dispatch()
        job = voucher.with_env(technician)
        job.action_start()
        job.write(
            {
                "work_done": "Pump worn. Replaced pump and filter, bled the system, tested.",
                "meter_reading": unit.meter + 12,
                "line_ids": [
                    (0, 0, values) for values in self._job_lines(employee.van_location_id)
                ],
            }
        )
        with file_open("aftersales_service/demo/signature.png", "rb") as picture:
            job.action_sign(base64.b64encode(picture.read()), "Hillcrest Farm")
        clerk["aftersales.callback"].create(
            {"voucher_id": voucher.id, "outcome": "satisfied", "note": "Runs again."}
        )
        self.tables.append((f"Job {voucher.number}", self._job_rows(voucher)))
        self._document(
            "service-voucher.pdf", "supervisor", "aftersales_service.report_voucher", voucher
        )

    def service_desk(self):
        """Last month at the service desk, and what waits for somebody."""
        story = ServiceStory(self.env)
        rows = story.tell()
        self._check_screens(story)
        self.tables.append(("Service desk and workshop", rows))

    def restricted_part(self):
        """The storekeeper tries to send a core part to a customer."""
        part = self.env["product.product"].search(
            [("part_class", "=", "restricted"), ("qty_available", ">", 0)], limit=1
        )
        warehouse = self.env["stock.warehouse"].search([], limit=1)
        storekeeper = self._as("storekeeper")
        try:
            with self.env.cr.savepoint():
                picking = storekeeper["stock.picking"].create(
                    {
                        "partner_id": self.env.ref("aftersales_base.user_farm").id,
                        "picking_type_id": warehouse.out_type_id.id,
                        "location_id": warehouse.lot_stock_id.id,
                        "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                        "move_ids": [
                            (
                                0,
                                0,
                                {
                                    "product_id": part.id,
                                    "product_uom_qty": 1,
                                    "product_uom": part.uom_id.id,
                                    "location_id": warehouse.lot_stock_id.id,
                                    "location_dest_id": self.env.ref(
                                        "stock.stock_location_customers"
                                    ).id,
                                },
                            )
                        ],
                    }
                )
                picking.action_confirm()
                picking.action_assign()
                picking.move_ids.write({"quantity": 1, "picked": True})
                # Without the question whether the customer gets a message.
                picking.with_context(skip_sms=True).button_validate()
        except UserError as refusal:
            rows = [(part.display_name, " ".join(str(refusal).split()))]
            self.tables.append(("Restricted part refused", rows))
        else:
            raise AssertionError(f"The restricted part {part.display_name} left the house.")

    def parts(self):
        """What waits for somebody: returns of a dealer and of an outlet, a cart, a removal."""
        story = PartsStory(self.env)
        rows = story.tell()
        self._check_screens(story)
        self.tables.append(("Parts and prices: what waits", rows))

    def price_list(self):
        """The published guide list, as the pricing clerk hands it out."""
        priced = self.env["parts.price"]._read_group(
            [("date_from", "<=", date.today())], ["pricelist_id"], ["__count"]
        )
        rows = [(pricelist.name, f"{count} prices") for pricelist, count in priced]
        self.tables.append(("Published price lists", rows))
        wizard = self._as("pricing_clerk")["parts.price.list.print"].create(
            {"pricelist_id": priced[0][0].id}
        )
        self._document(
            "price-list.pdf", "pricing", "aftersales_parts_pricing.report_price_list", wizard
        )

    def sheets(self):
        """Last month's sheets of everybody who has a scheme."""
        today = date.today()
        last_month = date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)
        company = self.env.ref("base.main_company")
        sheets = self._as("supervisor")["aftersales.kpi.sheet"]._generate(company, last_month)
        rows = [
            (
                sheet._get_subject().display_name,
                ", ".join(
                    f"{line.indicator_id.name} {line.value:g} → {line.points:g}"
                    for line in sheet.line_ids
                ),
            )
            for sheet in sheets
        ]
        self.tables.append((f"KPI sheets of {last_month:%Y-%m}", rows))
        self._document("kpi-sheet.pdf", "supervisor", "aftersales_kpi.report_kpi_sheet", sheets[:1])

    @staticmethod
    def _check_screens(story):
        empty = story.empty()
        if empty:
            raise AssertionError(f"Nothing is found under {', '.join(empty)}.")

    def _as(self, person):
        return self.env(user=self.env.ref(f"aftersales_base.user_{person}"))

    def _agreement(self):
        """An agreement with every dealer over the range of the invoices."""
        table = self.env["rate.table"].create(
            {
                "name": "Dealer purchases of a quarter",
                "method": "whole",
                "line_ids": [
                    (0, 0, {"from_value": bound, "value": rate}) for bound, rate in REBATE_TIERS
                ],
            }
        )
        journal = self.env["account.journal"].search([("code", "=", "REB")], limit=1)
        journal = journal or self.env["account.journal"].create(
            {"name": "Dealer Rebates", "code": "REB", "type": "sale", "refund_sequence": True}
        )
        agreement = self._as("accountant")["rebate.agreement"].create(
            {
                "name": "Dealer purchases, quarterly",
                "date_start": self.choice["date_from"],
                "date_end": self.choice["date_to"],
                "dealer_scope": "all",
                "period": "quarter",
                "journal_id": journal.id,
                "component_ids": [
                    (0, 0, {"name": "Quarterly purchases", "rate_table_id": table.id})
                ],
            }
        )
        agreement.action_activate()
        return agreement

    def _quarters(self):
        first = date.fromisoformat(self.choice["date_from"])
        last = date.fromisoformat(self.choice["date_to"])
        quarter = (first.year, (first.month - 1) // 3)
        while quarter <= (last.year, (last.month - 1) // 3):
            yield max(first, date(quarter[0], quarter[1] * 3 + 1, 1))
            quarter = (quarter[0] + quarter[1] // 3, (quarter[1] + 1) % 4)

    def _settle(self, agreement, day):
        settlement = agreement._settle_period(day)
        while settlement.state == "posting":
            settlement._post_next_chunk()
            self.env.cr.commit()  # pylint: disable=invalid-commit
        return settlement

    def _recomputed(self, settlement):
        """Hold every dealer of a settlement against a second computation from the file.

        :raise AssertionError: naming the first dealers that differ
        """
        tiers = [(Decimal(start), Decimal(percent)) for start, percent in REBATE_TIERS]
        first = max(settlement.date_from, date.fromisoformat(self.choice["date_from"]))
        last = min(settlement.date_to, date.fromisoformat(self.choice["date_to"]))
        expected = recompute.rebates(self.choice["path"], first, last, tiers, "whole")
        settled = {
            line.partner_id.ref.removeprefix("ORII-"): Decimal(str(line.earned))
            for line in settlement.line_ids
            if not line.is_restatement and line.partner_id.ref
        }
        differing = sorted(
            dealer
            for dealer in expected.keys() | settled.keys()
            if expected.get(dealer, 0) != settled.get(dealer, 0)
        )
        if differing:
            raise AssertionError(
                f"{settlement.name} differs from the file for {len(differing)} dealers: "
                f"{', '.join(differing[:5])}."
            )
        return f"equal for all {len(expected):,} dealers"

    def _job_lines(self, van):
        """Two parts of the technician's van that have a published price, and the labour."""
        priced = self.env["parts.price"].search([]).product_id
        quants = self.env["stock.quant"].search(
            [("location_id", "=", van.id), ("product_id", "in", priced.ids), ("quantity", ">", 0)]
        )
        for product in quants.product_id[:2]:
            yield {"line_type": "part", "product_id": product.id, "quantity": 1}
        labour = self.env.ref("aftersales_service.product_labour")
        yield {"line_type": "labour", "product_id": labour.id, "quantity": 2}

    def _job_rows(self, voucher):
        rows = [
            ("customer, unit", f"{voucher.partner_id.name}, {voucher.lot_id.display_name}"),
            ("type", self._label(voucher, "service_type")),
            ("state", self._label(voucher, "state")),
            ("signed by", voucher.signed_by),
        ]
        for line in voucher.line_ids.filtered(lambda line: line.line_type == "part"):
            prices = (
                f"settlement {self._money(line.settlement_price)}, "
                f"guide {self._money(line.guide_price)}"
            )
            rows.append((line.product_id.display_name, prices))
        rows.append(("delivery from the van", voucher.picking_id.name))
        order = voucher.sale_order_id
        rows.append(("order", f"{order.name}, {self._money(order.amount_total)}"))
        return rows

    def _document(self, file, login, report, records):
        ids = ",".join(map(str, records.ids))
        self.documents.append({"file": file, "login": login, "url": f"/report/pdf/{report}/{ids}"})

    def _label(self, record, field):
        return dict(record._fields[field]._description_selection(self.env))[record[field]]

    def _money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.env.company.currency_id)


def _pair(first, second):
    return f"{first:,}, {second:,}"


def _today_at(hour):
    return f"{date.today()} {hour:02}:00:00"


if __name__ == "__main__":
    with environment(*sys.argv[1:3]) as environ:
        chosen = json.loads(sys.argv[3])
        Story(environ, chosen).tell(Path(chosen["summary"]))
