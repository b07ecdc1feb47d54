# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import logging
from typing import NamedTuple

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# Parts whose balance outside is looked at before the transaction commits.
_TOUCHED = "aftersales_parts_pricing.touched_parts"

# Where a location lies, as the guard sees it.
ZONE_BASE = "base"
ZONE_TRANSIT = "transit"
ZONE_PRODUCTION = "production"
ZONE_LOSS = "loss"
ZONE_OUTSIDE = "outside"


class PartMovement(NamedTuple):
    """Pieces that somebody wants to move: what, how many, from, to, for whom, by which job.

    ``is_consumption`` says that a manufacturing or repair order uses them up. ``line`` is the
    stock.move.line, if there is one; ``is_validation`` says that it is being done right now.
    """

    product: models.BaseModel
    quantity: float
    location: models.BaseModel
    location_dest: models.BaseModel
    partner: models.BaseModel
    job: str
    is_consumption: bool = False
    line: models.BaseModel | None = None
    is_validation: bool = False


class RestrictedPartError(UserError):
    """A refusal that a release would lift: the client offers to ask for one (P2)."""

    def __init__(self, message, action_id, button, context):
        """
        :param str message: why, and whom to ask
        :param int action_id: action that opens a new release
        :param str button: what to write on the button
        :param dict context: defaults of the new release
        """
        super().__init__(message)
        self.args = (message, action_id, button, context)

    def __str__(self):
        return self.args[0]


class PartsGuard(models.AbstractModel):
    """Decides where restricted core parts may go (P2).

    One method decides, :meth:`_get_refusal_reason`. Stock move lines ask it before they move;
    quants ask :meth:`_check_outside` afterwards, as the net under it.
    """

    _name = "parts.guard"
    _description = "Guard of Restricted Core Parts"

    # ------------------------------------------------------------------
    # The decision
    # ------------------------------------------------------------------

    @api.model
    def _check_movements(self, movements):
        """Refuse movements of restricted parts that nobody may make; use up releases of others.

        :param movements: iterable of PartMovement, of any product
        :raise UserError: says what, why and whom to ask; the attempt is recorded
        """
        movements = [
            movement for movement in movements if movement.product.part_class == "restricted"
        ]
        if not movements:
            return
        locations = self.env["stock.location"].union(
            *(movement.location | movement.location_dest for movement in movements)
        )
        zones = self._get_zones(locations)
        for movement in movements:
            reason = self._get_refusal_reason(movement, zones)
            if reason:
                self._refuse(movement, reason)
        self._use_releases(
            movement
            for movement in movements
            if movement.is_validation and zones[movement.location_dest] == ZONE_OUTSIDE
        )

    @api.model
    def _use_releases(self, movements):
        """Use releases up for pieces that leave now, in the transaction of their move.

        :raise UserError: when several movements together want more than was released
        """
        for movement in movements:
            if not self.env["parts.core.release"]._use_for(movement):
                self._refuse(movement, self._get_outside_reason(movement.location_dest))

    @api.model
    def _get_refusal_reason(self, movement, zones):
        """May this product go from here to there, for this partner and this kind of job?

        :param PartMovement movement: the movement of a restricted part
        :param dict zones: {location: zone} of both its locations
        :return: why not, as the end of a sentence; an empty string when it may
        """
        source = zones.get(movement.location, ZONE_OUTSIDE)
        target = zones.get(movement.location_dest, ZONE_OUTSIDE)
        if target in (ZONE_BASE, ZONE_TRANSIT):
            return ""
        if target == ZONE_PRODUCTION and source not in (ZONE_BASE, ZONE_PRODUCTION):
            return self.env._("it is used up in our own bases only, never on site")
        if target in (ZONE_PRODUCTION, ZONE_LOSS):
            return self._get_use_reason(movement.location_dest, movement.is_consumption)
        if self._is_released(movement):
            return ""
        return self._get_outside_reason(movement.location_dest)

    @api.model
    def _get_use_reason(self, location, is_consumption):
        """Why nobody but a guardian makes pieces vanish into a location, save an order.

        :param location: a location of production or of inventory loss; any other has no reason
        :param bool is_consumption: whether a manufacturing or repair order uses the pieces up
        """
        if self._is_guardian():
            return ""
        if location.usage == "inventory":
            return self.env._("it is written off or scrapped by a guardian only, as the witness")
        if location.usage == "production" and not is_consumption:
            return self.env._(
                "it is used up by a manufacturing or repair order only, or by a guardian, as the "
                "witness"
            )
        return ""

    @api.model
    def _get_outside_reason(self, location):
        """Why a location outside our bases gets no restricted part."""
        if location.usage == "customer":
            return self.env._("it is never delivered, to dealers or to users")
        if location.usage == "supplier":
            return self.env._("it does not go back to a vendor")
        if location.usage == "transit" and not location.company_id:
            return self.env._("it would leave the company")
        return self.env._("“%(location)s” is not one of our own bases", location=location.name)

    @api.model
    def _is_released(self, movement):
        """Hook: whether a release lets this movement out (P2).

        Pieces leave by the validation of a transfer; a done one is corrected only as far as its
        own row in the ledger goes.
        """
        if movement.is_validation:
            return self.env["parts.core.release"]._is_enough_for(movement)
        return self.env["parts.core.release.use"]._covers(movement)

    # ------------------------------------------------------------------
    # The net
    # ------------------------------------------------------------------

    @api.model
    def _check_outside(self, quants):
        """What lies outside must not exceed what was released (P2).

        :param quants: quants that have changed, of any product
        :raise UserError: as :meth:`_check_movements`
        """
        quants = quants.filtered(
            lambda quant: quant.product_id.part_class == "restricted" and quant.quantity > 0
        )
        if not quants:
            return
        zones = self._get_zones(quants.location_id)
        quants = quants.filtered(lambda quant: zones[quant.location_id] == ZONE_OUTSIDE)
        outside = self._get_outside_quantities(quants.product_id)
        for quant in quants:
            product = quant.product_id
            allowed = self._get_allowed_outside(product)
            if product.uom_id.compare(outside.get(product.id, 0.0), allowed) > 0:
                reason = self._get_outside_reason(quant.location_id)
                self._refuse_stock(product, quant.quantity, quant.location_id, reason)

    @api.model
    def _check_use(self, product, location, quantity, is_consumption):
        """The net under scrap and consumption: pieces vanish on an order or before a witness.

        :raise UserError: as :meth:`_check_movements`
        """
        reason = self._get_use_reason(location, is_consumption) if quantity > 0 else ""
        if reason:
            self._refuse_stock(product, quantity, location, reason)

    @api.model
    def _get_allowed_outside(self, product):
        """Hook: pieces of a restricted part that may lie outside.

        Those that were there when it became restricted, and those that left on a release.
        """
        uses = self.env["parts.core.release.use"]._get_quantities(product)
        return product.restricted_baseline + uses.get(product.id, 0.0)

    @api.model
    def _watch_balance(self, products):
        """Look at the balance outside of these parts before this transaction commits."""
        data = self.env.cr.precommit.data
        if _TOUCHED not in data:
            data[_TOUCHED] = set()
            self.env.cr.precommit.add(self._check_balance)
        data[_TOUCHED].update(products.ids)

    @api.model
    def _check_balance(self):
        """Second mesh of the net: the balance outside never rises but by releases (P2).

        What the level cannot see: a receipt that shrinks makes a vendor's negative stock less
        negative, and a piece that came back must not open the way for another one.

        :raise UserError: as :meth:`_check_movements`
        """
        touched = self.env.cr.precommit.data.pop(_TOUCHED, ())
        # sudo: a figure of the guard, whatever the user may write.
        products = self.env["product.product"].sudo().browse(touched).exists()
        products = products.filtered(lambda product: product.part_class == "restricted")
        balances = self._get_outside_quantities(products, signed=True)
        for product in products:
            balance = balances.get(product.id, 0.0)
            risen = product.uom_id.compare(balance, product.restricted_balance)
            if risen > 0:
                self._refuse_stock(
                    product,
                    balance - product.restricted_balance,
                    self.env["stock.location"],
                    self.env._("more pieces would lie outside than were released"),
                )
            if risen < 0:
                product.restricted_balance = balance

    @api.model
    def _get_outside_quantities(self, products, signed=False):
        """{product id: pieces outside our bases}, in the unit of each product.

        :param bool signed: the balance, to which a vendor's negative stock belongs; by default
            only positive quants count, for a negative one must not hide a leak
        """
        # sudo: the guard counts every piece, whatever the user may see.
        stock = self.env["stock.quant"].sudo()
        domain = [("product_id", "in", products.ids)]
        if not signed:
            domain.append(("quantity", ">", 0))
        held = stock._read_group(
            domain,
            ["product_id", "location_id"],
            ["quantity:sum"],
        )
        zones = self._get_zones(stock.location_id.union(*(row[1] for row in held)))
        outside = {}
        for product, location, quantity in held:
            if zones[location] == ZONE_OUTSIDE:
                outside[product.id] = outside.get(product.id, 0.0) + quantity
        return outside

    @api.model
    def _open_missing_balances(self):
        """Opening balance of restricted parts of which none was kept yet; for installs, upgrades.

        Such a part was restricted before the module counted, and pieces of it may lie outside.
        """
        products = self.env["product.product"].sudo().with_context(active_test=False)
        # NULL tells a balance that was never kept from one of zero; the ORM reads both as zero.
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product.id
                  FROM product_product product
                  JOIN product_template template ON template.id = product.product_tmpl_id
                 WHERE template.part_class = 'restricted'
                   AND product.restricted_balance IS NULL
                """
            )
        )
        self._open_balances(products.browse(row[0] for row in rows))

    @api.model
    def _open_balances(self, products):
        """Take what lies outside now as the opening balance of these parts (P2).

        What left on a release is told by the ledger of releases; the rest was outside before.
        """
        outside = self._get_outside_quantities(products)
        balances = self._get_outside_quantities(products, signed=True)
        uses = self.env["parts.core.release.use"]._get_quantities(products)
        # sudo: guardians hold no right to write products' technical figures one by one.
        products = products.sudo()
        # Read as zero, a balance that was never kept would not be written as zero.
        products.invalidate_recordset(["restricted_baseline", "restricted_balance"])
        for product in products:
            before = outside.get(product.id, 0.0) - uses.get(product.id, 0.0)
            product.restricted_baseline = max(before, 0.0)
            product.restricted_balance = balances.get(product.id, 0.0)

    # ------------------------------------------------------------------
    # Places and people
    # ------------------------------------------------------------------

    @api.model
    def _is_outside(self, location):
        """Whether a location lies outside our own bases, so that only a release leads there."""
        return self._get_zones(location)[location] == ZONE_OUTSIDE

    @api.model
    def _get_zones(self, locations):
        """{location: zone} of many locations, in one query for the outlets.

        Our own bases are internal locations, save those of outlets that are not return bases and
        field locations such as vans (P2). A company's own transit between its warehouses is
        inside, any other is not.
        """
        # sudo: the decision must not depend on which places and outlets the user may see.
        locations = locations.sudo()
        places = locations.browse(
            {int(key) for place in locations for key in (place.parent_path or "").split("/") if key}
        )
        # A store room below a customer's or a vendor's place is theirs.
        theirs = places.filtered(
            lambda place: place.is_field_location or place.usage in ("customer", "supplier")
        )
        bases = dict.fromkeys(theirs, False)
        outlets = self.env["aftersales.outlet"].sudo().with_context(active_test=False)
        for outlet in outlets.search_fetch(
            [("location_id", "in", places.ids)], ["location_id", "is_return_base"]
        ):
            bases.setdefault(outlet.location_id, outlet.is_return_base)
        return {place: self._get_zone(place, bases) for place in locations}

    @api.model
    def _get_zone(self, location, bases):
        """Zone of one location; the nearest place above it of which something is said counts.

        :param dict bases: {location: whether restricted parts may be there}
        """
        zone = {
            "customer": ZONE_OUTSIDE,
            "supplier": ZONE_OUTSIDE,
            "inventory": ZONE_LOSS,
            "production": ZONE_PRODUCTION,
        }.get(location.usage)
        if zone:
            return zone
        is_transit = location.usage == "transit"
        if is_transit and not location.company_id or self._is_subcontractor(location):
            return ZONE_OUTSIDE
        for key in reversed((location.parent_path or "").split("/")[:-1]):
            is_base = bases.get(location.browse(int(key)))
            if is_base is not None:
                return ZONE_BASE if is_base else ZONE_OUTSIDE
        return ZONE_TRANSIT if is_transit else ZONE_BASE

    @api.model
    def _is_subcontractor(self, location):
        """Whether the location is a subcontractor's, when subcontracting is installed."""
        company = location.company_id
        if "subcontracting_location_id" not in company._fields:
            return False
        base = company.subcontracting_location_id
        return bool(base and location._child_of(base))

    @api.model
    def _is_guardian(self):
        """Whether the current user watches over restricted parts, also within sudo."""
        return self.env.user.has_group("aftersales_parts_pricing.group_restricted_guardian")

    @api.model
    def _get_guardian_names(self, company=None):
        """Names of the guardians to ask, for the end of a sentence."""
        return ", ".join(self._get_guardians(company).mapped("name")) or self.env._(
            "nobody yet (an administrator appoints guardians of restricted parts)"
        )

    @api.model
    def _get_guardians(self, company=None):
        """Guardians of a company, by name, as superuser: whoever is refused must find them."""
        company = company or self.env.company
        # sudo: as the docstring says.
        group = self.env.ref("aftersales_parts_pricing.group_restricted_guardian").sudo()
        return group.all_user_ids.filtered(
            lambda user: user.active and company in user.company_ids
        ).sorted("name")

    # ------------------------------------------------------------------
    # The refusal
    # ------------------------------------------------------------------

    @api.model
    def _refuse_stock(self, product, quantity, location, reason):
        """Stop pieces that come into a location by whatever way; see :meth:`_refuse`."""
        self._refuse(
            PartMovement(
                product=product,
                quantity=quantity,
                location=self.env["stock.location"],
                location_dest=location,
                partner=self.env["res.partner"],
                job="stock",
            ),
            reason,
        )

    @api.model
    def _refuse(self, movement, reason):
        """Stop a movement with a sentence, and record the attempt once it is rolled back.

        :raise UserError: always
        """
        company = movement.location_dest.company_id or movement.location.company_id
        company = company or self.env.company
        # sudo: names only, so that the sentence can be understood.
        values = {
            "part": movement.product.display_name,
            "origin": movement.location.sudo().display_name,
            "target": movement.location_dest.sudo().display_name,
            "reason": reason,
            "guardians": self._get_guardian_names(company),
        }
        if movement.location:
            message = self.env._(
                "“%(part)s” is a restricted core part and cannot go from %(origin)s to "
                "%(target)s: %(reason)s. Nothing was moved. Ask one of the guardians of "
                "restricted parts: %(guardians)s.",
                **values,
            )
        elif movement.location_dest:
            message = self.env._(
                "“%(part)s” is a restricted core part and cannot go to %(target)s: %(reason)s. "
                "Nothing was moved. Ask one of the guardians of restricted parts: %(guardians)s.",
                **values,
            )
        else:
            message = self.env._(
                "“%(part)s” is a restricted core part and cannot leave: %(reason)s. Nothing was "
                "moved. Ask one of the guardians of restricted parts: %(guardians)s.",
                **values,
            )
        self._record_refusal(self._prepare_refusal_vals(movement, company, reason))
        if self._may_ask_for_release(movement):
            raise RestrictedPartError(
                message,
                self.env["ir.model.data"]._xmlid_to_res_id(
                    "aftersales_parts_pricing.parts_core_release_action_ask"
                ),
                self.env._("Ask for a Release"),
                self._prepare_release_defaults(movement, company),
            )
        raise UserError(message)

    @api.model
    def _may_ask_for_release(self, movement):
        """Whether a release would let this movement out, and the user may ask for one."""
        return bool(
            movement.is_validation
            and self._is_outside(movement.location_dest)
            and self.env["parts.core.release"].has_access("create")
        )

    @api.model
    def _prepare_release_defaults(self, movement, company):
        """Context with the defaults of a release for a refused movement."""
        line = movement.line
        partner = movement.partner or self.env["parts.core.release"]._get_place_partner(
            movement.location_dest
        )
        return {
            "default_product_id": movement.product.id,
            "default_quantity": movement.quantity,
            "default_partner_id": partner.id,
            "default_company_id": company.id,
            "default_picking_id": line.picking_id.id if line else False,
        }

    @api.model
    def _get_release_action(self):
        """Action that opens a new release."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_parts_pricing.parts_core_release_action_ask"
        )

    @api.model
    def _prepare_refusal_vals(self, movement, company, reason):
        """Values of the record of a refused attempt."""
        return {
            "date": fields.Datetime.now(),
            "user_id": self.env.uid,
            "company_id": company.id,
            "product_id": movement.product.id,
            "product_name": movement.product.display_name,
            "quantity": movement.quantity,
            "location_id": movement.location.id,
            "location_dest_id": movement.location_dest.id,
            "partner_id": movement.partner.id,
            "picking_id": movement.line.picking_id.id if movement.line else False,
            "job": movement.job,
            "reason": reason,
        }

    @api.model
    def _record_refusal(self, vals):
        """Write the record after the rollback, on a cursor of its own.

        The refusal rolls back with the attempt, so what is written now would vanish with it.
        """
        dbname = self.env.cr.dbname

        def write_refusal():
            try:
                with Registry(dbname).cursor() as cr:
                    # superuser: nobody writes this journal by hand.
                    env = api.Environment(cr, api.SUPERUSER_ID, {})
                    env["parts.core.refusal"]._create_after_rollback(vals)
            except (psycopg2.Error, UserError):
                _logger.warning("A refused movement could not be recorded", exc_info=True)

        self.env.cr.postrollback.add(write_refusal)
