# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class AftersalesCashHandover(models.Model):
    """A technician gives what was collected on site to the accountant, who counts it (S4).

    Confirming moves the money from technician cash to the cash register; what was missing or too
    much goes to the register's own accounts of cash differences.
    """

    _name = "aftersales.cash.handover"
    _description = "Hand-Over of Technician Cash"
    _inherit = ["aftersales.protected.mixin", "aftersales.state.mixin", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Number", readonly=True, required=True, copy=False, default="/", index="trigram"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Handed Over")],
        required=True,
        readonly=True,
        default="draft",
        tracking=True,
        help="Draft: being counted. Handed over: booked, and does not change any more.",
    )
    technician_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        tracking=True,
        help="Who hands the money over.",
    )
    user_id = fields.Many2one(related="technician_id.user_id", store=True, index="btree_not_null")
    payment_ids = fields.One2many(
        "account.payment",
        "aftersales_handover_id",
        string="Payments",
        readonly=True,
        groups="account.group_account_invoice,account.group_account_readonly",
        help="What the technician had in hand; all of it is handed over.",
    )
    payment_count = fields.Integer(compute="_compute_amounts", store=True)
    amount_expected = fields.Monetary(
        compute="_compute_amounts",
        store=True,
        string="Collected",
        help="What the technician took from customers, by the books.",
    )
    amount_counted = fields.Monetary(
        string="Counted", tracking=True, help="What lies on the table."
    )
    difference = fields.Monetary(
        compute="_compute_difference",
        store=True,
        help="Counted less collected: below zero something is missing.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Cash Register",
        check_company=True,
        domain="[('type', 'in', ('cash', 'bank')), ('company_id', '=', company_id)]",
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Where the money goes.",
    )
    note = fields.Char(help="What explains a difference.")
    taken_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, help="Accountant who counted and took the money."
    )
    taken_at = fields.Datetime(readonly=True, copy=False, help="When the money was taken over.")
    move_id = fields.Many2one(
        "account.move",
        string="Journal Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    _counted_positive = models.Constraint(
        "CHECK (amount_counted >= 0)", "What was counted cannot be negative."
    )
    _draft_once = models.UniqueIndex(
        "(company_id, technician_id) WHERE state = 'draft'",
        "A hand-over of this technician is being counted already: finish that one first.",
    )

    # === COMPUTE METHODS === #

    @api.depends("payment_ids.amount")
    def _compute_amounts(self):
        for handover in self:
            # sudo: readers without accounting rights see the sum of what was handed over only.
            payments = handover.sudo().payment_ids
            handover.payment_count = len(payments)
            handover.amount_expected = handover.currency_id.round(sum(payments.mapped("amount")))

    @api.depends("amount_expected", "amount_counted", "currency_id")
    def _compute_difference(self):
        for handover in self:
            handover.difference = handover.currency_id.round(
                handover.amount_counted - handover.amount_expected
            )

    @api.depends("company_id")
    def _compute_journal_id(self):
        for company, handovers in self.grouped("company_id").items():
            handovers.journal_id = company._get_aftersales_cash_register()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Take up all that the technicians have in hand.

        :raises UserError: when there is nothing
        """
        for vals in vals_list:
            self._check_protected(vals)
            if not vals.get("name"):
                company = vals.get("company_id") or self.env.company.id
                sequences = self.env["ir.sequence"].with_company(company)
                vals["name"] = sequences.next_by_code("aftersales.cash.handover") or "/"
        handovers = super().create(vals_list)
        for handover in handovers:
            handover._take_up_payments()
        return handovers

    def write(self, vals):
        """Refuse to change what was handed over.

        :raises UserError: naming the document
        """
        if not self.env.su:
            self._check_protected(vals)
            business = {name for name in vals if not name.startswith(("message_", "activity_"))}
            done = self.filtered(lambda handover: handover.state == "done")[:1]
            if done and business:
                raise UserError(
                    self.env._(
                        "%(handover)s is booked and does not change: correct it by a journal "
                        "entry.",
                        handover=done.display_name,
                    )
                )
            if {"technician_id", "company_id"}.intersection(vals):
                raise UserError(
                    self.env._("A hand-over stays with its technician: delete it and make another.")
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        for handover in self:
            handover._check_state("draft")

    # === ACTIONS === #

    def action_confirm(self):
        """Take the money over: book it from technician cash to the register (S4).

        :raises UserError: when it was handed over already, nothing is in it, or a journal lacks
            its accounts
        """
        self.check_access("write")
        for handover in self:
            handover._confirm()
        return True

    def action_refresh(self):
        """Take up what the technician has collected meanwhile."""
        self.check_access("write")
        for handover in self:
            handover._check_state("draft")
            handover._take_up_payments()
        return True

    # === BUSINESS METHODS === #

    def _take_up_payments(self):
        """Link all payments that the technician has in hand.

        :raises UserError: when there are none
        """
        self.ensure_one()
        # sudo: the link is written by the hand-over only; who may write this document is an
        # accountant.
        payments = self.env["account.payment"].sudo()
        found = payments.search(
            [
                ("aftersales_technician_id", "=", self.technician_id.id),
                ("aftersales_voucher_id", "!=", False),
                ("aftersales_handover_id", "=", False),
                ("company_id", "=", self.company_id.id),
                ("state", "in", ("in_process", "paid")),
            ]
        )
        if not found and not self.sudo().payment_ids:
            raise UserError(
                self.env._(
                    "%(technician)s has no money in hand: nothing is to be handed over.",
                    technician=self.technician_id.name,
                )
            )
        found.aftersales_handover_id = self

    def _confirm(self):
        self.ensure_one()
        self._check_state("draft")
        self._check_confirmable()
        # sudo: state and stamps are written by this step only; the right to the document was
        # checked. Before the posting: a second one stops at the row.
        self.sudo().write(
            {
                "state": "done",
                "taken_by_id": self.env.uid,
                "taken_at": fields.Datetime.now(),
            }
        )
        self.env.flush_all()
        self._book()

    def _book(self):
        """Post the entry that moves the money, and settle technician cash with it."""
        self.ensure_one()
        move = self.env["account.move"].create(self._prepare_move_vals())
        move.action_post()
        # sudo: as in `_confirm`.
        self.sudo().move_id = move
        self._reconcile_payments()

    def _check_confirmable(self):
        self.ensure_one()
        if not self.payment_ids:
            raise UserError(self.env._("%(handover)s has no payments.", handover=self.display_name))
        wrong = self.payment_ids.filtered(lambda p: p.state not in ("in_process", "paid"))[:1]
        if wrong:
            raise UserError(
                self.env._(
                    "%(payment)s is not posted any more: take it out of %(handover)s by cancelling "
                    "it, or confirm it again.",
                    payment=wrong.display_name,
                    handover=self.display_name,
                )
            )
        if not self.journal_id.default_account_id:
            raise UserError(
                self.env._(
                    "Choose the cash register of %(handover)s: a journal of cash or bank with its "
                    "account.",
                    handover=self.display_name,
                )
            )
        if not self.currency_id.is_zero(self.difference) and not self._get_difference_account():
            raise UserError(
                self.env._(
                    "%(handover)s differs by %(amount)s, and %(journal)s has no account for cash "
                    "differences: enter its profit and loss accounts.",
                    handover=self.display_name,
                    amount=self.difference,
                    journal=self.journal_id.display_name,
                )
            )

    def _get_difference_account(self):
        self.ensure_one()
        if self.difference > 0:
            return self.journal_id.profit_account_id
        return self.journal_id.loss_account_id

    def _prepare_move_vals(self):
        """Values of the entry: register and difference against technician cash, line by line."""
        self.ensure_one()
        label = self.env._(
            "%(handover)s, %(technician)s", handover=self.name, technician=self.technician_id.name
        )
        lines = [
            self._prepare_move_line_vals(
                payment.outstanding_account_id, -payment.amount, payment.name, payment.partner_id
            )
            for payment in self.payment_ids
        ]
        counted = self.currency_id.round(self.amount_counted)
        if counted:
            lines.append(
                self._prepare_move_line_vals(self.journal_id.default_account_id, counted, label)
            )
        if not self.currency_id.is_zero(self.difference):
            lines.append(
                self._prepare_move_line_vals(
                    self._get_difference_account(), -self.difference, self.note or label
                )
            )
        return {
            "move_type": "entry",
            "journal_id": self.journal_id.id,
            "company_id": self.company_id.id,
            "date": self.company_id._get_aftersales_date(fields.Datetime.now()),
            "ref": label,
            "line_ids": [Command.create(line) for line in lines],
        }

    def _prepare_move_line_vals(self, account, balance, name, partner=None):
        """Values of one line of the entry; ``balance`` in the company's currency."""
        return {
            "account_id": account.id,
            "name": name,
            "partner_id": partner.id if partner else False,
            "debit": max(balance, 0.0),
            "credit": max(-balance, 0.0),
        }

    def _reconcile_payments(self):
        """Technician cash of these payments is settled, account by account."""
        self.ensure_one()
        lines = (self.payment_ids.move_id + self.move_id).line_ids
        for account in self.payment_ids.outstanding_account_id.filtered("reconcile"):
            lines.filtered(
                lambda line, account=account: line.account_id == account and not line.reconciled
            ).reconcile()

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "state",
            "taken_by_id",
            "taken_at",
            "move_id",
            "payment_ids",
            "payment_count",
            "amount_expected",
            "difference",
            "user_id",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written when the money is handed over. Use the button.")
