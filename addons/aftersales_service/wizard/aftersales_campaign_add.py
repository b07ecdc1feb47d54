# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class AftersalesCampaignAdd(models.TransientModel):
    """Adds units to a campaign: by model, range of serials and days, or by a pasted list (S13)."""

    _name = "aftersales.campaign.add"
    _description = "Add Units to a Campaign"
    _check_company_auto = True

    campaign_id = fields.Many2one("aftersales.campaign", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="campaign_id.company_id")
    mode = fields.Selection(
        [("range", "Models and Ranges"), ("list", "List of Serials")],
        default="range",
        required=True,
    )
    product_ids = fields.Many2many(
        "product.product",
        string="Models",
        check_company=True,
        domain="[('tracking', '=', 'serial')]",
        help="Empty: all models.",
    )
    serial_from = fields.Char(help="First serial, e.g. SN0100.")
    serial_to = fields.Char(help="Last serial, e.g. SN0499. Counted by the last digits.")
    made_from = fields.Date()
    made_to = fields.Date(string="Made Until")
    sold_from = fields.Date()
    sold_to = fields.Date(string="Sold Until")
    serials = fields.Text(
        help="One a line, or with commas or semicolons between; copied from a spreadsheet."
    )
    unknown = fields.Text(
        string="Not Found", readonly=True, help="Serials that no unit file has: copy them."
    )
    added = fields.Integer(readonly=True)
    is_added = fields.Boolean(readonly=True)

    def action_add(self):
        """Add the units; what a list names and no file knows is shown.

        :raises UserError: when nothing narrows the choice, or a range is none
        """
        self.ensure_one()
        if self.mode == "list":
            serials = self._get_serials()
            self.unknown = "\n".join(self._get_unknown(serials))
            condition = self._get_list_condition(serials)
        else:
            condition = self._get_condition()
        self.added = self.campaign_id._add_units(condition)
        self.is_added = True
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_campaign_add_action"
        )
        return {**action, "res_id": self.id}

    def action_view_units(self):
        """Open the units of the campaign."""
        return self.campaign_id.action_view_units()

    def _get_condition(self):
        """What the fields narrow the units to, on a row ``lot``.

        :raises UserError: when none of them is filled in
        """
        self.ensure_one()
        conditions = self._get_product_conditions()
        if self.serial_from or self.serial_to:
            conditions.append(
                self.campaign_id._get_range_condition(self.serial_from, self.serial_to)
            )
        for name, first, last in (
            ("made_on", self.made_from, self.made_to),
            ("sold_on", self.sold_from, self.sold_to),
        ):
            if first:
                conditions.append(SQL("%s >= %s", SQL.identifier("lot", name), first))
            if last:
                conditions.append(SQL("%s <= %s", SQL.identifier("lot", name), last))
        if not conditions:
            raise UserError(
                self.env._("Choose models, serials or days: a campaign is for certain units.")
            )
        return SQL(" AND ").join(conditions)

    def _get_product_conditions(self):
        if not self.product_ids:
            return []
        return [SQL("lot.product_id = ANY(%s)", self.product_ids.ids)]

    @api.model
    def _split(self, text):
        """Serials of a pasted text, each once, in their order."""
        parts = (part.strip() for part in re.split(r"[\n\r\t,;]+", text or ""))
        return list(dict.fromkeys(part for part in parts if part))

    def _get_serials(self):
        serials = self._split(self.serials)
        if not serials:
            raise UserError(self.env._("Paste the serials of the units first."))
        return serials

    def _get_list_condition(self, serials):
        conditions = [
            SQL("lower(lot.name) = ANY(%s)", [serial.lower() for serial in serials]),
            *self._get_product_conditions(),
        ]
        return SQL(" AND ").join(conditions)

    def _get_unknown(self, serials):
        """Serials of which there is no unit, as they were pasted."""
        rows = self.env.execute_query(
            SQL(
                """SELECT lower(lot.name) FROM stock_lot lot
                     JOIN product_product product ON product.id = lot.product_id
                     JOIN product_template template ON template.id = product.product_tmpl_id
                    WHERE template.tracking = 'serial'
                      AND (lot.company_id = %s OR lot.company_id IS NULL) AND %s""",
                self.company_id.id,
                self._get_list_condition(serials),
            )
        )
        known = {name for (name,) in rows}
        return [serial for serial in serials if serial.lower() not in known]
