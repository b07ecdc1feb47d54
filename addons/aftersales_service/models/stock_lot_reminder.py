# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

KEEPERS = "aftersales_service.group_service_clerk,aftersales_service.group_service_reader"


class StockLot(models.Model):
    """Reminders and campaigns of a unit (S13)."""

    _inherit = "stock.lot"

    reminder_ids = fields.One2many(
        "aftersales.reminder", "lot_id", string="Reminders", readonly=True, groups=KEEPERS
    )
    # How many there are may be told to whoever sees the unit; what they say may not.
    reminder_count = fields.Integer(
        compute="_compute_reminder_count",
        compute_sudo=True,
        string="Open Reminders",
        help="Due or sent, and not done yet.",
    )
    campaign_unit_ids = fields.One2many(
        "aftersales.campaign.unit", "lot_id", string="Campaigns", readonly=True, groups=KEEPERS
    )
    campaign_notice = fields.Char(
        compute="_compute_campaign_notice",
        string="Open Campaigns",
        help="Open campaigns for which this unit has not come yet.",
    )

    @api.depends("reminder_ids.state")
    def _compute_reminder_count(self):
        counts = dict(
            self.env["aftersales.reminder"]._read_group(
                [("lot_id", "in", self.ids), ("state", "in", ("due", "sent"))],
                ["lot_id"],
                ["__count"],
            )
        )
        for lot in self:
            lot.reminder_count = counts.get(lot._origin, 0)

    @api.depends("campaign_unit_ids.state")
    @api.depends_context("allowed_company_ids")
    def _compute_campaign_notice(self):
        waiting = self._get_open_campaign_units(("waiting", "told", "planned"))
        for lot in self:
            units = waiting.get(lot._origin.id)
            names = units.campaign_id.mapped("display_name") if units else []
            lot.campaign_notice = ", ".join(names)

    def action_view_reminders(self):
        """Open the reminders of this unit."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_reminder_action"
        )
        return {**action, "domain": [("lot_id", "=", self.id)], "context": {}}

    def _get_open_campaign_units(self, states=("waiting", "told")):
        """Rows of open campaigns in which these units are waited for, by one query.

        :param states: states of the rows; with a job registered is not waited for any more
        :return: dict {id of stock.lot: aftersales.campaign.unit as superuser}
        """
        if not self._origin:
            return {}
        # sudo: everybody who handles a unit is warned of its campaigns.
        units = self.env["aftersales.campaign.unit"].sudo()
        today = self.env.company._get_aftersales_date(fields.Datetime.now())
        found = units.search(
            [
                ("lot_id", "in", self._origin.ids),
                ("state", "in", states),
                ("campaign_id", "any", units.campaign_id._get_open_domain(today)),
                ("company_id", "in", self.env.companies.ids),
            ]
        )
        return {lot.id: rows for lot, rows in found.grouped("lot_id").items()}
