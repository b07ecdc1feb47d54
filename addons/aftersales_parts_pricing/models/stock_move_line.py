# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models

from .parts_guard import PartMovement
from .stock_quant import CONSUMPTION

# Fields of a move that name the order which uses its pieces up; each comes with a module that need
# not be installed.
CONSUMING_ORDERS = ("raw_material_production_id", "repair_id")

# Fields that move pieces when they change on a done line.
MOVING_FIELDS = {
    "location_dest_id",
    "location_id",
    "lot_id",
    "move_id",
    "owner_id",
    "package_id",
    "product_id",
    "product_uom_id",
    "quant_id",
    "quantity",
    "result_package_id",
    "state",
}


class StockMoveLine(models.Model):
    """Every piece that moves asks the guard of restricted parts first (P2)."""

    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        """A line added to a done transfer moves pieces at once: ask before it does."""
        defaults = self._get_context_defaults()
        movements = [
            self._prepare_part_movement(vals)
            for vals in (defaults | vals for vals in vals_list)
            if self._get_vals_product(vals).part_class == "restricted"
            and self._get_vals_parent(vals).state == "done"
        ]
        self._check_restricted_movements(movements)
        if not movements or not all(movement.is_consumption for movement in movements):
            return super().create(vals_list)
        lines = super(StockMoveLine, self._with_consumption()).create(vals_list)
        return lines.with_env(self.env)

    def write(self, vals):
        """A change of a done line undoes and redoes its move: ask about both (P2)."""
        if vals.keys() & MOVING_FIELDS:
            product = self._get_vals_product(vals)
            lines = self.filtered(
                lambda line: (
                    "restricted" in (line.product_id.part_class, product.part_class)
                    and "done" in (line.state, line.move_id.state, vals.get("state"))
                )
            )
            movements = [line._prepare_part_movement(vals) for line in lines]
            undone = [
                line._prepare_undone_movement(movement)
                for line, movement in zip(lines, movements, strict=True)
                if line.move_id.state == "done"
            ]
            self._check_restricted_movements(
                movements + [movement for movement in undone if movement.quantity > 0]
            )
        return super().write(vals)

    def _action_done(self):
        """Pieces move now: ask for all lines at once (P2)."""
        self._check_restricted_movements(
            [
                line._prepare_part_movement({})._replace(is_validation=True)
                for line in self
                if line.product_id.part_class == "restricted" and line.quantity
            ]
        )
        return super()._action_done()

    def _synchronize_quant(
        self, quantity, location, action="available", in_date=False, **quants_value
    ):
        """Tell the net which pieces an order uses up (P2)."""
        if self.product_id.part_class == "restricted" and self._is_part_consumption(
            self.move_id, self.picking_id
        ):
            self = self._with_consumption()
        return super()._synchronize_quant(
            quantity, location, action=action, in_date=in_date, **quants_value
        )

    def _with_consumption(self):
        return self.with_context(parts_consumption=CONSUMPTION)

    def _check_restricted_movements(self, movements):
        """Ask the guard; see parts.guard._check_movements."""
        self.env["parts.guard"]._check_movements(movements)

    @api.model
    def _get_context_defaults(self):
        """Values that the context gives to each new line."""
        return {
            name: value
            for key, value in self.env.context.items()
            if key.startswith("default_") and (name := key.removeprefix("default_")) in self._fields
        }

    @api.model
    def _get_vals_product(self, vals):
        """Product that a new or changed line names, itself or through its quant or move."""
        for name, model in (
            ("quant_id", "stock.quant"),
            ("product_id", "product.product"),
            ("move_id", "stock.move"),
        ):
            if vals.get(name):
                record = self.env[model].browse(vals[name])
                return record if name == "product_id" else record.product_id
        return self.env["product.product"]

    @api.model
    def _get_vals_parent(self, vals):
        """Move or transfer that a new line hangs on."""
        if vals.get("move_id"):
            return self.env["stock.move"].browse(vals["move_id"])
        return self.env["stock.picking"].browse(vals.get("picking_id") or [])

    def _prepare_part_movement(self, vals):
        """The movement that this line makes, or would make with new values.

        :param dict vals: values about to be written or created
        :rtype: PartMovement
        """
        move = self.move_id
        if vals.get("move_id"):
            move = move.browse(vals["move_id"])
        picking = self.picking_id or self.env["stock.picking"].browse(vals.get("picking_id") or [])
        source = self if self else (move or picking)

        def value(name):
            field = self._fields[name]
            if name in vals:
                return self.env[field.comodel_name].browse(vals[name] or [])
            return source[name] if name in source._fields else self.env[field.comodel_name]

        quant = self.env["stock.quant"].browse(vals.get("quant_id") or [])
        product = quant.product_id or value("product_id")
        quantity = vals.get("quantity", self.quantity if self else 0.0)
        unit = value("product_uom_id")
        return PartMovement(
            product=product,
            quantity=unit._compute_quantity(quantity, product.uom_id) if unit else quantity,
            location=quant.location_id or value("location_id"),
            location_dest=value("location_dest_id"),
            partner=move.partner_id or picking.partner_id,
            job=self._get_part_job(move, picking),
            is_consumption=self._is_part_consumption(move, picking),
            line=self,
        )

    def _prepare_undone_movement(self, movement):
        """Pieces that a done line gives back to where they came from when it changes.

        A receipt that shrinks sends pieces to the vendor, without any transfer.

        :param PartMovement movement: what the line is about to say
        :rtype: PartMovement
        """
        done = self._prepare_part_movement({})
        kept = movement.quantity if movement.location == done.location else 0.0
        return done._replace(
            quantity=done.quantity - kept,
            location=done.location_dest,
            location_dest=done.location,
            is_consumption=False,
            line=None,
        )

    @api.model
    def _is_part_consumption(self, move, picking):
        """Whether an order uses up the pieces of a move: manufacturing or repair (P2).

        A transfer is none, whatever order it names, and neither is an order that was cancelled or
        is not the user's to change. To take a restricted part to pieces is to scrap it.
        """
        if picking or move.picking_id or not self._is_on_bill(move):
            return False
        orders = (move[name] for name in CONSUMING_ORDERS if name in move._fields)
        return any(
            order and order.has_access("write") and order.state != "cancel" for order in orders
        )

    @api.model
    def _is_on_bill(self, move):
        """Whether the bill of materials of a manufacturing order names the part, if there is one.

        A component that somebody adds by hand would vanish into a product that is sold (P2).
        """
        if "raw_material_production_id" not in move._fields or not move.raw_material_production_id:
            return True
        return move.bom_line_id.product_id == move.product_id

    @api.model
    def _get_part_job(self, move, picking):
        """Kind of job that a movement belongs to, as parts.core.refusal names it."""
        if move.scrap_id:
            return "scrap"
        if move.is_inventory:
            return "inventory"
        code = (move.picking_type_id or picking.picking_type_id).code
        jobs = {
            "outgoing": "outgoing",
            "incoming": "incoming",
            "internal": "internal",
            "mrp_operation": "production",
            "repair_operation": "production",
            "dropship": "outgoing",
        }
        return jobs.get(code, "other")
