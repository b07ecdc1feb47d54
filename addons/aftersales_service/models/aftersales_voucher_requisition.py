# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

from .aftersales_voucher_waiting import WAITING_FROM


class AftersalesVoucher(models.Model):
    """A job asks the store for a part that is not there, and goes on when it is (S26)."""

    _inherit = "aftersales.voucher"

    requisition_ids = fields.One2many(
        "aftersales.part.requisition",
        "voucher_id",
        string="Part Requisitions",
        help="Parts that this job asked the store for.",
    )
    requisition_count = fields.Integer(compute="_compute_requisition_count", string="Asked For")

    @api.depends("requisition_ids")
    def _compute_requisition_count(self):
        for voucher in self:
            voucher.requisition_count = len(voucher.requisition_ids)

    # === ACTIONS === #

    def action_ask_part(self):
        """Ask which part is needed, and how many."""
        self.ensure_one()
        self._check_state(*WAITING_FROM, "waiting_part")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_part_ask_action"
        )
        return {**action, "context": {"default_voucher_id": self.id}}

    def action_view_requisitions(self):
        """Open what this job asked for."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_part_requisition_action"
        )
        return {**action, "domain": [("voucher_id", "=", self.id)], "context": {}}

    # === STEPS === #

    def _ask_part(self, product, quantity=1.0, expected_on=None):
        """Ask the store for a part; the job waits for it.

        :param product: product.product
        :param float quantity: in the part's own unit
        :param date expected_on: where it is known; proposed by transfers, stock and receipts
        :return: aftersales.part.requisition
        :raises AccessError: when the job is somebody else's
        :raises UserError: when there is no van, or the part is none
        """
        self.ensure_one()
        self.check_access("write")
        directs = self.env.su or self.env.user.has_group("aftersales_service.group_service_clerk")
        if not directs and not self.is_mine:
            raise AccessError(
                self.env._(
                    "%(voucher)s is not your job: parts for it are asked for by its technician or "
                    "the hotline.",
                    voucher=self.display_name,
                )
            )
        self._check_state(*WAITING_FROM, "waiting_part")
        self._check_askable(product, quantity)
        expected_on = expected_on or self._propose_part_expected_on(product, quantity)
        technician, van = self._get_asking_van()
        # sudo: technicians have no stock rights and nobody creates a requisition but the job.
        # Safe because the job was checked to be the user's own (or he directs the service), and
        # the part goes to the van of somebody who works on it.
        requisition = (
            self.env["aftersales.part.requisition"]
            .sudo()
            .create(
                {
                    "company_id": self.company_id.id,
                    "voucher_id": self.id,
                    "technician_id": technician.id,
                    "location_id": van.id,
                    "product_id": product.id,
                    "quantity": quantity,
                    "asked_by_id": self.env.uid,
                    "asked_at": fields.Datetime.now(),
                    "expected_on": expected_on or False,
                }
            )
        )
        requisition._run()
        self._wait_for_part(expected_on, product)
        return requisition.sudo(False)

    def _resume_with_parts(self, requisition):
        """A part has arrived: jobs that wait for nothing else go on, and their people hear it."""
        for voucher in self:
            rest = voucher.requisition_ids.filtered(lambda asked: asked.state == "open")
            goes_on = voucher.state == "waiting_part" and not rest
            if goes_on:
                voucher._resume()
            elif voucher.state == "waiting_part":
                # Later of those that are still to come.
                dates = [asked.expected_on for asked in rest if asked.expected_on]
                last = max(dates) if len(dates) == len(rest) else None
                voucher._wait_for_part(last, rest[0].product_id)
            told = self.env._(
                "%(quantity)s × %(product)s is in %(van)s.",
                quantity=f"{requisition.quantity_received:g}",
                product=requisition.product_id.display_name,
                van=requisition.location_id.name,
            )
            if goes_on:
                told = f"{told} {self.env._('The job goes on.')}"
            voucher.message_post(
                body=told,
                partner_ids=voucher._get_crew().user_id.partner_id.ids,
                subtype_xmlid="mail.mt_note",
            )

    def _tell_not_coming(self, requisition):
        """A part does not come: whoever gave the job away decides what is done."""
        for voucher in self.filtered(lambda voucher: not voucher._is_frozen()):
            voucher.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Part does not come"),
                note=self.env._(
                    "%(requisition)s was cancelled: %(quantity)s × %(product)s does not come. Ask "
                    "for another part, or tell the customer.",
                    requisition=requisition.display_name,
                    quantity=f"{requisition.quantity:g}",
                    product=requisition.product_id.display_name,
                ),
                user_id=(voucher.dispatched_by_id or voucher.user_id).id,
            )

    def _done(self, at=None):
        """What was not needed in the end is not sent after the job."""
        result = super()._done(at)
        self._cancel_requisitions()
        return result

    def _cancel(self, reason, at=None):
        """A job that is struck off needs no parts."""
        result = super()._cancel(reason, at)
        self._cancel_requisitions()
        return result

    # === PHONE === #

    def get_phone_store(self, query):
        """Parts that can be asked for, by number, barcode or name; thirty at most.

        :param str query: what the technician typed or scanned
        :return: list of dict(product_id, name, code, uom)
        :raises AccessError: when the job is somebody else's
        """
        self.ensure_one()
        self._check_own_job()
        query = (query or "").strip()
        if len(query) < 2:
            return []
        products = self.env["product.product"].search(
            Domain("type", "=", "consu")
            & Domain("company_id", "in", [False, self.company_id.id])
            & (Domain("display_name", "ilike", query) | Domain("barcode", "=", query)),
            limit=30,
        )
        return [
            {
                "product_id": product.id,
                "name": product.name,
                "code": product.default_code or "",
                "uom": product.uom_id.name,
            }
            for product in products
        ]

    def _ask_part_by_phone(self, values):
        """Ask for what was chosen on the phone."""
        product = self.env["product.product"].browse(values.get("product_id") or []).exists()
        if not product:
            raise UserError(self.env._("Choose the part that you need."))
        self._ask_part(product, values.get("quantity") or 1.0)

    def _get_phone_requisitions(self):
        """What the job asked for and did not get yet."""
        self.ensure_one()
        return [
            {
                "id": asked.id,
                "name": asked.product_id.display_name,
                "quantity": f"{asked.quantity:g} {asked.uom_id.name}",
                "expected": format_date(self.env, asked.expected_on) if asked.expected_on else "",
                "note": asked.note or "",
            }
            for asked in self.requisition_ids
            if asked.state == "open"
        ]

    # === HELPERS === #

    def _cancel_requisitions(self):
        # sudo: whoever ends the job calls off what it asked for, without stock rights.
        open_ones = self.sudo().requisition_ids.filtered(lambda asked: asked.state == "open")
        open_ones._cancel()

    def _get_asking_van(self):
        """Whose van the part goes to: the user's own where he works on the job, else the lead's.

        :return: hr.employee and stock.location, as superuser
        :raises UserError: when there is no van
        """
        self.ensure_one()
        # sudo: the van stands on the employee's private file; only its location is used.
        crew = self._get_crew().sudo()
        own = crew.filtered(
            lambda member: member.user_id == self.env.user and member.van_location_id
        )
        technician = own[:1] or self.technician_id.sudo()
        if not technician.van_location_id:
            raise UserError(
                self.env._(
                    "%(technician)s has no van that a part for %(voucher)s could be loaded into: "
                    "have a stock location set on the employee.",
                    technician=technician.name or self.env._("The job"),
                    voucher=self.display_name,
                )
            )
        return technician, technician.van_location_id

    def _check_askable(self, product, quantity):
        if product.type != "consu":
            raise UserError(self.env._("%s is no part: choose goods.", product.display_name or "—"))
        if product.company_id and product.company_id != self.company_id:
            raise UserError(
                self.env._(
                    "%(product)s is a part of another company than %(voucher)s: choose one of "
                    "your own.",
                    product=product.display_name,
                    voucher=self.display_name,
                )
            )
        if not isinstance(quantity, int | float) or not 0 < quantity < 1e9:
            raise UserError(self.env._("The quantity that is asked for must be above zero."))
        asked = self.requisition_ids.filtered(
            lambda asked: asked.state == "open" and asked.product_id == product
        )
        if asked:
            raise UserError(
                self.env._(
                    "%(product)s was asked for already on %(requisition)s: cancel it first, or "
                    "tell the storekeeper.",
                    product=product.display_name,
                    requisition=asked[0].display_name,
                )
            )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"requisition_ids"}
