# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields

# What the storekeeper tells about a requisition that is open.
STORE_FIELDS = frozenset({"expected_on", "note"})


class AftersalesPartRequisition(models.Model):
    """A part that a job asks the store for: it waits until the part is in the van (S26)."""

    _name = "aftersales.part.requisition"
    _description = "Part Requisition"
    _inherit = [
        "aftersales.protected.mixin",
        "aftersales.state.mixin",
        "aftersales.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "asked_at, id"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(string="Number", readonly=True, copy=False, index="trigram")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    state = fields.Selection(
        [("open", "Open"), ("received", "In the Van"), ("cancelled", "Cancelled")],
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        group_expand=True,
        help="Open: the job waits for it. In the van: the transfer is done and the job goes on.",
    )
    voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Job",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="Job that waits for the part.",
    )
    job_name = fields.Char(
        compute="_compute_job_name",
        compute_sudo=True,
        string="Job's Number",
        help="The job's name, also for a storekeeper who reads no jobs.",
    )
    is_urgent = fields.Boolean(compute="_compute_job_name", compute_sudo=True, string="Urgent")
    technician_id = fields.Many2one(
        "hr.employee",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Technician whose van the part goes to.",
    )
    location_id = fields.Many2one(
        "stock.location",
        string="Van",
        required=True,
        readonly=True,
        ondelete="restrict",
        check_company=True,
        help="Where the part is to go.",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    quantity = fields.Float(
        required=True, readonly=True, digits="Product Unit", help="In the part's own unit."
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit of Measure")
    quantity_received = fields.Float(
        compute="_compute_quantity_received",
        compute_sudo=True,
        digits="Product Unit",
        string="Arrived",
        help="What has arrived in the van, in the part's own unit.",
    )
    availability = fields.Selection(
        [("ready", "On the Shelf"), ("short", "Not in Stock"), ("moving", "Nothing to Load")],
        compute="_compute_availability",
        compute_sudo=True,
        help="Whether the store can load it now.",
    )
    asked_by_id = fields.Many2one("res.users", required=True, readonly=True)
    asked_at = fields.Datetime(required=True, readonly=True)
    expected_on = fields.Date(
        string="Expected",
        tracking=True,
        help="Day on which the part should be in the van. The storekeeper tells it; the job and "
        "its technician see it.",
    )
    note = fields.Char(help="From the storekeeper: ordered from whom, replaced by what …")
    received_at = fields.Datetime(readonly=True, copy=False)
    move_ids = fields.One2many("stock.move", "aftersales_requisition_id", readonly=True)

    _open_idx = models.Index("(voucher_id) WHERE state = 'open'")
    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity that is asked for must be above zero."
    )

    # === COMPUTE METHODS === #

    @api.depends("voucher_id")
    def _compute_job_name(self):
        for requisition in self:
            requisition.job_name = requisition.voucher_id.display_name
            requisition.is_urgent = requisition.voucher_id.priority == "1"

    def _get_van_moves(self):
        """Moves into the van; those before it on the way are not it."""
        return self.move_ids.filtered(
            lambda move: move.location_dest_id == move.aftersales_requisition_id.location_id
        )

    @api.depends("move_ids.state", "move_ids.quantity")
    def _compute_quantity_received(self):
        for requisition in self:
            done = requisition._get_van_moves().filtered(lambda move: move.state == "done")
            requisition.quantity_received = sum(
                move.product_uom._compute_quantity(move.quantity, requisition.uom_id)
                for move in done
            )

    @api.depends("move_ids.state")
    def _compute_availability(self):
        for requisition in self:
            states = set(requisition._get_van_moves().mapped("state")) - {"cancel"}
            if states <= {"done"}:
                requisition.availability = "moving"
            else:
                requisition.availability = "ready" if states <= {"assigned", "done"} else "short"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Ask the store; only the job's own step does, so no role may create one."""
        for vals in vals_list:
            # sudo: drawing a number is part of the step.
            sequence = self.env["ir.sequence"].sudo().with_company(vals.get("company_id"))
            vals["name"] = sequence.next_by_code("aftersales.part.requisition")
        return super().create(vals_list)

    def write(self, vals):
        """The storekeeper tells the day and how it stands; the steps write the rest.

        :raises UserError: on a protected field, or on a requisition that is not open
        """
        if self._is_step():
            return super().write(vals)
        self._check_protected(vals)
        if get_business_fields(vals):
            self._check_state("open")
        result = super().write(vals)
        if "expected_on" in vals:
            # sudo: the storekeeper reads no jobs; this one waits for the part and is told the day.
            for requisition in self.sudo():
                job = requisition.voucher_id
                if job.state == "waiting_part":
                    job._wait_for_part(requisition.expected_on, requisition.product_id)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        for requisition in self:
            raise UserError(
                self.env._(
                    "%s cannot be deleted: what a job asked for stays on the list. Cancel it "
                    "instead.",
                    requisition.display_name,
                )
            )

    # === ACTIONS === #

    def action_cancel(self):
        """The part is not needed any more, or does not come: the transfer is called off.

        :raises AccessError: for a technician of another job
        :raises UserError: when one is not open
        """
        self.check_access("read")
        directs = self.env.su or any(
            self.env.user.has_group(group)
            for group in ("aftersales_service.group_service_clerk", "stock.group_stock_user")
        )
        for requisition in self:
            if not directs and not requisition.voucher_id.is_mine:
                raise AccessError(
                    self.env._(
                        "%(requisition)s is another one's: only its technician, the hotline or "
                        "the storekeeper cancels it.",
                        requisition=requisition.display_name,
                    )
                )
        self._check_state("open")
        # sudo: technicians have no stock rights; the moves are those of these requisitions.
        self.sudo()._cancel()
        return True

    def action_view_pickings(self):
        """Open the transfers that bring the part."""
        self.ensure_one()
        return self.move_ids.picking_id._get_records_action(name=self.env._("Transfers"))

    def action_view_voucher(self):
        """Open the job."""
        self.ensure_one()
        return self.voucher_id._get_records_action()

    # === STEPS === #

    def _cancel(self):
        """Call the transfers off; what came already is kept."""
        self.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))._action_cancel()
        # Where nothing was left to call off, nobody has told the requisition.
        self.filtered(lambda requisition: requisition.state == "open")._follow_moves()

    def _run(self):
        """Ask the store by what it has: a route to the van, else a transfer from its stock."""
        for company, requisitions in self.grouped("company_id").items():
            store = requisitions.with_company(company)
            by_route = store.filtered(lambda requisition: requisition._find_route())
            self.env["stock.rule"].run(
                [requisition._prepare_procurement() for requisition in by_route]
            )
            lacking = store.filtered(lambda requisition: not requisition.move_ids)
            if not lacking:
                continue
            pickings = (
                self.env["stock.picking"]
                .with_company(company)
                .create([requisition._prepare_picking_vals() for requisition in lacking])
            )
            pickings.action_confirm()
            pickings.action_assign()

    def _follow_moves(self):
        """What has become of the transfers: received, called off, or still on the way."""
        for requisition in self.filtered(lambda requisition: requisition.state == "open"):
            moves = requisition._get_van_moves()
            if any(move.state not in ("done", "cancel") for move in moves):
                continue
            if requisition.uom_id.compare(requisition.quantity_received, 0) > 0:
                requisition._write_step({"state": "received", "received_at": fields.Datetime.now()})
                requisition.voucher_id._resume_with_parts(requisition)
            else:
                requisition._write_step({"state": "cancelled"})
                requisition.voucher_id._tell_not_coming(requisition)

    # === HELPERS === #

    def _find_route(self):
        """Rule of a route that brings the part to the van from a place of ours, if there is one.

        A rule that buys or makes fills the store, not a van: the store's own rules do that when
        its stock is too low for the transfer.
        """
        self.ensure_one()
        rule = self.env["stock.rule"]._get_rule(
            self.product_id,
            self.location_id,
            {"company_id": self.company_id, "warehouse_id": self._get_warehouse()},
        )
        moves = rule.action in ("pull", "pull_push") and rule.location_src_id.usage in (
            "internal",
            "transit",
        )
        # Where the moves of a rule really go: to the place of their kind of transfer by default.
        place = (
            rule.location_dest_id
            if rule.location_dest_from_rule
            else rule.picking_type_id.default_location_dest_id
        )
        return rule if moves and place == self.location_id else rule.browse()

    def _get_warehouse(self):
        """House that loads the van: the van's own, else the outlet's, else the company's first."""
        self.ensure_one()
        return self.location_id.warehouse_id or self.voucher_id._get_workshop()

    def _prepare_procurement(self):
        """Procurement of the part, in the van."""
        self.ensure_one()
        return self.env["stock.rule"].Procurement(
            self.product_id,
            self.quantity,
            self.uom_id,
            self.location_id,
            self.name,
            self._get_origin(),
            self.company_id,
            {
                "company_id": self.company_id,
                "warehouse_id": self._get_warehouse(),
                "date_planned": fields.Datetime.now(),
                "aftersales_requisition_id": self.id,
            },
        )

    def _prepare_picking_vals(self):
        """Values of the transfer stock → van."""
        self.ensure_one()
        warehouse = self._get_warehouse()
        source = warehouse.lot_stock_id
        return {
            "picking_type_id": warehouse.int_type_id.id,
            "company_id": self.company_id.id,
            "location_id": source.id,
            "location_dest_id": self.location_id.id,
            "origin": self._get_origin(),
            "priority": self.voucher_id.priority,
            "move_ids": [
                Command.create(
                    {
                        "product_id": self.product_id.id,
                        "product_uom": self.uom_id.id,
                        "product_uom_qty": self.quantity,
                        "location_id": source.id,
                        "location_dest_id": self.location_id.id,
                        "company_id": self.company_id.id,
                        "origin": self._get_origin(),
                        "aftersales_requisition_id": self.id,
                    }
                )
            ],
        }

    def _get_origin(self):
        self.ensure_one()
        return f"{self.name} · {self.job_name}"

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | (
            get_business_fields(self._fields) - STORE_FIELDS - set(models.MAGIC_COLUMNS)
        )

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the requisition only. Use the buttons.")
