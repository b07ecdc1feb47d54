# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import base64

from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields

# What a technician writes on his card; the rest is the supervisor's.
CARD_FIELDS = frozenset(
    {"actual_hours", "work_done", "voucher_line_ids", "checklist_line_ids", "internal_notes"}
)


class RepairOrder(models.Model):
    """Repair card: hangs on a customer's product in the workshop (S5).

    A repair order with a service voucher is a card. Its labour and parts are lines of the voucher
    (``voucher_line_ids``): they say what was used and what it costs. When the supervisor passes
    the card, its stock moves are made of these lines and linked to them. The product itself
    belongs to the customer and stays where it stands.
    """

    _name = "repair.order"
    _inherit = ["aftersales.protected.mixin", "aftersales.step.mixin", "repair.order"]

    aftersales_voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Service Voucher",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Job that the card belongs to.",
    )
    aftersales_receipt_line_id = fields.Many2one(
        "aftersales.goods.receipt.line",
        string="Goods on Receipt",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="What the customer handed in.",
    )
    aftersales_receipt_id = fields.Many2one(
        related="aftersales_receipt_line_id.receipt_id", string="Customer Product Receipt"
    )
    technician_id = fields.Many2one(
        "hr.employee",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Who repairs it.",
    )
    technician_user_id = fields.Many2one(
        "res.users",
        related="technician_id.user_id",
        store=True,
        index="btree_not_null",
        string="Technician's User",
    )
    fault_description = fields.Text(
        related="aftersales_voucher_id.fault_description", string="Fault as Told"
    )
    actual_hours = fields.Float(
        copy=False, help="Hours the repair really took; what is charged stands on the lines."
    )
    work_done = fields.Text(copy=False, help="Cause found and work done.")
    return_date = fields.Date(
        copy=False, tracking=True, help="Day on which the customer gets his goods back."
    )
    voucher_line_ids = fields.One2many(
        "aftersales.voucher.line",
        "repair_id",
        string="Work and Parts",
        help="Lines of the service voucher for this card; parts leave the workshop's stock when "
        "the card is passed.",
    )
    checklist_line_ids = fields.One2many("aftersales.checklist.line", "repair_id", "Checklist")
    checklist_count = fields.Integer(compute="_compute_checklist_count")
    inspection_ids = fields.One2many(
        "aftersales.repair.inspection", "repair_id", string="Inspections", readonly=True
    )
    inspection_state = fields.Selection(
        [
            ("none", "In Work"),
            ("waiting", "To Be Inspected"),
            ("sent_back", "Sent Back"),
            ("passed", "Passed"),
        ],
        default="none",
        readonly=True,
        copy=False,
        index="btree_not_null",
        tracking=True,
        string="Inspection",
        help="The supervisor inspects what was repaired: he passes it, or sends it back (S5).",
    )
    inspection_tries = fields.Integer(
        compute="_compute_inspection_tries", help="How often it was inspected."
    )
    is_card_supervisor = fields.Boolean(compute="_compute_role")
    is_card_hotline = fields.Boolean(compute="_compute_role")

    # === COMPUTE METHODS === #

    @api.depends("checklist_line_ids")
    def _compute_checklist_count(self):
        for card in self:
            card.checklist_count = len(card.checklist_line_ids)

    @api.depends("inspection_ids")
    def _compute_inspection_tries(self):
        for card in self:
            card.inspection_tries = len(card.inspection_ids)

    @api.depends_context("uid")
    def _compute_role(self):
        self.is_card_hotline = self.env.user.has_group("aftersales_service.group_service_clerk")
        self.is_card_supervisor = self.env.user.has_group(
            "aftersales_service.group_service_supervisor"
        )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Cards are written by the steps of a job, plain repairs by whoever has stock rights.

        :raises UserError: when a user makes a card past the job
        """
        if not self.env.su:
            for vals in vals_list:
                self._check_protected(vals)
        return super().create(vals_list)

    def write(self, vals):
        """See ``create``; a technician writes on his card what he did.

        :raises AccessError: for a technician beyond that
        :raises UserError: on a protected field, or on a card that is passed
        """
        if not self._is_step() and not self.env.su:
            self._check_protected(vals)
            names = get_business_fields(vals)
            user = self.env.user
            cards = self.filtered("aftersales_voucher_id")
            if (
                cards
                and names - CARD_FIELDS
                and not (
                    user.has_group("aftersales_service.group_service_clerk")
                    or user.has_group("stock.group_stock_user")
                )
            ):
                raise AccessError(
                    self.env._(
                        "A technician writes hours, work and parts on his card: ask the hotline "
                        "to change anything else."
                    )
                )
            for card in cards:
                if names & (CARD_FIELDS | {"product_id", "lot_id"}) and card.state in (
                    "done",
                    "cancel",
                ):
                    raise UserError(
                        self.env._(
                            "Card %s is finished and does not change any more.", card.display_name
                        )
                    )
        return super().write(vals)

    # === ACTIONS === #

    def action_card_start(self):
        """The technician begins; what the reception had to check is done.

        :raises UserError: when a card was begun already, or the reception is not complete
        """
        self._check_card_access()
        for card in self:
            if card.state not in ("draft", "confirmed"):
                raise UserError(self.env._("Card %s was begun already.", card.display_name))
        self.aftersales_voucher_id._check_reception()
        # sudo: a technician has no stock rights; the card was checked to be his.
        self.sudo().action_repair_start()
        self.aftersales_voucher_id._begin_phases("work", repairs=self)
        return True

    def action_card_finish(self):
        """The technician is done: the supervisor inspects (S5).

        :raises UserError: when hours are missing, or the checklist of the work is not complete
        """
        self._check_card_access()
        for card in self:
            if card.state != "under_repair" or card.inspection_state == "waiting":
                raise UserError(
                    self.env._(
                        "Card %s is not in work: start it, or wait for its inspection.",
                        card.display_name,
                    )
                )
            if card.actual_hours <= 0:
                raise UserError(self.env._("Write the actual hours on card %s.", card.display_name))
        lines = self.checklist_line_ids
        lines.filtered(lambda line: line.phase == "work")._check_answered()
        # sudo: the inspection begins anew; nobody answers it but the supervisor.
        lines.sudo().filtered(lambda line: line.phase == "inspection")._clear()
        self._write_step({"inspection_state": "waiting"})
        self.aftersales_voucher_id._begin_phases("inspection", repairs=self)
        # sudo: what the technician was told to do is done.
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])
        for card in self:
            card._tell(
                card.aftersales_voucher_id.dispatched_by_id,
                self.env._("Inspect %s", card.product_id.display_name),
            )
        return True

    def action_pass(self):
        """The supervisor passes: parts leave the stock, the goods can go back (S5).

        :raises AccessError: when the user is not a supervisor
        :raises UserError: when a card does not wait for it, or its checklist is not complete
        """
        self._check_inspector()
        self.checklist_line_ids._check_answered()
        self._write_step({"inspection_state": "passed"})
        self._log_inspection("passed")
        for card in self:
            card._end_repair()
        vouchers = self.aftersales_voucher_id
        vouchers.filtered(lambda voucher: not voucher._get_open_cards())._get_ready()
        return True

    def action_send_back(self, reason=None):
        """The supervisor sends the repair back to the technician, with a reason (S5).

        Without a reason (the button) a dialogue asks for it.

        :param str reason: what is not in order
        :raises AccessError: when the user is not a supervisor
        :raises UserError: when a card does not wait for it, or the reason is empty
        """
        self._check_inspector()
        if reason is None:
            action = self.env["ir.actions.act_window"]._for_xml_id(
                "aftersales_service.aftersales_repair_send_back_action"
            )
            return {**action, "context": {"default_repair_ids": self.ids}}
        if not reason.strip():
            raise UserError(self.env._("Write what is not in order: the technician has to know."))
        self._write_step({"inspection_state": "sent_back"})
        self._log_inspection("sent_back", reason.strip())
        for card in self:
            card._tell(
                card.technician_user_id or card.aftersales_voucher_id.technician_user_id,
                self.env._("Sent back: %s", reason.strip()),
            )
        return True

    def action_card_cancel(self):
        """Call repairs off: the goods can go back as they are.

        :raises AccessError: for a technician
        :raises UserError: when a card is passed
        """
        self._check_card_access()
        self.aftersales_voucher_id._check_group(
            "aftersales_service.group_service_clerk",
            self.env._("Only the hotline calls a repair off: ask it."),
        )
        # sudo: the hotline has no stock rights; nothing was booked for the card yet.
        self.sudo().action_repair_cancel()
        return True

    def action_view_aftersales_voucher(self):
        """Open the job of the card."""
        self.ensure_one()
        return self.aftersales_voucher_id._get_records_action()

    def action_repair_end(self):
        """A card ends with its inspection.

        :raises UserError: when a card was not passed
        """
        self._check_passed()
        return super().action_repair_end()

    def action_repair_done(self):
        """See ``action_repair_end``."""
        self._check_passed()
        return super().action_repair_done()

    def action_create_sale_order(self):
        """Cards are charged by their voucher.

        :raises UserError: for a card
        """
        for card in self.filtered("aftersales_voucher_id"):
            raise UserError(
                self.env._(
                    "Card %(card)s is charged with its job %(voucher)s: no second quotation.",
                    card=card.display_name,
                    voucher=card.sudo().aftersales_voucher_id.display_name,
                )
            )
        return super().action_create_sale_order()

    # === BUSINESS METHODS === #

    def _end_repair(self):
        """Make the moves of the card's parts and end the repair where the goods stand."""
        self.ensure_one()
        # sudo: a supervisor has no stock rights; the moves are those of the card's own lines.
        card = self.sudo().with_company(self.company_id)
        place = card.aftersales_receipt_id._find_quants().get(card.aftersales_receipt_id)
        place = (
            place
            and place.filtered(
                lambda quant: quant.product_id == card.product_id and quant.lot_id == card.lot_id
            )[:1].location_id
        )
        if not place:
            raise UserError(
                self.env._(
                    "%(goods)s of card %(card)s is not in the house: take it in before you pass "
                    "the card.",
                    goods=card.product_id.display_name,
                    card=card.display_name,
                )
            )
        card.write({"product_location_src_id": place.id, "product_location_dest_id": place.id})
        lines = card.voucher_line_ids.filtered(
            lambda line: line.line_type == "part" and line.product_id.type == "consu"
        )
        vals_list = []
        for line in lines:
            vals_list += line._prepare_repair_moves_vals(card)
        card.env["stock.move"].create(vals_list)
        card.action_repair_end()

    def _log_inspection(self, result, reason=False):
        """Keep each try."""
        # sudo: nobody writes the history of inspections; the supervisor's verdict does.
        self.env["aftersales.repair.inspection"].sudo().create(
            [
                {
                    "repair_id": card.id,
                    "result": result,
                    "reason": reason,
                    "user_id": self.env.uid,
                    "technician_id": card.technician_id.id,
                    "findings": ", ".join(
                        line.name
                        for line in card.checklist_line_ids
                        if line.phase == "inspection" and line.is_finding
                    ),
                }
                for card in self
            ]
        )
        # sudo: the to-do of the technician or of the supervisor is done with the verdict.
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def _tell(self, user, summary):
        """Give somebody a to-do about the card."""
        self.ensure_one()
        if user:
            # sudo: who gets the to-do may be somebody whose activities the user does not read.
            self.sudo().activity_schedule(
                "mail.mail_activity_data_todo", summary=summary, user_id=user.id
            )

    # === HELPERS === #

    def _get_card_barcode(self):
        """Code 128 of the card's name, drawn as lines: sharp at any size.

        Odoo's own barcode is a picture, for which reportlab needs a library besides.

        :return: data URI of an SVG
        """
        self.ensure_one()
        drawing = createBarcodeDrawing(
            "Code128", value=self.name, width=500, height=80, humanReadable=False
        )
        svg = base64.b64encode(drawing.asString("svg").encode()).decode()
        return f"data:image/svg+xml;base64,{svg}"

    def _check_card_access(self):
        """Steps of cards: for those who may write them, and on cards only."""
        self.check_access("write")
        for card in self:
            if not card.aftersales_voucher_id:
                raise UserError(
                    self.env._("%s is a plain repair, not the card of a job.", card.display_name)
                )

    def _check_inspector(self):
        self._check_card_access()
        self.aftersales_voucher_id._check_group(
            "aftersales_service.group_service_supervisor",
            self.env._("Only a service supervisor inspects a repair (S5): ask yours."),
        )
        for card in self:
            if card.inspection_state != "waiting":
                raise UserError(
                    self.env._(
                        "Card %s does not wait for an inspection: its technician finishes it "
                        "first.",
                        card.display_name,
                    )
                )

    def _check_passed(self):
        for card in self:
            if card.aftersales_voucher_id and card.inspection_state != "passed":
                raise UserError(
                    self.env._(
                        "Card %s ends when a service supervisor passes its inspection (S5).",
                        card.display_name,
                    )
                )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "aftersales_voucher_id",
            "aftersales_receipt_line_id",
            "inspection_state",
            "inspection_ids",
            "technician_user_id",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the job and its card only. Use the buttons.")
