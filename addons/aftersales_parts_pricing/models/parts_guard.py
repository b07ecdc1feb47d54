# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import logging
from typing import NamedTuple

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.modules.registry import Registry

_logger = logging.getLogger(__name__)

# Where a location lies, as the guard sees it.
ZONE_BASE = "base"
ZONE_TRANSIT = "transit"
ZONE_PRODUCTION = "production"
ZONE_LOSS = "loss"
ZONE_OUTSIDE = "outside"


class PartMovement(NamedTuple):
    """Pieces that somebody wants to move: what, how many, from, to, for whom, by which job.

    ``is_consumption`` says that a manufacturing or repair order uses them up.
    """

    product: models.BaseModel
    quantity: float
    location: models.BaseModel
    location_dest: models.BaseModel
    partner: models.BaseModel
    job: str
    is_consumption: bool = False


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
        """Refuse movements of restricted parts that nobody may make.

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
        """Hook: whether a release lets this movement out. There are none yet."""
        return False

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

        Those that were there when it became restricted; releases will add theirs.
        """
        return product.restricted_baseline

    @api.model
    def _get_outside_quantities(self, products):
        """{product id: pieces outside our bases}, in the unit of each product.

        Only positive quants count: a vendor's negative one must not hide a leak.
        """
        # sudo: the guard counts every piece, whatever the user may see.
        stock = self.env["stock.quant"].sudo()
        held = stock._read_group(
            [("product_id", "in", products.ids), ("quantity", ">", 0)],
            ["product_id", "location_id"],
            ["quantity:sum"],
        )
        zones = self._get_zones(stock.location_id.union(*(row[1] for row in held)))
        outside = {}
        for product, location, quantity in held:
            if zones[location] == ZONE_OUTSIDE:
                outside[product.id] = outside.get(product.id, 0.0) + quantity
        return outside

    # ------------------------------------------------------------------
    # Places and people
    # ------------------------------------------------------------------

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
        bases = dict.fromkeys(places.filtered("is_field_location"), False)
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
        company = company or self.env.company
        # sudo: whoever is refused must learn whom to ask.
        group = self.env.ref("aftersales_parts_pricing.group_restricted_guardian").sudo()
        guardians = group.all_user_ids.filtered(
            lambda user: user.active and company in user.company_ids
        )
        return ", ".join(guardians.sorted("name").mapped("name")) or self.env._(
            "nobody yet (an administrator appoints guardians of restricted parts)"
        )

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
        else:
            message = self.env._(
                "“%(part)s” is a restricted core part and cannot go to %(target)s: %(reason)s. "
                "Nothing was moved. Ask one of the guardians of restricted parts: %(guardians)s.",
                **values,
            )
        self._record_refusal(self._prepare_refusal_vals(movement, company, reason))
        raise UserError(message)

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
