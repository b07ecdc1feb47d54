# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResCompany(models.Model):
    """Settings of the knowledge base."""

    _inherit = "res.company"

    aftersales_help_vote_limit = fields.Integer(
        string="Answers an Hour",
        default=20,
        help="So many times an hour one network address may say whether an article helped.",
    )
    aftersales_article_suggestions = fields.Integer(
        string="Articles Proposed",
        default=5,
        help="So many articles are proposed while a call is registered and on a job.",
    )

    _aftersales_help_vote_limit_positive = models.Constraint(
        "CHECK(aftersales_help_vote_limit >= 1)", "At least one answer an hour must be taken."
    )
    _aftersales_article_suggestions_positive = models.Constraint(
        "CHECK(aftersales_article_suggestions BETWEEN 1 AND 20)",
        "Between one and twenty articles are proposed.",
    )
