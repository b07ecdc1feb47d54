# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date

from freezegun import freeze_time

from odoo.fields import Command

from odoo.addons.aftersales_service.tests.common import ServiceCommon

MONDAY = date(2026, 3, 2)


class RoundCommon(ServiceCommon):
    """A plan of a weekly walk, two areas with their keepers, two tools, a quality engineer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "UTC"
        cls.quality = cls._user("t_quality", "aftersales_service.group_service_quality")
        cls.boss = cls.env["hr.employee"].create({"name": "Bo", "user_id": cls.supervisor.id})
        cls.outlet.manager_id = cls.boss
        cls.checklist, cls.safety_list = cls.env["aftersales.checklist"].create(
            [
                {
                    "name": "T walk",
                    "is_round": True,
                    "step_ids": [
                        Command.create({"name": "Gangways free", "answer_kind": "result"}),
                        Command.create({"name": "Exits free", "answer_kind": "result"}),
                    ],
                },
                {
                    "name": "T safety",
                    "is_round": True,
                    "step_ids": [Command.create({"name": "Safe", "answer_kind": "result"})],
                },
            ]
        )
        cls.bay, cls.store = cls.env["aftersales.round.area"].create(
            [
                {"name": "T bays", "outlet_id": cls.outlet.id, "keeper_id": cls.technician.id},
                {"name": "T store", "outlet_id": cls.outlet.id, "keeper_id": cls.boss.id},
            ]
        )
        cls.env["maintenance.team"].create({"name": "T team", "company_id": cls.company.id})
        cls.lift, cls.wrench = cls.env["maintenance.equipment"].create(
            [
                {
                    "name": name,
                    "serial_no": f"T-{name}",
                    "company_id": cls.company.id,
                    "employee_id": keeper.id,
                    "outlet_id": cls.outlet.id,
                }
                for name, keeper in (("Lift", cls.technician), ("Wrench", cls.other_technician))
            ]
        )
        cls.plan = cls._plan()

    @classmethod
    def _plan(cls, **values):
        """A weekly walk on Mondays, from a Monday in March, led by the first technician."""
        return cls.env["aftersales.round.plan"].create(
            {
                "name": "T weekly walk",
                "outlet_id": cls.outlet.id,
                "leader_id": cls.technician.id,
                "verifier_id": cls.supervisor.id,
                "checklist_id": cls.checklist.id,
                "date_start": MONDAY,
                **values,
            }
        )

    @classmethod
    def _make(cls, plan, day=MONDAY, hour=8):
        """Run the nightly job of the company on a day; the jobs of one plan."""
        with freeze_time(f"{day} {hour:02}:00:00"):
            made = cls.env["aftersales.round.plan"]._make_due(
                cls.company, cls.company._get_round_today()
            )
        return made.filtered(lambda voucher: voucher.round_plan_id == plan)

    @classmethod
    def _finding(cls, user=None, **values):
        return (
            cls.env["aftersales.round.finding"]
            .with_user(user or cls.supervisor)
            .create(
                {
                    "name": "Oil below the lift",
                    "category": "floor_oil",
                    "area_id": cls.bay.id,
                    "rectification": "Wipe it up, seal the cylinder",
                    **values,
                }
            )
        )
