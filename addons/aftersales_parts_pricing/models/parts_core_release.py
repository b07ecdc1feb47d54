# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class PartsCoreRelease(models.Model):
    """The one way out for restricted core parts (P2).

    Asked by one person, granted by another, for some pieces of one part to one partner until a
    day. Transfers use it up as they are validated. A piece that comes back gives nothing back.
    """

    _name = "parts.core.release"
    _inherit = ["parts.core.request.mixin"]
    _description = "Release of a Restricted Part"
    _order = "id desc"
    _check_company_auto = True

    state = fields.Selection(
        selection_add=[
            ("used", "Used Up"),
            ("expired", "Expired"),
            ("revoked", "Revoked"),
        ],
        ondelete={"used": "cascade", "expired": "cascade", "revoked": "cascade"},
        group_expand=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('part_class', '=', 'restricted')]",
        tracking=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="To",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="The one partner to whom the pieces may go, at any address of that company.",
    )
    quantity = fields.Float(
        required=True,
        default=1.0,
        digits="Product Unit",
        tracking=True,
        help="Pieces that may leave, in the unit of the part.",
    )
    uom_id = fields.Many2one(related="product_id.uom_id")
    date_to = fields.Date(
        string="Latest Date",
        required=True,
        default=lambda self: fields.Date.add(self.env["parts.price"]._get_price_day(), days=14),
        tracking=True,
        help="Last day on which pieces may leave, in the company's time zone.",
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Transfer",
        index="btree_not_null",
        check_company=True,
        help="The transfer for which the release was asked; any other one to the same partner may "
        "use it as well.",
    )
    quantity_used = fields.Float(
        string="Used",
        digits="Product Unit",
        readonly=True,
        copy=False,
        default=0.0,
        help="Pieces that have left on this release, whether or not they came back.",
    )
    quantity_left = fields.Float(
        string="Left", digits="Product Unit", compute="_compute_quantity_left"
    )
    use_ids = fields.One2many("parts.core.release.use", "release_id", string="Used By")

    # The counter row: it is written in the transaction of the move, so of two moves that want the
    # last piece at once the second one starts over and finds it gone.
    _used_check = models.Constraint(
        "CHECK (quantity_used >= 0 AND quantity_used <= quantity)",
        "No more pieces can leave than were released.",
    )
    _quantity_check = models.Constraint(
        "CHECK (quantity > 0)", "A release is for at least one piece."
    )

    @api.depends("quantity", "quantity_used", "state")
    def _compute_quantity_left(self):
        for release in self:
            is_open = release.state in ("draft", "asked", "granted")
            release.quantity_left = release.quantity - release.quantity_used if is_open else 0.0

    @api.depends("name", "product_id")
    def _compute_display_name(self):
        for release in self:
            release.display_name = f"{release.name} {release.product_id.display_name or ''}".strip()

    @api.constrains("product_id")
    def _check_restricted(self):
        for release in self:
            if release.product_id.part_class != "restricted":
                raise ValidationError(
                    self.env._(
                        "“%(part)s” is not restricted and needs no release.",
                        part=release.product_id.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """A refused attempt may name a transfer that its rollback took away."""
        values = super().default_get(fields)
        if values.get("picking_id"):
            picking = self.env["stock.picking"].browse(values["picking_id"]).exists()
            values["picking_id"] = picking.id
        return values

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"quantity_used", "use_ids"}

    @api.model
    def _get_terms(self):
        return super()._get_terms() | {
            "company_id",
            "product_id",
            "partner_id",
            "quantity",
            "date_to",
            "picking_id",
        }

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def action_revoke(self):
        """Ask the guardian why a granted release is taken back."""
        self._check_state("granted")
        return self._open_close_wizard("revoked")

    def _get_closable_states(self, state):
        if state == "revoked":
            return ("asked", "granted")
        return super()._get_closable_states(state)

    def _check_terms(self):
        """:raise UserError: when the day is over or the part no longer restricted"""
        result = super()._check_terms()
        self._check_restricted()
        for release in self:
            if release.date_to < release._get_today():
                raise UserError(
                    self.env._(
                        "%(release)s ends on %(date)s, which is over. Choose a later day.",
                        release=release.name,
                        date=fields.Date.to_string(release.date_to),
                    )
                )
        return result

    def _get_company(self):
        return self.company_id or super()._get_company()

    def _get_today(self):
        return self.env["parts.price"]._get_price_day(company=self.company_id)

    @api.model
    def _cron_expire(self):
        """Close what was not used up in time; the day itself counts without it, too."""
        for company, releases in (
            self.search([("state", "in", ("asked", "granted"))]).grouped("company_id").items()
        ):
            today = self.env["parts.price"]._get_price_day(company=company)
            for release in releases.filtered(lambda release, day=today: release.date_to < day):
                release._write_close("expired", self.env._("Not used up in time."))
                release._tell_requester(self.env._("Expired: not used up in time."))

    # ------------------------------------------------------------------
    # Use
    # ------------------------------------------------------------------

    @api.model
    def _get_usable(self, movement):
        """Granted releases that fit a movement: part, partner, company and day.

        :param PartMovement movement: a movement whose line is about to be validated
        :return: parts.core.release, the one that ends first in front
        """
        # sudo: whoever validates the transfer need not see the release that allows it.
        releases = self.sudo()
        line = movement.line
        partners = line.move_id.partner_id | line.picking_id.partner_id
        partners = partners or self._get_place_partner(movement.location_dest)
        partner = partners.commercial_partner_id
        if len(partner) != 1:
            return releases
        company = line.company_id or self.env.company
        return releases.search(
            [
                ("state", "=", "granted"),
                ("company_id", "=", company.id),
                ("product_id", "=", movement.product.id),
                ("date_to", ">=", self.env["parts.price"]._get_price_day(company=company)),
            ],
            order="date_to, id",
        ).filtered(lambda release: release.partner_id.commercial_partner_id == partner)

    @api.model
    def _get_place_partner(self, location):
        """Dealer behind the outlet that keeps a location, for transfers that name no partner."""
        # sudo: the decision must not depend on which outlets the user may see.
        outlets = self.env["aftersales.outlet"].sudo().search([("location_id", "=", location.id)])
        return outlets.dealer_id

    @api.model
    def _is_enough_for(self, movement):
        """Whether the releases that fit a movement have as many pieces left."""
        left = sum(self._get_usable(movement).mapped("quantity_left"))
        return movement.product.uom_id.compare(left, movement.quantity) >= 0

    @api.model
    def _use_for(self, movement):
        """Use releases up for one movement, in its own transaction.

        :return: whether they had enough left; if not, nothing is written
        """
        unit = movement.product.uom_id
        wanted = movement.quantity
        taken = []
        for release in self._get_usable(movement):
            pieces = min(wanted, release.quantity_left)
            if unit.compare(pieces, 0.0) > 0:
                taken.append((release, pieces))
                wanted -= pieces
        if unit.compare(wanted, 0.0) > 0:
            return False
        for release, pieces in taken:
            release._take(movement, pieces)
        # The net counts how far the balance outside may rise. sudo: by what the releases above
        # gave; who moves the pieces writes nothing else of a product.
        movement.product.sudo().restricted_balance += movement.quantity
        return True

    def _take(self, movement, quantity):
        """Write the counter and the row of the ledger for pieces that leave now."""
        self.ensure_one()
        self.quantity_used += quantity
        if self.uom_id.compare(self.quantity_used, self.quantity) >= 0:
            self.state = "used"
        # Now, not at the end: who comes second should learn it before anything moved.
        self.flush_recordset()
        self.use_ids._record(self, movement, quantity)
        self.message_post(
            body=self.env._(
                "%(quantity)s pieces left on %(transfer)s, moved by %(user)s.",
                quantity=f"{quantity:g}",
                transfer=movement.line.reference or movement.line.display_name,
                user=self.env.user.name,
            ),
            author_id=self.env.user.partner_id.id,
            subtype_xmlid="mail.mt_note",
        )
