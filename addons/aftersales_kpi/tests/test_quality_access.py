# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .quality import QualityCommon


@tagged("post_install", "-at_install")
class TestQualityAccess(QualityCommon):
    """Role × model × right, for surveys, audits and qualification."""

    # model -> rights of (employee, KPI manager, caller-out, auditor, after-sales user, portal)
    EXPECTED = {
        "aftersales.survey.question": ("r", "crwu", "r", "r", "", ""),
        "aftersales.survey.round": ("", "crwu", "r", "r", "", ""),
        "aftersales.survey.sample": ("", "r", "r", "r", "", ""),
        "aftersales.survey.answer": ("r", "r", "r", "r", "", ""),
        "aftersales.survey.call": ("", "", "crwu", "", "", ""),
        "aftersales.survey.call.line": ("", "", "crwu", "", "", ""),
        "aftersales.audit": ("", "r", "", "crwu", "", ""),
        "aftersales.audit.criterion": ("", "r", "", "crwu", "", ""),
        "aftersales.audit.outlet": ("", "r", "", "r", "", ""),
        "aftersales.audit.line": ("", "r", "", "rw", "", ""),
        "aftersales.audit.check": ("", "r", "", "rw", "", ""),
        "aftersales.audit.finding": ("", "rw", "", "crwu", "", ""),
        "aftersales.standard": ("", "r", "", "crwu", "", ""),
        "aftersales.standard.clause": ("", "r", "", "crwu", "", ""),
        "aftersales.standard.audit": ("", "r", "", "crwu", "", ""),
        "aftersales.standard.audit.line": ("", "r", "", "crwu", "", ""),
        "aftersales.certificate": ("r", "crwu", "", "r", "", ""),
        "aftersales.certificate.kind": ("r", "crwu", "", "r", "", ""),
        "aftersales.qualification.requirement": ("r", "crwu", "", "r", "", ""),
        "aftersales.qualification.post": ("r", "crwu", "", "r", "", ""),
        "aftersales.qualification.gap": ("", "r", "", "r", "", ""),
    }

    def test_access_table(self):
        users = (
            self.user,
            self.manager,
            self.caller,
            self.auditor,
            self.make_user("kpi_none", "aftersales_base.group_aftersales_user"),
            self.make_user("kpi_portal", "base.group_portal"),
        )
        rights = {"c": "create", "r": "read", "w": "write", "u": "unlink"}
        for model, expected in self.EXPECTED.items():
            for user, allowed in zip(users, expected, strict=True):
                for key, operation in rights.items():
                    self.assertEqual(
                        self.env[model].with_user(user).has_access(operation),
                        key in allowed,
                        f"{user.login} {operation} {model}",
                    )

    def test_every_company_bound_model_is_ruled(self):
        """A rule on the company for each model that is kept in the database."""
        for name in self.EXPECTED:
            model = self.env[name]
            if model._transient or "company_id" not in model._fields:
                continue
            rules = self.env["ir.rule"].search(
                [("model_id.model", "=", name), ("groups", "=", False)]
            )
            self.assertTrue(any("company_ids" in (rule.domain_force or "") for rule in rules), name)
