# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class AftersalesVoucher(models.Model):
    """Small amounts are collected on site by the technician (S4).

    The money is an inbound payment whose outstanding account is the company's technician cash,
    where it stays until it is handed over. The technician has no accounting rights: what is
    booked follows from the job's own order.
    """

    _inherit = "aftersales.voucher"

    payment_id = fields.Many2one(
        "account.payment",
        string="Collected by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Payment that the technician took from the customer.",
    )
    collected_at = fields.Datetime(
        string="Collected", readonly=True, copy=False, help="When the technician was paid on site."
    )
    collected_amount = fields.Monetary(
        readonly=True, copy=False, help="What the technician took, with tax."
    )
    is_collectable = fields.Boolean(
        compute="_compute_is_collectable",
        help="The amount is below the company's limit and nobody has taken it yet: the technician "
        "collects it on site.",
    )

    # === COMPUTE METHODS === #

    @api.depends("state", "sale_order_id", "collected_at", "invoice_id")
    def _compute_is_collectable(self):
        for voucher in self:
            # sudo: technicians read neither orders nor invoices; only yes or no comes out.
            invoice = voucher.sudo().invoice_id
            voucher.is_collectable = bool(
                voucher.state in ("done", "closed")
                and voucher.sale_order_id
                and not voucher.collected_at
                and invoice.payment_state in (False, "not_paid")
                and voucher._is_below_collect_limit()
            )

    # === ACTIONS === #

    def action_collect(self):
        """The technician took the money for the job on site (S4).

        :raises AccessError: when the job is somebody else's
        :raises UserError: when nothing is to be collected, or accounting is not set up
        """
        self.ensure_one()
        self._check_own_job()
        self._collect()
        return True

    # === BUSINESS METHODS === #

    def _collect(self, day=None):
        """Book what the customer paid on site: technician cash against the customer.

        :param date day: day of the payment; only loaders of history pass one
        :return: account.payment
        :raises UserError: see ``action_collect``
        """
        self.ensure_one()
        self._check_collectable()
        method = self.company_id._get_aftersales_cash_method()
        # sudo: technicians hold no accounting rights. Customer and amount are those of the job's
        # own order, the journal is the company's technician cash; whose job it is was checked.
        payments = self.env["account.payment"].sudo().with_company(self.company_id)
        payment = payments.create(self._prepare_payment_vals(method, day))
        # First the job, then the posting: a second hand stops at the row.
        self.sudo()._write_step(
            {
                "payment_id": payment.id,
                "collected_at": fields.Datetime.now(),
                "collected_amount": payment.amount,
            }
        )
        self.flush_recordset(["collected_at"])
        payment.action_post()
        self._settle_invoice()
        return payment

    def _prepare_payment_vals(self, method, day=None):
        """Values of the payment that the technician took.

        :param method: account.payment.method.line of technician cash
        """
        self.ensure_one()
        # sudo: see `_collect`.
        order = self.sudo().sale_order_id
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": order.partner_invoice_id.commercial_partner_id.id,
            "amount": order.amount_total,
            "date": day or self._get_company_date(fields.Datetime.now()),
            "journal_id": method.journal_id.id,
            "payment_method_line_id": method.id,
            "memo": self.number,
            "aftersales_voucher_id": self.id,
            "aftersales_technician_id": self._get_collector().id,
        }

    def _get_collector(self):
        """Who has the money: the user where he works on the job, else its technician."""
        self.ensure_one()
        own = self._get_crew().filtered(lambda employee: employee.user_id == self.env.user)
        return own[:1] or self.technician_id

    def _settle_invoice(self):
        """The customer's invoice is paid by what the technician took, as soon as both are there."""
        for voucher in self:
            # sudo: whoever comes second, technician or accountant, matches the job's own two.
            invoice = voucher.sudo().invoice_id
            payment = voucher.sudo().payment_id
            if invoice.state != "posted" or payment.state not in ("in_process", "paid"):
                continue
            lines = (invoice + payment.move_id).line_ids.filtered(
                lambda line: (
                    line.account_id.account_type == "asset_receivable" and not line.reconciled
                )
            )
            if len(lines.move_id) == 2:
                lines.reconcile()

    def _is_below_collect_limit(self):
        """Is the job's total, with tax, below what is collected on site?"""
        self.ensure_one()
        # sudo: only compared; the technician has just shown this total to the customer.
        order = self.sudo().sale_order_id
        currency = self.company_id.currency_id
        limit = self.company_id.aftersales_collect_limit
        return (
            order.currency_id == currency
            and currency.compare_amounts(order.amount_total, 0) > 0
            and currency.compare_amounts(order.amount_total, limit) < 0
        )

    def _check_own_job(self):
        """What a technician does on site belongs to the technician of the job.

        :raises AccessError: when the job is somebody else's; the hotline directs all
        """
        self.check_access("write")
        directs = self.env.su or self.env.user.has_group("aftersales_service.group_service_clerk")
        for voucher in self:
            if not directs and not voucher.is_mine:
                raise AccessError(
                    self.env._(
                        "%(voucher)s is not your job: %(technician)s does it.",
                        voucher=voucher.display_name,
                        technician=voucher.technician_id.name or self.env._("nobody yet"),
                    )
                )

    def _check_collectable(self):
        self.ensure_one()
        self._check_state("done", "closed")
        # sudo: see `_is_below_collect_limit`.
        order = self.sudo().sale_order_id
        names = {"voucher": self.display_name}
        if self.collected_at:
            raise UserError(
                self.env._(
                    "%(voucher)s was collected already: the receipt says when and by whom.", **names
                )
            )
        if not order:
            raise UserError(
                self.env._("%(voucher)s costs the customer nothing: collect nothing.", **names)
            )
        if self.sudo().invoice_id.payment_state not in (False, "not_paid"):
            raise UserError(
                self.env._("The invoice of %(voucher)s is paid: collect nothing.", **names)
            )
        if order.currency_id != self.company_id.currency_id:
            raise UserError(
                self.env._(
                    "%(voucher)s is charged in %(currency)s. On site only %(own)s is collected: "
                    "an invoice will be sent.",
                    currency=order.currency_id.name,
                    own=self.company_id.currency_id.name,
                    **names,
                )
            )
        if not self._is_below_collect_limit():
            raise UserError(
                self.env._(
                    "%(voucher)s comes to %(amount)s. Only less than %(limit)s is collected on "
                    "site: an invoice will be sent.",
                    amount=self._format_customer_amount(order.amount_total),
                    limit=self._format_customer_amount(self.company_id.aftersales_collect_limit),
                    **names,
                )
            )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "payment_id",
            "collected_at",
            "collected_amount",
        }
