# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A made-up service department: customers with their units, two promises, a million old jobs."""

import os

from odoo import fields
from odoo.fields import Command
from odoo.tools import SQL

from .common import copy_row

#: Fewer for a quick look; the budgets are meant for a million.
VOUCHERS = int(os.environ.get("BENCHMARK_VOUCHERS", "1000000"))
#: Units of the nightly run.
UNITS = int(os.environ.get("BENCHMARK_UNITS", "1000000"))
#: Open ones among them, with a deadline for each promise.
OPEN = VOUCHERS // 20
OPEN_STATES = ("registered", "dispatched", "in_progress", "waiting_part", "in_workshop")
BATCH = 1000


class Department:
    """People, units and promises; the same each time."""

    def __init__(self, env):
        self.env = env
        self.company = env.company
        self.product = env["product.product"].create(
            {"name": "Benchmark machine", "is_storable": True, "tracking": "serial"}
        )
        area = env["aftersales.area"].create({"name": "Benchmark", "code": "BENCH"})
        self.customers = env["res.partner"].create(
            [
                {
                    "name": f"Benchmark customer {number:03d}",
                    "phone": f"+44 114 496 {number:04d}",
                    "street": f"{number} Foundry Lane",
                    "city": "Sheffield",
                    "aftersales_area_id": area.id,
                }
                for number in range(500)
            ]
        )
        self.units = env["stock.lot"].create(
            [
                {
                    "name": f"BENCH-{number:05d}",
                    "product_id": self.product.id,
                    "user_partner_id": self.customers[number % 500].id,
                }
                for number in range(BATCH)
            ]
        )
        self.faults = env["aftersales.fault"].create(
            [{"name": f"Benchmark fault {n}", "code": f"BENCH-{n}"} for n in range(20)]
        )
        self.technicians = env["hr.employee"].create(
            [{"name": f"Benchmark technician {number}"} for number in range(10)]
        )
        self.outlet = env["aftersales.outlet"].create(
            {
                "name": "Benchmark outlet",
                "code": "BENCH",
                "area_ids": [Command.set(area.ids)],
                "technician_ids": [Command.set(self.technicians.ids)],
            }
        )
        self.policies = self._create_policies()

    @classmethod
    def find(cls, env):
        """The department that an earlier benchmark has left on the database."""
        found = cls.__new__(cls)
        found.env, found.company = env, env.company
        found.units = env["stock.lot"].search([("name", "like", "BENCH-")], order="id")
        found.customers = found.units.user_partner_id
        found.product = found.units.product_id
        found.faults = env["aftersales.fault"].search([("code", "like", "BENCH-")], order="id")
        found.outlet = env["aftersales.outlet"].search([("code", "=", "BENCH")])
        found.technicians = found.outlet.technician_ids
        found.policies = env["aftersales.sla.policy"].search([("name", "like", "Benchmark:")])
        return found

    def prepare_calls(self):
        """Values of a thousand calls, each on a unit of its own."""
        return [
            {
                "lot_id": unit.id,
                "fault_id": self.faults[number % 20].id,
                "fault_description": "The rear lift does not rise.",
                "technician_id": self.technicians[number % 10].id,
            }
            for number, unit in enumerate(self.units)
        ]

    def multiply(self):
        """A million jobs of five years, one in twenty of them open with two deadlines.

        They are copies of one that Odoo registered, written by a statement a table.
        """
        env = self.env
        voucher = env["aftersales.voucher"].create(self.prepare_calls()[0])
        env.flush_all()
        seconds = 5 * 365 * 86400 // VOUCHERS
        moment = SQL("now() at time zone 'UTC' - nth * interval '1 s' * %s", seconds)
        later = SQL("%s + interval '3 days'", moment)
        opened = SQL("nth %% %s = 0", VOUCHERS // OPEN)
        state = SQL(
            """CASE WHEN %s THEN (%s)[1 + nth / %s %% %s]
                    WHEN nth %% 100 = 1 THEN 'done'
                    WHEN nth %% 100 IN (2, 3) THEN 'cancelled' ELSE 'closed' END""",
            *(opened, list(OPEN_STATES), VOUCHERS // OPEN, len(OPEN_STATES)),
        )
        copy_row(
            env,
            "aftersales_voucher",
            SQL("generate_series(1, %s) AS nth", VOUCHERS),
            voucher.id,
            {
                "reference": SQL("'BN' || nth"),
                "number": SQL("'BV/' || nth"),
                "number_year": 1999,
                "number_index": SQL("nth"),
                "access_token": None,
                "priority": SQL("CASE WHEN nth %% 40 = 0 THEN '1' ELSE '0' END"),
                "registered_at": moment,
                "planned_start": later,
                "done_at": SQL("CASE WHEN NOT (%s) THEN %s END", opened, later),
                "callback_due_at": SQL("CASE WHEN nth %% 100 = 1 THEN %s END", later),
                "state": state,
                "lot_id": _spread(self.units),
                "partner_id": _spread(self.customers),
                "fault_id": _spread(self.faults),
                "technician_id": _spread(self.technicians),
            },
            returning=False,
        )
        self._multiply_deadlines(voucher)
        env.invalidate_all()
        env.cr.commit()
        # What PostgreSQL does by itself after a while.
        env.cr._cnx.autocommit = True
        env.cr.execute("VACUUM ANALYZE")
        env.cr._cnx.autocommit = False

    def multiply_units(self):
        """A million units that were sold over ten years, one in ten maintained since then.

        :return: rules that remind of maintenance, of the end of a warranty and of a contract
        """
        env = self.env
        today = self.company._get_aftersales_date(fields.Datetime.now())
        unit = self.units[0]
        sold_on = SQL("%s::date - nth %% 3650", today)
        copy_row(
            env,
            "stock_lot",
            SQL("generate_series(1, %s) AS nth", UNITS),
            unit.id,
            {
                "name": SQL("'BU-' || nth"),
                "user_partner_id": _spread(self.customers),
                "sold_on": sold_on,
                "warranty_start": sold_on,
                "warranty_end": SQL("%s + 730", sold_on),
                "contract_end": SQL("CASE WHEN nth %% 5 = 0 THEN %s + 1095 END", sold_on),
                "meter": SQL("nth %% 3650"),
                "meter_unit": "hours",
                "meter_offset": 0,
                "meter_per_day": 1,
                "meter_date": today,
            },
            returning=False,
        )
        voucher = env["aftersales.voucher"].create(
            {"lot_id": unit.id, "partner_id": unit.user_partner_id.id, "kind": "maintenance"}
        )
        env.flush_all()
        done_at = SQL("now() at time zone 'UTC' - lot.id %% 700 * interval '1 day'")
        copy_row(
            env,
            "aftersales_voucher",
            SQL("(SELECT id FROM stock_lot WHERE name LIKE 'BU-%%' AND id %% 10 = 0) AS lot"),
            voucher.id,
            {
                "reference": SQL("'BM' || lot.id"),
                "access_token": None,
                "lot_id": SQL("lot.id"),
                "registered_at": done_at,
                "done_at": done_at,
                "state": "closed",
            },
            returning=False,
        )
        shared = {"text": "{customer}: {unit} on {due}", "product_ids": self.product.ids}
        rules = env["aftersales.reminder.rule"].create(
            [
                {**shared, "name": "Benchmark maintenance", "months": 12, "meter": 500},
                {**shared, "name": "Benchmark warranty", "kind": "warranty_end"},
                {**shared, "name": "Benchmark contract", "kind": "contract_end"},
            ]
        )
        env.invalidate_all()
        env.cr.commit()
        env.cr._cnx.autocommit = True
        env.cr.execute("VACUUM ANALYZE")
        env.cr._cnx.autocommit = False
        return rules

    def _multiply_deadlines(self, voucher):
        """Open promises of the open jobs, made an hour ago: none of them is late."""
        env = self.env
        event = env["aftersales.sla.event"].search(
            [("res_model", "=", voucher._name), ("res_id", "=", voucher.id)], limit=1
        )
        deadlines = env["aftersales.sla.deadline"].search(
            [("res_model", "=", voucher._name), ("res_id", "=", voucher.id)]
        )
        source = SQL(
            "(SELECT id AS job FROM aftersales_voucher"
            " WHERE number LIKE 'BV/%%' AND state = ANY(%s)) AS jobs",
            list(OPEN_STATES),
        )
        copy_row(env, event._table, source, event.id, {"res_id": SQL("job")}, returning=False)
        for deadline in deadlines:
            copy_row(
                env,
                deadline._table,
                SQL(
                    "(SELECT event.id AS started, event.res_id AS job FROM aftersales_sla_event"
                    " event WHERE type_id = %s AND id > %s) AS jobs",
                    event.type_id.id,
                    event.id,
                ),
                deadline.id,
                {"res_id": SQL("job"), "start_event_id": SQL("started")},
                returning=False,
            )

    def _create_policies(self):
        env = self.env
        kinds = env["aftersales.sla.event.type"].search([("model", "=", "aftersales.voucher")])
        kinds = {kind.code: kind for kind in kinds}
        model = env["ir.model"]._get("aftersales.voucher")
        shared = {
            "model_id": model.id,
            "domain": "[('kind', '=', 'repair')]",
            "start_type_id": kinds["registered"].id,
            "unit": "hours",
        }
        return env["aftersales.sla.policy"].create(
            [
                {
                    **shared,
                    "name": "Benchmark: on site",
                    "stop_type_id": kinds["started"].id,
                    "amount": 48,
                },
                {
                    **shared,
                    "name": "Benchmark: settled",
                    "stop_type_id": kinds["done"].id,
                    "amount": 80,
                    "calendar_id": env.company.resource_calendar_id.id,
                    "pause_type_ids": [Command.set(kinds["waiting_customer"].ids)],
                },
            ]
        )


def _spread(records):
    """One of the records after the other; they were made at once, so their ids follow."""
    # Not every so-manieth: which jobs are open repeats in the same way.
    return SQL("%s + nth / 7 %% %s", min(records.ids), len(records))
