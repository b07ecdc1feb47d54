# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestSkills(TransactionCase):
    """K13: certifications among the skills count as certificates, once, while they are valid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Skilled Works"})
        cls.env["aftersales.qualification.requirement"].search([]).action_archive()
        skill_type = cls.env["hr.skill.type"].create(
            {
                "name": "Certificates",
                "is_certification": True,
                "skill_ids": [(0, 0, {"name": "High voltage"})],
                "skill_level_ids": [(0, 0, {"name": "Held", "level_progress": 100})],
            }
        )
        cls.skill = skill_type.skill_ids
        cls.level = skill_type.skill_level_ids
        cls.kind = cls.env["aftersales.certificate.kind"].create(
            {"name": "High voltage", "skill_id": cls.skill.id}
        )
        cls.outlet = cls.env["aftersales.outlet"].create(
            {"name": "O", "code": "SKILL", "company_id": cls.company.id}
        )
        cls.employee = cls.env["hr.employee"].create({"name": "E", "company_id": cls.company.id})
        role = cls.env["aftersales.qualification.requirement"].create(
            {"name": "R", "company_id": cls.company.id, "kind_ids": [(6, 0, cls.kind.ids)]}
        )
        cls.env["aftersales.qualification.post"].create(
            {
                "requirement_id": role.id,
                "outlet_id": cls.outlet.id,
                "employee_id": cls.employee.id,
                "date_from": date(2026, 1, 1),
            }
        )
        cls.indicator = cls.env.ref("aftersales_kpi.indicator_certificates_held")

    def held(self, day):
        found = self.indicator._measure(self.company, day, day, subject="outlet")
        return found[self.outlet.id].value

    def test_K13_certifications_among_the_skills_count(self):
        day = date(2026, 6, 30)
        self.assertEqual(self.held(day), 0)
        self.env["hr.employee.skill"].create(
            {
                "employee_id": self.employee.id,
                "skill_id": self.skill.id,
                "skill_level_id": self.level.id,
                "skill_type_id": self.skill.skill_type_id.id,
                "valid_from": date(2026, 2, 1),
                "valid_to": date(2026, 6, 30),
            }
        )
        self.assertEqual(self.held(day), 100)
        self.assertEqual(self.held(date(2026, 1, 31)), 0)
        self.assertEqual(self.held(date(2026, 7, 1)), 0)

    def test_K13_what_stands_in_both_lists_counts_once(self):
        self.env["hr.employee.skill"].create(
            {
                "employee_id": self.employee.id,
                "skill_id": self.skill.id,
                "skill_level_id": self.level.id,
                "skill_type_id": self.skill.skill_type_id.id,
                "valid_from": date(2026, 2, 1),
            }
        )
        self.env["aftersales.certificate"].create(
            {
                "employee_id": self.employee.id,
                "kind_id": self.kind.id,
                "company_id": self.company.id,
                "date_from": date(2026, 1, 1),
            }
        )
        self.assertEqual(self.held(date(2026, 6, 30)), 100)
