# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResCompany(models.Model):
    """How much each role may give away on a job (S2): technicians nothing, managers all."""

    _inherit = "res.company"

    aftersales_goodwill_clerk_percent = fields.Float(
        string="Goodwill of a Clerk (%)",
        default=20.0,
        help="Percent of a line that a hotline clerk may give as goodwill.",
    )
    aftersales_goodwill_clerk_amount = fields.Monetary(
        string="Goodwill of a Clerk",
        default=50.0,
        help="What a hotline clerk may give on a job, before tax.",
    )
    aftersales_goodwill_supervisor_percent = fields.Float(
        string="Goodwill of a Supervisor (%)",
        default=50.0,
        help="Percent of a line that a supervisor may give as goodwill.",
    )
    aftersales_goodwill_supervisor_amount = fields.Monetary(
        string="Goodwill of a Supervisor",
        default=500.0,
        help="What a supervisor may give on a job, before tax.",
    )

    _aftersales_goodwill_range = models.Constraint(
        "CHECK(aftersales_goodwill_clerk_percent BETWEEN 0 AND 100"
        " AND aftersales_goodwill_supervisor_percent BETWEEN 0 AND 100"
        " AND aftersales_goodwill_clerk_amount >= 0"
        " AND aftersales_goodwill_supervisor_amount >= 0)",
        "Limits of goodwill: percents between 0 and 100, amounts not below zero.",
    )

    def _get_goodwill_limit(self, user):
        """What a person may give on a job.

        :param user: res.users
        :return: (percent of a line, amount of a job in the company's currency), or None for all
        """
        self.ensure_one()
        # sudo: the settings are the company's; here they only bound what is given.
        company = self.sudo()
        prefix = "aftersales_service.group_service"
        if user.has_group(f"{prefix}_manager"):
            return None
        for role in ("supervisor", "clerk"):
            if user.has_group(f"{prefix}_{role}"):
                return (
                    company[f"aftersales_goodwill_{role}_percent"],
                    company[f"aftersales_goodwill_{role}_amount"],
                )
        return (0.0, 0.0)
