# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the demo data of ``aftersales_service`` cannot tell: two months, and what stands on them.

Jobs that are over count in last month's report; money, invoices and visits wait for somebody. Steps
as in :mod:`.steps`.
"""

import base64
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo.fields import Command
from odoo.tools import file_open

from .steps import Steps

MODULE = "aftersales_service"
# What somebody writes who does a step of a checklist, by the kind of its answer.
ANSWERS = {
    "tick": {"tick": True},
    "result": {"result": "ok"},
    "text": {"text": "As it should be"},
    "number": {"number": 352},
}


class ServiceStory(Steps):
    """The steps in their order; each returns the record that it is known by."""

    STEPS = (
        "service_before_paid",
        "service_before_warranty",
        "service_before_contract",
        "service_before_phone",
        "service_last_month_paid",
        "service_last_month_warranty",
        "service_last_month_contract",
        "service_last_month_phone",
        "service_cash_in_hand",
        "service_being_counted",
        "service_to_invoice",
        "service_training",
        "service_booked_twice",
        "service_rating",
        "service_goodwill",
        "service_not_genuine",
        "service_part_asked",
        "service_credit_short",
    )
    MENUS = (
        f"{MODULE}.menu_service",
        f"{MODULE}.menu_service_money",
        f"{MODULE}.menu_care",
        f"{MODULE}.menu_service_reporting",
        "aftersales_base.menu_aftersales_configuration",
        f"{MODULE}.menu_stock_goods",
        f"{MODULE}.menu_discipline_hr",
    )
    # Together they see every menu.
    PEOPLE = (
        "clerk",
        "supervisor",
        "technician",
        "storekeeper",
        "accountant",
        f"{MODULE}.user_quality",
        "hr",
    )
    # The hotline and supervisors may also go out themselves, and everybody may read what is held
    # against himself: mostly nothing.
    FOR_SOME = {
        f"{MODULE}.menu_service_my_job_list": ("technician",),
        f"{MODULE}.menu_cash_report": ("supervisor", "technician", "accountant"),
        f"{MODULE}.menu_cash_handover": ("supervisor", "technician", "accountant"),
        f"{MODULE}.menu_discipline": (f"{MODULE}.user_quality", "hr"),
    }

    def service_before_paid(self):
        """The month before last: a paid job in the north."""
        with self._on(self._month_before(4)):
            job = self._job("tx200_2", "eng_01", "The battery is flat every morning.")
            self._finish(job, "Radio drew current. Relay fitted.", "wiring")
        with self._on(self._month_before(5)):
            self._call_back(job, "satisfied", "Works; it took two visits.")
        return job

    def service_before_warranty(self):
        """Under warranty: the maker pays."""
        with self._on(self._month_before(10)):
            job = self._job("tx200_1", "hyd_02", "The coupling at the rear drips.")
            self._finish(job, "Hose replaced, coupling cleaned.", "hose", ["product_hose"])
        with self._on(self._month_before(12)):
            self._call_back(job, "satisfied")
        return job

    def service_before_contract(self):
        """Under contract, by the southern workshop."""
        with self._on(self._month_before(17)):
            job = self._job(
                *("ld80_1", "mnt_01", "Service at 4,750 hours.", "technician_south"),
                kind="maintenance",
            )
            self._finish(job, "Service by the book.", "service")
        with self._on(self._month_before(19)):
            self._call_back(job, "satisfied", "On time.")
        return job

    def service_before_phone(self):
        """A call that guidance solved (S6)."""
        with self._on(self._month_before(23), hour=15):
            call = self._call("ld80_2", "eng_01", "Does not start.", kind="guidance")
            call.work_done = "Gear lever was not in neutral."
            call.action_solve_by_phone()
        return call

    def service_last_month_paid(self):
        """A paid job of last month, whose customer was satisfied."""
        with self._on(self._last_month(6)):
            job = self._job("tx200_2", "ele_01", "The work lights flicker.")
            self._finish(job, "A plug at the rear lamp was corroded. Sealed.", "wiring")
        with self._on(self._last_month(8)):
            self._call_back(job, "satisfied", "Quick and clean.")
        return job

    def service_last_month_warranty(self):
        """A job under warranty: the customer pays nothing."""
        with self._on(self._last_month(13)):
            job = self._job("tx200_1", "hyd_02", "Oil under the lift cylinder.")
            self._finish(job, "Hose replaced, system bled.", "hose", ["product_hose"])
        with self._on(self._last_month(15)):
            self._call_back(job, "satisfied", "Dry again.")
        return job

    def service_last_month_contract(self):
        """A service under contract in the south."""
        with self._on(self._last_month(20)):
            job = self._job(
                *("ld80_1", "mnt_01", "Service at 5,000 hours.", "technician_south"),
                kind="maintenance",
            )
            self._finish(job, "Service by the book.", "service")
        with self._on(self._last_month(22)):
            self._call_back(job, "satisfied")
        return job

    def service_last_month_phone(self):
        """A call that guidance solved (S6)."""
        with self._on(self._last_month(24), hour=15):
            call = self._call("ld80_2", "ele_01", "The horn does not sound.", kind="guidance")
            call.work_done = "Fuse 4; the driver changed it while we talked."
            call.action_solve_by_phone()
        return call

    def service_cash_in_hand(self):
        """Collected the day before yesterday, and still in the technician's hands (S4)."""
        with self._on(self._days_ago(2)):
            job = self._small_job("The reversing horn is silent.")
            job.action_collect()
        return job

    def service_being_counted(self):
        """The accountant counts what another technician has brought: five are missing (S4)."""
        handover = self._as("accountant")["aftersales.cash.handover"].create(
            {"technician_id": self._employee("technician_south").id}
        )
        handover.write(
            {
                "amount_counted": handover.amount_expected - 5,
                "note": "Five short: change that was given back",
            }
        )
        return handover

    def service_to_invoice(self):
        """Done yesterday below the limit, neither collected nor invoiced: it is late (S4)."""
        with self._on(self._days_ago(1), hour=15):
            return self._small_job("The fan runs without end.")

    def service_training(self):
        """The drivers of the farm are taught next week, as promised within a month (S8)."""
        training = self._record("voucher_training").with_env(self._as("supervisor"))
        start = self._moment(self._days_ago(-6), 9)
        training.write(
            {
                "technician_id": self._employee("technician").id,
                "planned_start": start,
                "planned_end": start + timedelta(hours=3),
            }
        )
        training.action_dispatch()
        return training

    def service_booked_twice(self):
        """A second visit at the same hour, because the supervisor wishes it so (S7)."""
        technician = self._employee("technician")
        start = self._moment(self._days_ago(-2), 8)
        visits = self._as("supervisor")["aftersales.appointment"]
        first, second = (
            self._job(unit, fault, text).id
            for unit, fault, text in (
                ("ld80_2", "eng_01", "Turns, and does not start."),
                ("tx200_1", "ele_01", "The radio is dead."),
            )
        )
        visits.create(
            {
                "voucher_id": first,
                "technician_id": technician.id,
                "start": start,
                "end": start + timedelta(hours=4),
                "note": "Bring the compression tester",
            }
        )
        return visits.create(
            {
                "voucher_id": second,
                "technician_id": technician.id,
                "start": start + timedelta(hours=2),
                "end": start + timedelta(hours=3),
                "overlap_reason": "Next door to the loader: half an hour is enough.",
            }
        )

    def service_rating(self):
        """The customer of a finished job is asked how satisfied he is (S9)."""
        token = self._record("voucher_done")._rating_get_access_token()
        return self.env["rating.rating"].search([("access_token", "=", token)])

    def service_goodwill(self):
        """The clerk gives away a part of what the customer would pay, and says why (S2)."""
        job = self._record("voucher_warranty").with_env(self._as("clerk"))
        labour = job.line_ids.filtered(lambda line: line.line_type == "labour")
        labour._decide_cover("goodwill", 20, "Stood still twice in this season")
        return job

    def service_not_genuine(self):
        """A part of another make is fitted: the customer is told before he signs (S26)."""
        job = self._job("tx200_2", False, "A hose of the front loader sweats.")
        job.action_start()
        hose = {"line_type": "part", "product_id": self._record("product_hose_other").id}
        job.write({"work_done": "Hose replaced.", "line_ids": [Command.create(hose)]})
        return job

    def service_part_asked(self):
        """The technician asks the store for what his van lacks, and the job waits (S26)."""
        job = self._job("ld80_2", False, "Service at 3,000 hours.", kind="maintenance")
        job._ask_part(self._record("product_filter"), 4)
        return job

    def service_credit_short(self):
        """The maker credits less than he approved: the rest waits to be written off (S17)."""
        claim = self._as("accountant")["aftersales.claim"].search(
            [("case_ids.voucher_id", "=", self._record("voucher_claim_answered").id)]
        )
        claim.action_make_refund()
        refund = claim.credit_ids.move_id
        refund.write(
            {
                "invoice_date": self._days_ago(1),
                "ref": "Credit of yesterday, less handling",
                "invoice_line_ids": [
                    Command.update(line.id, {"price_unit": line.price_unit * 0.9})
                    for line in refund.invoice_line_ids
                ],
            }
        )
        refund.action_post()
        return claim

    # === HELPERS === #

    def _call(self, unit, fault, text, **values):
        """A call as the clerk registers it.

        :param unit: name of one of the demo's units
        :param fault: name of one of its fault codes, or nothing
        """
        return self._as("clerk")["aftersales.voucher"].create(
            {
                "lot_id": self._record(f"unit_{unit}").id,
                "fault_id": fault and self._record(f"fault_{fault}").id,
                "fault_description": text,
                **values,
            }
        )

    def _job(self, unit, fault, text, technician="technician", **values):
        """A call that the supervisor has dispatched.

        :return: aftersales.voucher, as its technician
        """
        employee = self._employee(technician)
        outlet = self.env["aftersales.outlet"].search([("technician_ids", "in", employee.ids)])
        given = {"outlet_id": outlet.id, "technician_id": employee.id}
        job = self._call(unit, fault, text, **given, **values)
        job.with_env(self._as("supervisor")).action_dispatch()
        return job.with_env(self.env(user=employee.user_id, su=False))

    def _small_job(self, text, unit="tx200_2", technician="technician"):
        """A finished job that is cheap enough to be collected on site (S4)."""
        job = self._job(unit, False, text, technician)
        return self._finish(job, "Contact cleaned.", "wiring")

    def _finish(self, job, work, operation, parts=()):
        """Do a job and have it signed.

        :param operation: name of an operation of the fee schedule
        :param parts: names of parts, a piece each
        """
        job.action_start()
        for step in job.checklist_line_ids:
            step.write(ANSWERS.get(step.answer_kind, {}))
        lines = [{"operation_id": self._record(f"operation_{operation}").id}]
        lines += [{"line_type": "part", "product_id": self._record(part).id} for part in parts]
        job.write({"work_done": work, "line_ids": [Command.create(line) for line in lines]})
        with file_open(f"{MODULE}/demo/signature.png", "rb") as picture:
            job.action_sign(base64.b64encode(picture.read()), job.partner_id.name)
        return job

    def _call_back(self, job, outcome, note=False):
        """What the hotline hears."""
        return self._as("clerk")["aftersales.callback"].create(
            {"voucher_id": job.id, "outcome": outcome, "note": note}
        )

    def _employee(self, name):
        return self.env.ref(f"aftersales_base.employee_{name}")

    def _record(self, name):
        return self.env.ref(f"{MODULE}.{name}")

    @staticmethod
    def _days_ago(days):
        return date.today() - timedelta(days=days)

    @staticmethod
    def _month_before(day):
        return date.today() + relativedelta(months=-2, day=day)

    @staticmethod
    def _last_month(day):
        return date.today() + relativedelta(months=-1, day=day)

    @staticmethod
    def _moment(day, hour):
        return datetime.combine(day, time(hour))

    def _rows(self):
        vouchers, complaints = self.env["aftersales.voucher"], self.env["aftersales.complaint"]
        states = dict(vouchers._fields["state"]._description_selection(self.env))
        counts = dict(vouchers._read_group([], ["state"], ["__count"]))
        late = self.env["aftersales.sla.deadline"].search_count([("state", "=", "overdue")])
        inside = self.env["aftersales.goods.receipt"].search_count([("state", "=", "in_house")])
        return [
            ("jobs", ", ".join(f"{counts[s]} {states[s].lower()}" for s in states if s in counts)),
            ("late deadlines", f"{late}"),
            ("goods in the house", f"{inside}"),
            ("complaints", f"{complaints.search_count([])}"),
        ]
