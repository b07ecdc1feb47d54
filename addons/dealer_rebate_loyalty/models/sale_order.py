# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.tools import float_round

POINT_DIGITS = 2


class SaleOrder(models.Model):
    """Points and vouchers that an order earned follow what came back (R5)."""

    _inherit = "sale.order"

    def _settle_returned_points(self, move):
        """Take back what the goods that came back had earned, or give it again.

        A credit note takes back; resetting it to draft, or invoicing the goods again, gives again.
        What an order earns is asked of its program twice, with and without the goods that came
        back, so that a voucher for a full 1,000 goes when 1,000 are no longer reached. Points that
        are spent already cannot be taken: the document says how many are missing.

        :param move: the invoice or credit note that is the occasion
        """
        for order in self:
            # sudo: who posts a credit note has no right on cards; what is taken follows from it.
            entries = order.sudo().coupon_point_ids.filtered(
                lambda entry: entry.points or entry.points_returned
            )
            returned = order.sudo()._get_returned_amounts() if entries else {}
            if not returned and not any(entries.mapped("points_returned")):
                continue
            kept = order.sudo()._get_kept_shares(entries.coupon_id.program_id, returned)
            for program, own in entries.grouped(lambda entry: entry.coupon_id.program_id).items():
                order.sudo()._settle_program(own, kept[program], move)

    def _settle_program(self, entries, share, move):
        """Bring an order's points of one program to the share that is still earned.

        :param entries: points of the order on cards of the program
        :param share: part of what was earned at first that is still earned, 0 to 1
        """
        earned = sum(entry.points + entry.points_returned for entry in entries)
        wanted = float_round(earned * (1 - share), precision_digits=POINT_DIGITS)
        missing = wanted - sum(entries.mapped("points_returned"))
        # The youngest coupon goes first, and what is given again goes to the oldest.
        for entry in entries.sorted("id", reverse=missing > 0):
            limit = entry.points if missing > 0 else -entry.points_returned
            part = min(missing, limit) if missing > 0 else max(missing, limit)
            taken = entry._take_back(part)
            missing -= taken
            self._log_returned_points(entry.coupon_id, taken, move)
        missing = float_round(missing, precision_digits=POINT_DIGITS)
        if missing > 0:
            move.message_post(
                body=self.env._(
                    "%(points)s points of %(program)s that %(order)s had earned for these goods "
                    "are spent already and could not be taken back.",
                    points=f"{missing:g}",
                    program=entries.coupon_id.program_id.name,
                    order=self.name,
                )
            )

    def _log_returned_points(self, card, taken, move):
        """A row of the card's history, as Odoo writes for orders."""
        if not taken:
            return
        self.env["loyalty.history"].create(
            {
                "card_id": card.id,
                "order_model": self._name,
                "order_id": self.id,
                "description": self.env._(
                    "%(order)s: goods returned, %(document)s",
                    order=self.name,
                    document=move.display_name,
                ),
                "used": max(taken, 0),
                "issued": max(-taken, 0),
            }
        )

    def _get_kept_shares(self, programs, returned):
        """Part of what the order earned of each program that it still earns, 0 to 1.

        Both sides are asked of today's rules, so that a rule that changed since takes nothing
        back; where they would give nothing at all, the part of the amount that was kept counts.

        :param programs: loyalty programs that the order earned something of
        :param returned: see :meth:`_get_returned_amounts`
        """
        self.ensure_one()
        reduced = self.new(origin=self)
        lines = reduced.order_line
        price_fields = [
            lines._fields[name] for name in ("discount", "name", "tax_ids", "technical_price_unit")
        ]
        with self.env.protecting([*price_fields, lines._fields["price_unit"]], lines):
            for line in lines:
                line._origin._copy_without(line, *returned.get(line._origin, (0, 0)))
            after = reduced._get_program_points(programs)
        before = self._get_program_points(programs)
        total = sum(self.order_line.mapped("price_subtotal"))
        credited = sum(amount for amount, _quantity in returned.values())
        by_amount = 1 - min(credited / total, 1) if total else 1
        return {
            program: min(after[program] / before[program], 1) if before[program] else by_amount
            for program in programs
        }

    def _get_program_points(self, programs):
        """Points that the order earns of each program, whatever it has earned."""
        results = self._program_check_compute_points(programs)
        return {program: sum(results[program].get("points", [])) for program in programs}

    def _get_returned_amounts(self):
        """{order line: (untaxed amount, quantity) credited and not invoiced again}.

        Amounts are in the order's currency. An invoice that replaces a credited one is no purchase
        of its own: what was invoiced beyond the order makes up for credit notes first.
        """
        self.ensure_one()
        returned = {line: line._get_returned() for line in self.order_line}
        return {line: (amount, quantity) for line, (amount, quantity) in returned.items() if amount}
