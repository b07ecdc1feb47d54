# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command


class AftersalesVoucherLine(models.Model):
    """Work and parts of a repair card are lines of its job: moves are made of them (S5)."""

    _inherit = "aftersales.voucher.line"

    repair_id = fields.Many2one(
        "repair.order",
        string="Repair Card",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('aftersales_voucher_id', '=', voucher_id)]",
        help="Card on which the work was done: its parts leave the workshop's stock, not a van.",
    )
    old_serial = fields.Char(
        copy=False, help="Serial number of the part that was taken out of the product."
    )

    @api.constrains("repair_id", "voucher_id")
    def _check_repair_id(self):
        for line in self:
            if line.repair_id and line.repair_id.aftersales_voucher_id != line.voucher_id:
                raise ValidationError(
                    self.env._(
                        "Card %(card)s belongs to another job than %(voucher)s.",
                        card=line.repair_id.display_name,
                        voucher=line.voucher_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Lines that are written on a card are lines of its job.

        :raises UserError: on a card that is finished
        """
        cards = self.env["repair.order"]
        vals_list = [
            {
                "voucher_id": cards.browse(vals["repair_id"]).aftersales_voucher_id.id,
                **vals,
            }
            if vals.get("repair_id")
            else vals
            for vals in vals_list
        ]
        lines = super().create(vals_list)
        lines._check_card_open()
        return lines

    def write(self, vals):
        """See ``create``.

        :raises UserError: on a card that is finished
        """
        self._check_card_open()
        result = super().write(vals)
        if "repair_id" in vals:
            self._check_card_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_card_done(self):
        self._check_card_open()

    def _get_parts(self):
        """Parts of a card do not come from a van."""
        return super()._get_parts().filtered(lambda line: not line.repair_id)

    def _prepare_repair_moves_vals(self, card):
        """Values of the moves of a part: the new one in, the old one out where it is known.

        :param card: repair.order of the line, as superuser
        :return: list of values
        """
        self.ensure_one()
        if self.tracking != "none" and not self.lot_id:
            raise UserError(
                self.env._(
                    "%(part)s on card %(card)s has a serial or lot: enter which one was fitted.",
                    part=self.product_id.display_name,
                    card=card.display_name,
                )
            )
        moves = [self._prepare_repair_move_vals(card, "add", self.lot_id)]
        old_serial = (self.old_serial or "").strip()
        if old_serial and self.tracking == "serial":
            lots = card.env["stock.lot"]
            old = lots.search(
                [
                    ("name", "=", old_serial),
                    ("product_id", "=", self.product_id.id),
                    ("company_id", "in", [False, card.company_id.id]),
                ],
                limit=1,
            ) or lots.create(
                {
                    "name": old_serial,
                    "product_id": self.product_id.id,
                    "company_id": card.company_id.id,
                }
            )
            moves.append(self._prepare_repair_move_vals(card, "remove", old))
        return moves

    def _prepare_repair_move_vals(self, card, line_type, lot):
        """Values of one move of a part; what comes out of a customer's product is his."""
        source, dest = card.env["stock.move"]._get_repair_locations(line_type, card)
        common = {
            "product_id": self.product_id.id,
            "company_id": card.company_id.id,
            "location_id": source.id,
            "location_dest_id": dest.id,
        }
        owner = card.partner_id if line_type == "remove" else card.partner_id.browse()
        return {
            **common,
            "repair_id": card.id,
            "repair_line_type": line_type,
            "product_uom": self.uom_id.id,
            "product_uom_qty": self.quantity,
            "aftersales_voucher_line_id": self.id,
            "picked": True,
            "move_line_ids": [
                Command.create(
                    {
                        **common,
                        "product_uom_id": self.uom_id.id,
                        "quantity": self.quantity,
                        "lot_id": lot.id,
                        "owner_id": owner.id,
                        "picked": True,
                    }
                )
            ],
        }

    def _check_card_open(self):
        for line in self:
            card = line.repair_id
            if card and card.state in ("done", "cancel"):
                raise UserError(
                    self.env._(
                        "Card %s is finished: its work and parts do not change any more.",
                        card.display_name,
                    )
                )
