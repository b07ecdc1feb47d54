# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class AftersalesContractInstalment(models.Model):
    """One payment of the invoicing plan of a contract: a period, a day, an amount (S2 B).

    It leads to one invoice. Amounts are in the contract's currency.
    """

    _name = "aftersales.contract.instalment"
    _description = "Instalment of a Service Contract"
    _inherit = ["aftersales.guarded.mixin"]
    _order = "date_due, contract_id, id"
    _rec_name = "label"
    _check_company_auto = True

    contract_id = fields.Many2one(
        "aftersales.contract", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="contract_id.currency_id", store=True, precompute=True)
    partner_id = fields.Many2one(related="contract_id.partner_id", store=True, precompute=True)
    kind_id = fields.Many2one(related="contract_id.kind_id")
    label = fields.Char(compute="_compute_label")
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(string="To", required=True, readonly=True)
    date_due = fields.Date(
        string="To Invoice On",
        required=True,
        readonly=True,
        index=True,
        help="First day of the period in advance, last day in arrears.",
    )
    amount_agreed = fields.Monetary(
        string="Agreed", readonly=True, help="Amount of the plan when the contract came into force."
    )
    amount = fields.Monetary(
        readonly=True, help="What is invoiced: less than agreed where the contract ended early."
    )
    amount_credit = fields.Monetary(
        string="To Credit",
        readonly=True,
        help="What was invoiced and is not earned, because the contract ended early.",
    )
    is_dropped = fields.Boolean(readonly=True, help="The contract ended before this period.")
    claimed_at = fields.Datetime(
        readonly=True,
        help="Last time that somebody began to invoice it: of two at once the second one waits "
        "here and is tried again.",
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    credit_move_id = fields.Many2one(
        "account.move",
        string="Credit Note",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("invoiced", "Invoiced"),
            ("credit", "To Credit"),
            ("credited", "Credited"),
            ("dropped", "Dropped"),
        ],
        compute="_compute_state",
        store=True,
        precompute=True,
        index=True,
        help="Planned: without an invoice. To Credit: invoiced, and partly not earned. Dropped: "
        "the contract ended before.",
    )
    is_due = fields.Boolean(
        compute="_compute_is_due",
        search="_search_is_due",
        string="To Invoice",
        help="Its day has come, and there is no invoice.",
    )

    _invoice_once = models.UniqueIndex(
        "(move_id) WHERE move_id IS NOT NULL", "An invoice pays one instalment."
    )
    _period_once = models.UniqueIndex(
        "(contract_id, date_from)", "A contract has one instalment a period."
    )

    # === COMPUTE METHODS === #

    @api.depends("move_id", "credit_move_id", "amount_credit", "is_dropped")
    def _compute_state(self):
        for instalment in self:
            if instalment.is_dropped:
                instalment.state = "dropped"
            elif instalment.credit_move_id:
                instalment.state = "credited"
            elif instalment.amount_credit:
                instalment.state = "credit"
            else:
                instalment.state = "invoiced" if instalment.move_id else "planned"

    @api.depends("state", "date_due")
    def _compute_is_due(self):
        now = fields.Datetime.now()
        for instalment in self:
            today = instalment.company_id._get_aftersales_date(now)
            instalment.is_due = instalment.state == "planned" and instalment.date_due <= today

    def _search_is_due(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_due_domain()

    @api.depends("contract_id", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_label(self):
        for instalment in self:
            instalment.label = self.env._(
                "%(contract)s: %(start)s – %(end)s",
                contract=instalment.contract_id.name,
                start=format_date(self.env, instalment.date_from),
                end=format_date(self.env, instalment.date_to),
            )

    # === ACTIONS === #

    def action_create_invoice(self):
        """Make the invoices of these instalments: drafts, one each.

        :raises AccessError: for who may not invoice
        :raises UserError: when one has its invoice, or was dropped
        """
        self.env["aftersales.contract"]._check_invoicer()
        self.check_access("read")
        for instalment in self:
            instalment._check_invoiceable()
        return self._create_invoices().with_env(self.env)._get_records_action()

    def action_create_credit_note(self):
        """Make the credit notes that an early end asks for: drafts, one a contract.

        :raises AccessError: for who may not invoice
        """
        self.env["aftersales.contract"]._check_invoicer()
        self.check_access("read")
        moves = self._create_credit_notes()
        if not moves:
            raise UserError(self.env._("There is nothing to credit on these instalments."))
        return moves.with_env(self.env)._get_records_action()

    def action_view_invoice(self):
        """Open the invoice and the credit note."""
        self.ensure_one()
        return (self.move_id | self.credit_move_id)._get_records_action()

    # === CRON === #

    @api.model
    def _cron_create_invoices(self, limit=100):
        """Invoice what is due, in chunks; what cannot be invoiced does not hold up the rest."""
        ready = self._get_planning_companies().filtered(
            lambda company: company._is_aftersales_accounting_ready()
        )
        domain = [*self._get_due_domain(), ("company_id", "in", ready.ids)]
        due = self.search(domain)
        for start in range(0, len(due), limit):
            chunk = due[start : start + limit]
            chunk._try_create_invoices()
            left = self.env["ir.cron"]._commit_progress(
                len(chunk), remaining=max(len(due) - start - limit, 0)
            )
            if not left:
                break

    def _try_create_invoices(self):
        """Invoice a chunk; where that fails, one by one, saying on the contract what is wrong."""
        try:
            with self.env.cr.savepoint():
                return self._create_invoices()
        except UserError as error:
            if len(self) > 1:
                return [instalment._try_create_invoices() for instalment in self]
            self.contract_id._message_log(
                body=self.env._("No invoice could be made yet: %(error)s", error=error)
            )
            return None

    # === BUSINESS METHODS === #

    def _create_invoices(self):
        """One draft invoice for each instalment without one, in one batch a company.

        :return: account.move, as superuser
        """
        # sudo: a contract's keeper or the nightly job invoices it; customer and amounts are those
        # of the contract's own plan.
        planned = self.sudo().filtered(lambda instalment: instalment.state == "planned")
        moves = self.env["account.move"].sudo()
        for company, instalments in planned.grouped("company_id").items():
            company._check_aftersales_accounting()
            # The row is written before the invoice is made: the second of two waits here, fails,
            # is tried again, and finds the invoice of the first.
            instalments.claimed_at = fields.Datetime.now()
            instalments.flush_recordset(["claimed_at"])
            created = moves.with_company(company).create(
                [instalment._prepare_invoice_vals() for instalment in instalments]
            )
            for instalment, move in zip(instalments, created, strict=True):
                instalment.move_id = move
            moves |= created
        return moves

    def _create_credit_notes(self):
        """One draft credit note a contract, of what was invoiced and is not earned.

        :return: account.move, as superuser
        """
        # sudo: as in `_create_invoices`.
        to_credit = self.sudo().filtered(lambda instalment: instalment.state == "credit")
        moves = self.env["account.move"].sudo()
        for contract, instalments in to_credit.grouped("contract_id").items():
            contract.company_id._check_aftersales_accounting()
            instalments.claimed_at = fields.Datetime.now()
            instalments.flush_recordset(["claimed_at"])
            move = moves.with_company(contract.company_id).create(
                instalments._prepare_credit_note_vals()
            )
            instalments.credit_move_id = move
            moves |= move
        return moves

    def _prepare_invoice_vals(self):
        """Values of the invoice of this instalment."""
        self.ensure_one()
        return {
            **self.contract_id._prepare_move_vals("out_invoice"),
            "invoice_line_ids": [fields.Command.create(self._prepare_line_vals(self.amount))],
        }

    def _prepare_credit_note_vals(self):
        """Values of the credit note of these instalments of one contract."""
        origin = self.move_id if len(self.move_id) == 1 else self.env["account.move"]
        return {
            **self.contract_id._prepare_move_vals("out_refund"),
            "reversed_entry_id": origin.id,
            "invoice_line_ids": [
                fields.Command.create(instalment._prepare_line_vals(instalment.amount_credit))
                for instalment in self
            ],
        }

    def _prepare_line_vals(self, amount):
        """Values of a line; the amount is in the contract's currency."""
        self.ensure_one()
        lang = self.partner_id.lang
        kind = self.kind_id.with_context(lang=lang)
        return {
            "product_id": kind.product_id.id,
            "name": f"{kind.name}, {self.with_context(lang=lang).label}",
            "quantity": 1.0,
            "price_unit": amount,
        }

    @api.model
    def _get_due_domain(self):
        """Instalments whose day has come, by each company's own time."""
        now = fields.Datetime.now()
        domain = fields.Domain.FALSE
        for company in self._get_planning_companies():
            domain |= fields.Domain("company_id", "=", company.id) & fields.Domain(
                "date_due", "<=", company._get_aftersales_date(now)
            )
        return fields.Domain("state", "=", "planned") & domain

    @api.model
    def _get_planning_companies(self):
        """Companies that have something to invoice, now or later."""
        groups = self._read_group([("state", "=", "planned")], ["company_id"])
        return self.env["res.company"].union(*(company for (company,) in groups))

    def _check_invoiceable(self):
        self.ensure_one()
        if self.move_id:
            raise UserError(
                self.env._(
                    "%(instalment)s has its invoice, %(invoice)s.",
                    instalment=self.label,
                    # sudo: only the number is shown.
                    invoice=self.sudo().move_id.display_name,
                )
            )
        if self.is_dropped:
            raise UserError(
                self.env._(
                    "%(instalment)s was dropped: the contract ended before.", instalment=self.label
                )
            )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "contract_id",
            "date_from",
            "date_to",
            "date_due",
            "amount",
            "amount_agreed",
            "amount_credit",
            "is_dropped",
            "claimed_at",
            "move_id",
            "credit_move_id",
            "state",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the contract only. Use the buttons.")
