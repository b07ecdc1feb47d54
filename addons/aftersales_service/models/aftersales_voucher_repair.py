# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesVoucher(models.Model):
    """Repair cards of a job: one for each product that is in the workshop (S5)."""

    _inherit = "aftersales.voucher"

    repair_ids = fields.One2many(
        "repair.order",
        "aftersales_voucher_id",
        string="Repair Cards",
        help="Cards that hang on the goods of this job.",
    )
    repair_count = fields.Integer(compute="_compute_repair_count", string="Cards")

    # === COMPUTE METHODS === #

    @api.depends("repair_ids")
    def _compute_repair_count(self):
        for voucher in self:
            voucher.repair_count = len(voucher.repair_ids)

    # === ACTIONS === #

    def action_make_repair_cards(self):
        """Write a card for each product in the house that has none (S5).

        :raises UserError: when nothing of the job is in the house
        """
        self.ensure_one()
        self.check_access("write")
        if not self._make_repair_cards():
            raise UserError(
                self.env._(
                    "Each product of %s in the house has its card, or nothing is in the house: "
                    "bring it in first.",
                    self.display_name,
                )
            )
        return self.action_view_repair_cards()

    def action_view_repair_cards(self):
        """Open the cards of this job."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.repair_order_action_card"
        )
        action["domain"] = [("aftersales_voucher_id", "=", self.id)]
        action["context"] = {}
        if len(self.repair_ids) == 1:
            views = [view for view in action["views"] if view[1] == "form"]
            action.update(res_id=self.repair_ids.id, views=views, view_mode="form")
        return action

    # === STEPS === #

    def _done(self, at=None):
        """S5: a job is not done while a card is open."""
        self._check_cards_closed()
        return super()._done(at)

    def _cancel(self, reason, at=None):
        """Cards go with the job."""
        result = super()._cancel(reason, at)
        # sudo: the hotline strikes the job off without stock rights; its cards mean nothing then.
        self.sudo().repair_ids.filtered(lambda card: card.state != "done").action_repair_cancel()
        return result

    # === BUSINESS METHODS === #

    def _make_repair_cards(self):
        """Cards for goods in the house that have none.

        :return: repair.order
        """
        vals_list = []
        for voucher in self:
            lines = (
                voucher.goods_receipt_ids.filtered(lambda receipt: receipt.state == "in_house")
                .line_ids._get_inside()
                ._get_moved()
            )
            done = voucher.repair_ids.filtered(lambda card: card.state != "cancel")
            for line in lines - done.aftersales_receipt_line_id:
                vals_list.append(voucher._prepare_repair_card_vals(line))
        # sudo: a technician writes the card of his job without stock rights.
        return self.env["repair.order"].sudo().create(vals_list).sudo(False)

    def _prepare_repair_card_vals(self, line):
        """Values of the card of one product on a receipt."""
        self.ensure_one()
        # sudo: as above
        warehouse = line.receipt_id.sudo().warehouse_id
        place = warehouse.customer_goods_location_id.id
        return {
            "aftersales_voucher_id": self.id,
            "aftersales_receipt_line_id": line.id,
            "company_id": self.company_id.id,
            "picking_type_id": warehouse.repair_type_id.id,
            "product_location_src_id": place,
            "product_location_dest_id": place,
            "partner_id": line.receipt_id.partner_id.id,
            "product_id": line._get_moved_product().id,
            "lot_id": line.lot_id.id,
            "product_qty": line.quantity,
            "technician_id": self.technician_id.id,
            "user_id": self.technician_user_id.id or self.env.uid,
            "priority": self.priority,
        }

    def _create_sale_orders(self):
        """Parts of cards have left the stock: their order lines know these moves (S5).

        So Odoo sees them delivered, and sends no second one from the warehouse.
        """
        result = super()._create_sale_orders()
        # sudo: as in `_create_sale_orders`: order lines and moves of these very lines.
        for line in self.sudo().line_ids.filtered("repair_id"):
            moves = line.move_ids.filtered(lambda move: move.repair_line_type == "add")
            if line.sale_line_ids and moves:
                moves.sale_line_id = line.sale_line_ids[:1]
        return result

    def _get_part_lines(self):
        """Parts of cards left the workshop's stock already, not a van."""
        return super()._get_part_lines().filtered(lambda line: not line.repair_id)

    def _get_open_cards(self):
        """Cards that are neither passed nor called off."""
        return self.repair_ids.filtered(lambda card: card.state not in ("done", "cancel"))

    def _get_checklist_to_answer(self):
        """Steps of cards that were called off need no answer."""
        lines = super()._get_checklist_to_answer()
        return lines.filtered(lambda line: line.repair_id.state != "cancel")

    def _check_goods_may_leave(self):
        """Goods go back when their cards are passed, or called off (S5)."""
        self._check_cards_closed()
        return super()._check_goods_may_leave()

    def _check_reception(self):
        """Work begins when what the reception had to check is done."""
        lines = self.checklist_line_ids
        lines.filtered(lambda line: line.phase == "reception")._check_answered()

    def _get_ready(self):
        """Everything is repaired and inspected: the hand-over begins."""
        self._begin_phases("hand_over")

    def _check_cards_closed(self):
        # sudo: whoever ends the job or hands goods out hears of all of its cards.
        for card in self.sudo()._get_open_cards():
            raise UserError(
                self.env._(
                    "Card %(card)s of %(voucher)s is open (%(state)s): have it inspected and "
                    "passed, or called off.",
                    card=card.display_name,
                    voucher=card.aftersales_voucher_id.display_name,
                    state=dict(card._fields["inspection_state"]._description_selection(self.env))[
                        card.inspection_state
                    ].lower(),
                )
            )
