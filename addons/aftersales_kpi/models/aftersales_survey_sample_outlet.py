# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from .aftersales_survey_sample import THEMES


class AftersalesSurveySample(models.Model):
    """An outlet without people of ours sees what its customers answered, and no names (K11)."""

    _inherit = "aftersales.survey.sample"

    @api.model
    def _get_outlet_results(self, user):
        """Results of a portal login's own outlets, over the last twelve months.

        Scores are left out until enough customers have answered, so that nobody can tell who said
        what; remarks are never shown.

        :param user: ``res.users``
        :return: list of dicts, one an outlet with surveyed visits
        """
        outlets = self.env["aftersales.outlet"]._get_portal_outlets(user)
        since = fields.Date.context_today(self) + relativedelta(months=-12)
        # sudo: portal users have no right on surveys; only sums of the own outlets are told.
        rows = self.sudo()._read_group(
            [
                ("outlet_id", "in", outlets.ids),
                ("settled_on", ">=", since),
                ("state", "not in", ("waiting", "left_out")),
            ],
            ["outlet_id"],
            ["__count", "is_answered:sum", *(f"{theme}_score:avg" for theme in THEMES)],
        )
        results = []
        for outlet, asked, answered, *scores in rows:
            enough = answered >= outlet.company_id.aftersales_survey_least
            results.append(
                {
                    "outlet": outlet.name,
                    "asked": asked,
                    "answered": int(answered),
                    "least": outlet.company_id.aftersales_survey_least,
                    "scores": dict(zip(THEMES, scores, strict=True)) if enough else None,
                }
            )
        return results
