# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    """Terms of surveys, audits and qualification (K11 to K13)."""

    _inherit = "res.company"

    aftersales_survey_mail = fields.Boolean(
        string="Survey Customers",
        help="Rounds are opened by themselves, and customers are asked by mail (K11).",
    )
    aftersales_survey_every = fields.Integer(
        string="Survey Round Every (Days)",
        default=7,
        help="A round is opened every so many days. It takes in the visits settled in the window "
        "that no earlier round has.",
    )
    aftersales_survey_window = fields.Integer(
        string="Visits Settled Within (Days)",
        default=30,
        help="So many days before the day of the round: each visit settled in them is in the "
        "sample (K11).",
    )
    aftersales_survey_pushes = fields.Integer(
        string="Mails per Visit", default=2, help="The link is mailed so often at most (K11)."
    )
    aftersales_survey_repeat_days = fields.Integer(
        string="Next Mail After (Days)",
        default=5,
        help="Who has not answered gets the link again after so many days; and as long after the "
        "last mail the draw for the phone list is due.",
    )
    aftersales_survey_link_days = fields.Integer(
        string="Link Valid (Days)", default=14, help="So long after the mail the link works."
    )
    aftersales_survey_phone_percent = fields.Float(
        string="Phoned (%)",
        default=20.0,
        help="Share of those who have not answered that is drawn and phoned, per outlet, rounded "
        "up (K11).",
    )
    aftersales_survey_outlet_limit = fields.Integer(
        string="Calls per Outlet and Quarter",
        default=30,
        help="So many customers of an outlet are phoned in a calendar quarter at most (K11).",
    )
    aftersales_survey_tries = fields.Integer(
        string="Survey Call Tries",
        default=3,
        help="After so many calls without an answer the customer leaves the phone list.",
    )
    aftersales_survey_hourly_limit = fields.Integer(
        string="Answers per Address and Hour",
        default=10,
        help="So many questionnaires are taken in an hour from one network address: who answers "
        "for others does it by the dozen.",
    )
    aftersales_survey_least = fields.Integer(
        string="Fewest Answers Shown to an Outlet",
        default=5,
        help="An outlet sees its results on the portal once so many customers have answered, so "
        "that it cannot tell who said what.",
    )
    aftersales_survey_user_id = fields.Many2one(
        "res.users",
        string="Survey Keeper",
        domain="[('share', '=', False)]",
        help="Is told which customers have no mail address. Empty: who opened the round.",
    )
    aftersales_audit_vouchers = fields.Integer(
        string="Vouchers per Outlet",
        default=5,
        help="So many closed vouchers of each outlet are drawn in a record audit (K12).",
    )
    aftersales_audit_tolerated = fields.Integer(
        string="Vouchers That May Be Inaccurate",
        help="An outlet with more inaccurate vouchers among those drawn fails (K12).",
    )
    aftersales_audit_loss = fields.Float(
        string="Lost Bonus (%)",
        default=0.3,
        digits=(16, 4),
        help="Percent of its bonus class that an outlet loses when it fails (K12).",
    )
    aftersales_standard_pass = fields.Float(
        string="Standards for the Full Bonus (%)",
        default=90.0,
        digits=(16, 2),
        help="The mean of the clauses tied to the bonus must reach this (K12).",
    )
    aftersales_certificate_days = fields.Integer(
        string="Certificate Warning (Days)",
        default=60,
        help="So many days before a certificate ends somebody is told (K13).",
    )

    _aftersales_quality_positive = models.Constraint(
        "CHECK (aftersales_survey_every > 0 AND aftersales_survey_window > 0"
        " AND aftersales_survey_pushes >= 0 AND aftersales_survey_repeat_days > 0"
        " AND aftersales_survey_link_days > 0 AND aftersales_survey_outlet_limit >= 0"
        " AND aftersales_survey_tries > 0 AND aftersales_survey_hourly_limit > 0"
        " AND aftersales_survey_least > 0"
        " AND aftersales_audit_vouchers > 0 AND aftersales_audit_tolerated >= 0"
        " AND aftersales_certificate_days >= 0)",
        "Days and numbers of surveys and audits are above zero; only mails, calls per outlet, "
        "tolerated vouchers and days of warning may be zero.",
    )
    _aftersales_quality_percent = models.Constraint(
        "CHECK (aftersales_survey_phone_percent BETWEEN 0 AND 100"
        " AND aftersales_audit_loss BETWEEN 0 AND 100"
        " AND aftersales_standard_pass BETWEEN 0 AND 100)",
        "Percentages of surveys and audits lie between 0 and 100.",
    )
