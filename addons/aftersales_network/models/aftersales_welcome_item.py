# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class AftersalesWelcomeItem(models.Model):
    """An item of a welcome pack: who sees to it, and when it was done (N1)."""

    _name = "aftersales.welcome.item"
    _description = "Item of a Welcome Pack"
    _inherit = ["aftersales.guarded.mixin"]
    _order = "pack_id, sequence, id"
    _check_company_auto = True

    pack_id = fields.Many2one(
        "aftersales.welcome.pack", required=True, index=True, ondelete="cascade"
    )
    outlet_id = fields.Many2one(related="pack_id.outlet_id", store=True)
    company_id = fields.Many2one(related="pack_id.company_id", store=True, index=True)
    step_id = fields.Many2one("aftersales.welcome.step", ondelete="set null")
    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    note = fields.Text()
    user_id = fields.Many2one("res.users", string="Responsible", index="btree_not_null")
    state = fields.Selection(
        [("open", "Open"), ("done", "Done"), ("skipped", "Left Out")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
    )
    done_at = fields.Datetime(readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    is_shipment = fields.Boolean(
        string="First Shipment", help="Done by itself when the first delivery to the agent leaves."
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Delivery",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain="[('picking_type_code', '=', 'outgoing')]",
        help="First shipment to the agent.",
    )

    @api.constrains("picking_id", "is_shipment")
    def _check_picking_id(self):
        for item in self.filtered("picking_id"):
            agent = item.outlet_id.partner_id.commercial_partner_id
            if (
                not item.is_shipment
                or item.picking_id.partner_id.commercial_partner_id != agent
                or item.picking_id.picking_type_code != "outgoing"
            ):
                raise ValidationError(
                    self.env._(
                        "%(picking)s is no delivery to %(outlet)s: choose the first shipment to "
                        "the agent itself.",
                        picking=item.picking_id.display_name,
                        outlet=item.outlet_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """A delivery that has left already is the shipment done."""
        items = super().create(vals_list)
        items._take_deliveries()
        return items

    def write(self, vals):
        """A delivery that is chosen and has left is the shipment done."""
        result = super().write(vals)
        if "picking_id" in vals:
            self._take_deliveries()
        return result

    def action_done(self):
        """The item is done; the last one completes the pack.

        :raises AccessError: for somebody who neither answers for it nor keeps the network
        :raises UserError: when the pack is closed, or the first shipment did not leave
        """
        self._check_doer()
        for item in self:
            if item.is_shipment and item.picking_id and item.picking_id.state != "done":
                raise UserError(
                    self.env._(
                        "%(picking)s has not left yet: the first shipment is done when it has.",
                        picking=item.picking_id.name,
                    )
                )
        self._set_state("done")
        return True

    def action_skip(self):
        """The item is left out: this agent does not need it."""
        self._check_doer()
        self._set_state("skipped")
        return True

    def action_reopen(self):
        """The item is open again, while its pack is."""
        self._check_doer()
        self._set_state("open")
        return True

    def _take_deliveries(self):
        self.filtered(
            # sudo: only whether the delivery has left is read.
            lambda item: item.state == "open" and item.sudo().picking_id.state == "done"
        )._set_state("done")

    def _set_state(self, state):
        # sudo: written by the steps only, whose rights are checked before.
        self.sudo().write(
            {
                "state": state,
                "done_at": fields.Datetime.now() if state != "open" else False,
                "done_by_id": self.env.uid if state != "open" else False,
            }
        )
        self.pack_id._finish_complete()

    def _check_doer(self):
        self.check_access("read")
        manager = self.env.su or self.env.user.has_group("aftersales_base.group_aftersales_manager")
        for item in self:
            if item.pack_id.state != "open":
                raise UserError(
                    self.env._("%s is closed: its items do not change.", item.pack_id.display_name)
                )
            if not manager and self.env.user not in item.user_id | item.pack_id.user_id:
                raise AccessError(
                    self.env._(
                        "“%(item)s” is the task of %(user)s: ask them, or a manager of the "
                        "network.",
                        item=item.name,
                        user=(item.user_id or item.pack_id.user_id).name or "–",
                    )
                )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"state", "done_at", "done_by_id"}
