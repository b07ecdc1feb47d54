# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesRoundArea(models.Model):
    """An area of responsibility of 6S: a part of the house, and who keeps it (S21)."""

    _name = "aftersales.round.area"
    _description = "Area of Responsibility"
    _inherit = ["mail.thread"]
    _order = "outlet_id, sequence, name"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    outlet_id = fields.Many2one(
        "aftersales.outlet", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(related="outlet_id.company_id", store=True, precompute=True)
    keeper_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Who keeps the area in order; what is found there is his to rectify.",
    )
    note = fields.Html(help="Where the area begins and ends, what is to stand there.")
    last_percent = fields.Float(
        compute="_compute_last_score",
        string="Last Score (%)",
        digits=(5, 1),
        help="Of the last walk.",
    )
    last_date = fields.Date(compute="_compute_last_score", string="Last Walk")
    open_finding_count = fields.Integer(
        compute="_compute_open_finding_count", string="Open Findings"
    )

    _name_uniq = models.UniqueIndex(
        "(outlet_id, (name->>'en_US'))", "This outlet has an area of that name already."
    )

    # === COMPUTE METHODS === #

    def _compute_last_score(self):
        """Of the newest score; one query."""
        Score = self.env["aftersales.round.score"]
        groups = Score._read_group(
            [("area_id", "in", self.ids), ("is_scored", "=", True)], ["area_id"], ["id:max"]
        )
        newest = {area.id: Score.browse(score_id) for area, score_id in groups}
        for area in self:
            score = newest.get(area.id, Score)
            area.last_percent = score.percent
            area.last_date = score.round_date

    def _compute_open_finding_count(self):
        groups = self.env["aftersales.round.finding"]._read_group(
            [("area_id", "in", self.ids), ("state", "in", ("open", "done"))],
            ["area_id"],
            ["__count"],
        )
        counts = {area.id: count for area, count in groups}
        for area in self:
            area.open_finding_count = counts.get(area.id, 0)

    # === ACTIONS === #

    def action_view_findings(self):
        """Findings of this area."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_round.aftersales_round_finding_action"
        )
        context = {"default_area_id": self.id, "search_default_not_verified": 1}
        return {**action, "domain": [("area_id", "=", self.id)], "context": context}

    def action_view_scores(self):
        """Scores of this area over time."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_round.aftersales_round_score_action"
        )
        return {**action, "domain": [("area_id", "=", self.id)], "context": {}}
