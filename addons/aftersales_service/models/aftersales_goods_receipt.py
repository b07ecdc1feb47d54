# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields

# What is still added to a receipt whose goods are in the house.
LATER_FIELDS = frozenset({"signature_in", "signed_in_by", "note", "voucher_id"})


class AftersalesGoodsReceipt(models.Model):
    """Customer product receipt: goods of a customer that are in our house (S5).

    The paper goes to the customer when the goods come in and is taken back when they go out. The
    goods themselves move by transfers of their own kinds, owned by the customer all the way: they
    never count as stock of the company. All receipts together are the customer goods in/out
    register.
    """

    _name = "aftersales.goods.receipt"
    _description = "Customer Product Receipt"
    _inherit = [
        "aftersales.protected.mixin",
        "aftersales.state.mixin",
        "aftersales.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "received_at desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(
        string="Receipt Number",
        readonly=True,
        copy=False,
        index="trigram",
        help="Drawn when the goods come in.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [
            ("draft", "Announced"),
            ("in_house", "In the House"),
            ("returned", "Gone Out"),
            ("voided", "Voided"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        group_expand=True,
        help="Announced: written, the goods are not here yet. Gone out: the goods went back, the "
        "paper did not come in yet. Voided: the paper is taken back, or its loss is explained.",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        index=True,
        check_company=True,
        default=lambda self: self._default_warehouse_id(),
        help="House that the goods come into.",
    )
    voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Job",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('partner_id', '=?', partner_id), "
        "('state', 'not in', ('done', 'closed', 'cancelled'))]",
        help="Job for which the goods are here. It cannot be finished while they are (S5).",
    )
    job_name = fields.Char(
        compute="_compute_job_name",
        compute_sudo=True,
        string="Job's Number",
        help="The job's name, also for a storekeeper who reads no jobs.",
    )
    technician_user_id = fields.Many2one(
        "res.users", related="voucher_id.technician_user_id", store=True, index="btree_not_null"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Owner",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Customer whose goods these are. They go back to nobody else.",
    )
    handed_in_by = fields.Char(help="Who brought the goods, where it was not the owner.")
    line_ids = fields.One2many(
        "aftersales.goods.receipt.line", "receipt_id", string="Goods", copy=True
    )
    condition = fields.Text(help="Condition in which the goods came in: scratches, dents, oil …")
    note = fields.Text(help="For us; not printed.")

    # In
    received_at = fields.Datetime(readonly=True, copy=False, index="btree_not_null", string="In")
    received_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    # Not attachments: what was signed does not change.
    signature_in = fields.Image(
        string="Signature on Receipt",
        copy=False,
        attachment=False,
        max_width=1024,
        max_height=1024,
        help="The customer signs for what he has handed in, and its condition.",
    )
    signed_in_by = fields.Char(copy=False, help="Name of the person who signed.")

    # Out
    returned_at = fields.Datetime(readonly=True, copy=False, index="btree_not_null", string="Out")
    returned_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    outcome = fields.Selection(
        [("returned", "Returned"), ("scrapped", "Scrapped for the Customer")],
        readonly=True,
        copy=False,
        tracking=True,
        help="Returned to the owner, or scrapped because he wished so.",
    )
    scrap_reason = fields.Char(readonly=True, copy=False, help="What the customer wished, and why.")
    signature_out = fields.Image(
        string="Signature on Return",
        readonly=True,
        copy=False,
        attachment=False,
        max_width=1024,
        max_height=1024,
        help="The customer signs that the goods are back, or that they may be scrapped.",
    )
    signed_out_by = fields.Char(readonly=True, copy=False, help="Name of the person who signed.")

    # Voided
    voided_at = fields.Datetime(readonly=True, copy=False)
    voided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    lost_reason = fields.Char(
        readonly=True,
        copy=False,
        tracking=True,
        help="Why the receipt could not be taken back from the customer.",
    )

    picking_ids = fields.One2many("stock.picking", "aftersales_receipt_id", string="Transfers")
    whereabouts = fields.Char(
        compute="_compute_whereabouts", compute_sudo=True, help="Where the goods stand now."
    )
    days_in_house = fields.Integer(
        compute="_compute_days_in_house",
        string="Days in House",
        help="From the day they came in until they went out, or today.",
    )
    inside_count = fields.Integer(
        string="Still Here",
        compute="_compute_inside_count",
        store=True,
        help="Lines of the receipt that were not handed out before the others.",
    )
    goods = fields.Char(
        string="What", compute="_compute_goods", help="What was handed in, in one line."
    )

    _name_uniq = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL", "This receipt number is taken."
    )

    # === COMPUTE METHODS === #

    @api.model
    def _default_warehouse_id(self):
        """House of the user, else the company's first."""
        # sudo: whoever takes goods in at the counter needs no stock rights to say where he is.
        user = self.env.user.sudo()
        return user._get_default_warehouse_id() or user.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )

    @api.depends("voucher_id")
    def _compute_partner_id(self):
        for receipt in self:
            # sudo: a storekeeper reads no jobs; whose goods they are stands on the receipt.
            receipt.partner_id = receipt.partner_id or receipt.sudo().voucher_id.partner_id

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for receipt in self:
            receipt.display_name = receipt.name or self.env._(
                "Receipt of %s (announced)", receipt.partner_id.name or ""
            )

    @api.depends("voucher_id")
    def _compute_job_name(self):
        for receipt in self:
            receipt.job_name = receipt.voucher_id.display_name

    @api.depends("state", "picking_ids.state")
    def _compute_whereabouts(self):
        """One query for the batch: where the quants of the owners' goods are."""
        inside = self.filtered(lambda receipt: receipt.state == "in_house")
        (self - inside).whereabouts = False
        found = inside._find_quants()
        for receipt in inside:
            places = found[receipt].location_id
            receipt.whereabouts = ", ".join(places.mapped("complete_name")) or False

    @api.depends("received_at", "returned_at")
    def _compute_days_in_house(self):
        now = fields.Datetime.now()
        for receipt in self:
            since, until = receipt.received_at, receipt.returned_at or now
            receipt.days_in_house = (until - since).days if since else 0

    @api.depends("line_ids.name", "line_ids.quantity", "line_ids.lot_id", "line_ids.serial")
    def _compute_goods(self):
        for receipt in self:
            receipt.goods = receipt.line_ids._get_labels()

    @api.depends("line_ids.returned_at")
    def _compute_inside_count(self):
        """Stored: who hands out another thing at the same moment stops at the receipt's row."""
        for receipt in self:
            receipt.inside_count = len(receipt.line_ids._get_inside())

    # === CONSTRAINTS === #

    @api.constrains("partner_id", "company_id")
    def _check_partner_id(self):
        for receipt in self:
            if receipt.partner_id == receipt.company_id.partner_id:
                raise ValidationError(
                    self.env._(
                        "Goods of %(company)s itself are no customer's goods: choose the customer "
                        "whom they belong to.",
                        company=receipt.company_id.name,
                    )
                )

    @api.constrains("voucher_id", "partner_id")
    def _check_voucher_id(self):
        for receipt in self:
            customer = receipt.voucher_id.partner_id
            if (
                customer
                and customer.commercial_partner_id != receipt.partner_id.commercial_partner_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(voucher)s is a job for %(customer)s, the goods belong to %(owner)s: "
                        "choose the owner's own job.",
                        voucher=receipt.voucher_id.display_name,
                        customer=customer.display_name,
                        owner=receipt.partner_id.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Announce goods.

        :raises UserError: when a user passes what only the steps write
        """
        if not self.env.su:
            for vals in vals_list:
                self._check_protected(vals)
        receipts = super().create(vals_list)
        receipts._check_jobs_open()
        return receipts

    def write(self, vals):
        """Refuse what only the steps may write, and changes once the goods are here.

        :raises UserError: on a protected field, or on a receipt that was handed out
        """
        if not self._is_step():
            self._check_protected(vals)
            names = get_business_fields(vals)
            for receipt in self.filtered(lambda receipt: receipt.state != "draft"):
                if receipt.state != "in_house" or names - LATER_FIELDS:
                    raise UserError(receipt._get_frozen_error())
                if receipt.signature_in and names & {"signature_in", "signed_in_by"}:
                    raise UserError(
                        self.env._(
                            "%s is signed: what was signed does not change.", receipt.display_name
                        )
                    )
        result = super().write(vals)
        if "voucher_id" in vals:
            self._check_jobs_open()
            self.filtered(lambda receipt: receipt.state == "in_house")._enter_workshop()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for receipt in self:
            if receipt.state != "draft":
                raise UserError(
                    self.env._(
                        "%s cannot be deleted: it stands in the goods register.",
                        receipt.display_name,
                    )
                )

    # === ACTIONS === #

    def action_take_in(self):
        """The goods are here: number, transfer in, and the job is in the workshop (S5).

        :raises UserError: when they are here already, or nothing is on the receipt
        """
        self._take_in()
        return True

    def action_return(self):
        """Ask who takes the goods, and whether the paper came back."""
        return self._open_wizard("returned", self.env._("Return Goods"))

    def action_return_some(self):
        """Ask which things go back before the others."""
        self.ensure_one()
        return self._open_wizard("some", self.env._("Return Some of the Goods"))

    def action_scrap(self):
        """Ask for the customer's wish before his goods are scrapped."""
        return self._open_wizard("scrapped", self.env._("Scrap at the Customer's Wish"))

    def action_void(self):
        """The paper is back: the receipt is voided.

        :raises UserError: when the goods are still here, or it is voided already
        """
        self._void()
        return True

    def action_lost(self):
        """Ask why the paper cannot be taken back."""
        self.ensure_one()
        return self._open_wizard("lost", self.env._("Receipt Lost"))

    def action_print(self):
        """Print the receipt for the customer."""
        return self.env.ref("aftersales_service.action_report_goods_receipt").report_action(self)

    def action_view_pickings(self):
        """Open the transfers by which the goods came in and went out."""
        self.ensure_one()
        return self.picking_ids._get_records_action(name=self.env._("Transfers"))

    def action_view_voucher(self):
        """Open the job for which the goods are here."""
        self.ensure_one()
        return self.voucher_id._get_records_action()

    def _open_wizard(self, step, title):
        self._check_state(*(["returned"] if step == "lost" else ["in_house"]))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_goods_out_action"
        )
        context = {"default_receipt_ids": self.ids, "default_step": step}
        return {**action, "name": title, "context": context}

    # === STEPS === #

    def _take_in(self, at=None):
        """Take goods in; see ``action_take_in``. Loaders of history pass ``at``."""
        self._check_state("draft")
        self._check_jobs_open()
        for receipt in self:
            if not receipt.line_ids:
                raise UserError(
                    self.env._(
                        "%s has no goods on it: enter what the customer hands in.",
                        receipt.display_name,
                    )
                )
        at = at or fields.Datetime.now()
        # The new state is written first: who takes the same goods in at the same moment stops at
        # the row, before a second transfer is made.
        self._write_step({"state": "in_house", "received_at": at, "received_by_id": self.env.uid})
        self.flush_recordset(["state"])
        for receipt in self:
            # sudo: drawing a number is part of the step.
            sequence = self.env["ir.sequence"].sudo().with_company(receipt.company_id)
            receipt._write_step({"name": sequence.next_by_code("aftersales.goods.receipt")})
        self.line_ids._find_lots()
        self.line_ids._check_lots()
        for receipt in self:
            receipt._move_in()
        self._enter_workshop()

    def _go_out(self, outcome, signed_by, signature=False, reason=False, at=None):
        """The goods leave: back to their owner, or scrapped because he wished so.

        :param str outcome: key of ``outcome``
        :param str signed_by: who took them, or wished them scrapped
        :param str signature: base64 image
        :param str reason: why they are scrapped
        :param datetime at: only loaders of history pass one
        :raises UserError: when they are not here, or who and why is missing
        """
        self._check_state("in_house")
        signed_by, reason = self._check_signed_by(signed_by), (reason or "").strip()
        if outcome == "scrapped" and not reason:
            raise UserError(
                self.env._("Write what the customer wished: his goods are not scrapped without.")
            )
        if outcome == "returned":
            # sudo: a storekeeper hands goods out without rights on the job.
            self.sudo().voucher_id._check_goods_may_leave()
        self._write_step(
            {
                "state": "returned",
                "outcome": outcome,
                "returned_at": at or fields.Datetime.now(),
                "returned_by_id": self.env.uid,
                "signed_out_by": signed_by,
                "signature_out": signature,
                "scrap_reason": reason if outcome == "scrapped" else False,
            }
        )
        self.flush_recordset(["state"])
        for receipt, quants in self._find_quants().items():
            receipt._move_out(quants)
        # sudo: a storekeeper hands goods out without rights on the job, which only takes note.
        self.sudo().voucher_id._leave_workshop()

    def _hand_out(self, lines, signed_by, signature=False, at=None):
        """Some things go back before the others; the receipt stays in force for the rest (S5).

        :param lines: aftersales.goods.receipt.line of this receipt
        :param str signed_by: who took them
        :param str signature: base64 image
        :param datetime at: only loaders of history pass one
        :raises UserError: when one of them is not here or under repair, when nobody took them, or
            when nothing would be left: then the receipt is returned as a whole
        """
        self.ensure_one()
        self.check_access("write")
        self._check_state("in_house")
        self._check_some(lines)
        signed_by = self._check_signed_by(signed_by)
        self._check_no_open_card(lines)
        quants = self._find_quants()[self]
        lines._write_step(
            {
                "returned_at": at or fields.Datetime.now(),
                "returned_to": signed_by,
                "returned_by_id": self.env.uid,
                "signature_out": signature,
            }
        )
        # As in the other steps, before the transfer is made: see ``_compute_inside_count``.
        self.flush_recordset(["inside_count"])
        self._move_out(quants, lines)
        self.message_post(
            body=self.env._(
                "Handed out to %(who)s before the rest: %(goods)s.",
                who=signed_by,
                goods=lines._get_labels(),
            )
        )

    def _void(self, lost_reason=None):
        """Take the receipt back; a lost one needs a reason.

        :param str lost_reason: why the paper is not there
        :raises UserError: when the goods are here, it is voided, or the reason is empty
        """
        self._check_state("returned")
        if lost_reason is not None and not lost_reason.strip():
            raise UserError(
                self.env._("Write why the receipt cannot be taken back: it is voided only so.")
            )
        self._write_step(
            {
                "state": "voided",
                "voided_at": fields.Datetime.now(),
                "voided_by_id": self.env.uid,
                "lost_reason": (lost_reason or "").strip() or False,
            }
        )

    # === BUSINESS METHODS === #

    @api.model
    def _find_in_house(self, move_line):
        """Receipt under which the goods of a move line are in the house, if any."""
        domain = Domain("receipt_id.state", "=", "in_house") & Domain("returned_at", "=", False)
        domain &= Domain("product_id", "=", move_line.product_id.id)
        domain &= Domain("company_id", "=", move_line.company_id.id)
        if move_line.lot_id:
            domain &= Domain("lot_id", "=", move_line.lot_id.id)
        if move_line.owner_id:
            domain &= Domain("receipt_id.partner_id", "=", move_line.owner_id.id)
        return self.env["aftersales.goods.receipt.line"].search(domain, limit=1).receipt_id

    def _enter_workshop(self):
        """The job knows that goods are here."""
        # sudo: a storekeeper takes goods in without rights on the job, which only takes note.
        self.sudo().voucher_id._enter_workshop()

    def _move_in(self):
        """Transfer customer → our house, done at once and owned by the customer."""
        self.ensure_one()
        # sudo: who stands at the counter needs no stock rights. Safe because only the owner's
        # goods on this very receipt move, which the user may write.
        warehouse = self.sudo().warehouse_id
        custody = warehouse.customer_goods_location_id
        source = self.sudo().partner_id.with_company(self.company_id).property_stock_customer
        moves = [
            {
                "line": line,
                "quantity": line.quantity,
                "lot": line.lot_id,
                "source": source,
                "dest": custody,
            }
            for line in self.line_ids._get_moved()
        ]
        self._create_picking(warehouse.goods_in_type_id, source, custody, moves)

    def _move_out(self, quants, lines=None):
        """Transfer our house → customer or scrap, from wherever the goods stand.

        :param quants: stock.quant of the owner's goods
        :param lines: aftersales.goods.receipt.line that go; by default all that are still here
        :raises UserError: when they are not all here
        """
        self.ensure_one()
        warehouse = self.sudo().warehouse_id  # sudo: see ``_move_in``
        dest = self._get_out_location()
        lines = self.line_ids._get_inside() if lines is None else lines
        left = {quant: quant.quantity for quant in quants}
        moves = []
        for line in lines._get_moved():
            needed = line.quantity
            for quant in quants.filtered(
                lambda quant, line=line: (
                    quant.product_id == line._get_moved_product() and quant.lot_id == line.lot_id
                )
            ):
                taken = min(needed, left[quant])
                if quant.product_uom_id.compare(taken, 0) > 0:
                    left[quant] -= taken
                    needed -= taken
                    moves.append(
                        {
                            "line": line,
                            "quantity": taken,
                            "lot": line.lot_id,
                            "source": quant.location_id,
                            "dest": dest,
                        }
                    )
            if line._get_moved_product().uom_id.compare(needed, 0) > 0:
                raise UserError(
                    self.env._(
                        "%(goods)s of %(receipt)s is not among the customers' goods: look where "
                        "it is before you hand it out.",
                        goods=line._get_label(),
                        receipt=self.display_name,
                    )
                )
        self._create_picking(
            warehouse.goods_out_type_id, warehouse.customer_goods_location_id, dest, moves
        )

    def _get_out_location(self):
        """Where the goods go: to their owner, or to scrap. Hook: another outcome.

        :return: stock.location, as superuser
        """
        self.ensure_one()
        receipt = self.sudo()  # sudo: see ``_move_in``
        if self.outcome != "scrapped":
            return receipt.partner_id.with_company(self.company_id).property_stock_customer
        return receipt.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "in", [False, self.company_id.id])],
            order="company_id, id",
            limit=1,
        )

    def _create_picking(self, picking_type, source, dest, moves):
        """Make and do a transfer of the owner's goods.

        :param moves: list of dicts line, quantity, lot, source, dest
        """
        if not moves:
            return
        picking = (
            self.env["stock.picking"]
            .sudo()  # sudo: see ``_move_in``
            .with_company(self.company_id)
            .create(
                {
                    "picking_type_id": picking_type.id,
                    "partner_id": self.partner_id.id,
                    "owner_id": self.partner_id.id,
                    "company_id": self.company_id.id,
                    "location_id": source.id,
                    "location_dest_id": dest.id,
                    "origin": self.name,
                    "aftersales_receipt_id": self.id,
                    "move_ids": [Command.create(self._prepare_move_vals(**move)) for move in moves],
                }
            )
        )
        # What moves is known: it is done without a reservation before.
        picking._action_done()

    def _prepare_move_vals(self, line, quantity, lot, source, dest):
        """Values of a move with its one line; the owner goes along, so nothing has a value."""
        product = line._get_moved_product()
        common = {
            "product_id": product.id,
            "company_id": self.company_id.id,
            "location_id": source.id,
            "location_dest_id": dest.id,
        }
        return {
            **common,
            "product_uom": product.uom_id.id,
            "product_uom_qty": quantity,
            "restrict_partner_id": self.partner_id.id,
            "description_picking": line.name,
            "picked": True,
            "move_line_ids": [
                Command.create(
                    {
                        **common,
                        "product_uom_id": product.uom_id.id,
                        "quantity": quantity,
                        "lot_id": lot.id,
                        "owner_id": self.partner_id.id,
                        "picked": True,
                    }
                )
            ],
        }

    def _find_quants(self):
        """Where the goods of these receipts stand, in one query.

        :return: dict {receipt: stock.quant}
        """
        lines = self.line_ids._get_inside()._get_moved()
        # sudo: see ``_move_in``
        quants = (
            self.env["stock.quant"]
            .sudo()
            .search(
                [
                    ("location_id.is_customer_goods", "=", True),
                    ("location_id.is_claim_custody", "=", False),
                    ("company_id", "in", self.company_id.ids),
                    ("owner_id", "in", self.partner_id.ids),
                    ("product_id", "in", [line._get_moved_product().id for line in lines]),
                    ("quantity", ">", 0),
                ]
            )
        )
        found = {}
        for receipt in self:
            keys = {
                (line._get_moved_product(), line.lot_id)
                for line in receipt.line_ids._get_inside()._get_moved()
            }
            found[receipt] = quants.filtered(
                lambda quant, receipt=receipt, keys=keys: (
                    quant.owner_id == receipt.partner_id
                    and quant.company_id == receipt.company_id
                    and (quant.product_id, quant.lot_id) in keys
                )
            )
        return found

    # === HELPERS === #

    def _check_some(self, lines):
        """Some of what is still here goes out, neither nothing nor all of it."""
        inside = self.line_ids._get_inside()
        if not lines or lines - inside:
            raise UserError(
                self.env._(
                    "Choose what is handed out among the goods of %s that are still here.",
                    self.display_name,
                )
            )
        if lines == inside:
            raise UserError(
                self.env._(
                    "This is all that is still here on %s: return the goods and take the receipt "
                    "back.",
                    self.display_name,
                )
            )

    def _check_signed_by(self, signed_by):
        """Goods go to somebody who is named.

        :return: the name, without blanks around it
        """
        signed_by = (signed_by or "").strip()
        if not signed_by:
            raise UserError(self.env._("Enter the name of who takes the goods, or decides."))
        return signed_by

    def _check_no_open_card(self, lines):
        """What is under repair stays; the other goods of a receipt need not wait for it."""
        # sudo: a storekeeper hands goods out without rights on the job; he is told what is open.
        for card in self.sudo().voucher_id._get_open_cards():
            line = card.aftersales_receipt_line_id
            if line in lines:
                raise UserError(
                    self.env._(
                        "%(goods)s is under repair on card %(card)s: have it inspected and passed, "
                        "or called off.",
                        goods=line._get_label(),
                        card=card.display_name,
                    )
                )

    def _check_jobs_open(self):
        """Goods come in for a job that is still going on."""
        # sudo: a storekeeper reads no jobs, but does not take goods in for one that is over.
        for receipt in self.sudo():
            over = receipt.voucher_id.filtered(lambda voucher: voucher._is_frozen())
            if receipt.state in ("draft", "in_house") and over:
                raise UserError(
                    self.env._(
                        "%(voucher)s is %(state)s: register a new job for these goods.",
                        voucher=receipt.voucher_id.display_name,
                        state=receipt.voucher_id._get_state_label().lower(),
                    )
                )

    def _get_frozen_error(self):
        self.ensure_one()
        return self.env._(
            "%(receipt)s is %(state)s: the customer holds this receipt, so it does not change. "
            "Write a second one for what else is handed in.",
            receipt=self.display_name,
            state=self._get_state_label().lower(),
        )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "name",
            "state",
            "received_at",
            "received_by_id",
            "returned_at",
            "returned_by_id",
            "outcome",
            "scrap_reason",
            "signature_out",
            "signed_out_by",
            "voided_at",
            "voided_by_id",
            "lost_reason",
            "technician_user_id",
            "picking_ids",
            "inside_count",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the receipt only. Use the buttons.")
