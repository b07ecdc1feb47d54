# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)


class AftersalesVoucher(models.Model):
    """One voucher leads to one invoice a payer, on the day the job is done (S4).

    The links stand on the voucher, so there cannot be two; whoever comes second waits at the
    voucher's row and is told. A credit note does not free it: a correction is a document of its
    own.
    """

    _inherit = "aftersales.voucher"

    invoice_id = fields.Many2one(
        "account.move",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The one invoice of the job to its customer.",
    )
    is_to_invoice = fields.Boolean(
        compute="_compute_is_to_invoice",
        search="_search_is_to_invoice",
        string="To Invoice",
        help="Done, charged to somebody, and without an invoice to him.",
    )
    is_invoice_late = fields.Boolean(
        compute="_compute_is_to_invoice",
        string="Invoice Late",
        help="Done on an earlier day and still without an invoice: it is due the same day.",
    )

    _to_invoice_idx = models.Index(
        "(company_id, done_at) WHERE sale_order_id IS NOT NULL AND invoice_id IS NULL"
    )

    # === COMPUTE METHODS === #

    @api.depends("state", "sale_order_id", "invoice_id", "done_at", "amount_customer")
    def _compute_is_to_invoice(self):
        now = fields.Datetime.now()
        for voucher in self:
            voucher.is_to_invoice = bool(
                voucher.state in ("done", "closed") and voucher._get_payers_to_invoice()
            )
            voucher.is_invoice_late = voucher.is_to_invoice and (
                voucher._get_company_date(voucher.done_at) < voucher._get_company_date(now)
            )

    def _search_is_to_invoice(self, operator, value):
        if operator != "in":
            return NotImplemented
        done = Domain("state", "in", ("done", "closed"))
        return done & self._get_to_invoice_domain()

    # === ACTIONS === #

    def action_create_invoice(self):
        """The accountant makes the invoices of these jobs, one each (S4).

        :raises AccessError: for who may not invoice
        :raises UserError: when a job is not done, costs nothing, or has its invoice
        """
        self._check_group(
            "account.group_account_invoice",
            self.env._("Only an accountant invoices jobs (S4): ask yours."),
        )
        self.check_access("read")
        invoices = self._create_invoices()
        return invoices.with_env(self.env)._get_records_action()

    def action_view_invoice(self):
        """Open the invoice of the job."""
        self.ensure_one()
        return self.invoice_id._get_records_action()

    def action_view_payment(self):
        """Open what the technician collected."""
        self.ensure_one()
        return self.payment_id._get_records_action()

    # === STEPS === #

    def _done(self, at=None):
        """Jobs that are not collected on site get their invoice the same day, as the company says.

        See the method that this extends for ``at``.
        """
        result = super()._done(at=at)
        self._invoice_same_day()
        return result

    # === BUSINESS METHODS === #

    def _get_payers_to_invoice(self):
        """Which payers of this job have something to pay and no invoice. Hook: another payer.

        :return: names of their orders' fields
        """
        self.ensure_one()
        if self.amount_customer > 0 and self.sale_order_id and not self.invoice_id:
            return ["sale_order_id"]
        return []

    @api.model
    def _get_to_invoice_domain(self):
        """Jobs that some payer has no invoice of. Hook: another payer."""
        return (
            Domain("amount_customer", ">", 0)
            & Domain("sale_order_id", "!=", False)
            & Domain("invoice_id", "=", False)
        )

    def _invoice_same_day(self):
        """Invoice what is not collected on site; where that cannot be, it stays on the list."""
        for voucher in self:
            company = voucher.company_id
            payers = voucher._get_payers_to_invoice()
            if "sale_order_id" in payers and voucher._is_below_collect_limit():
                payers.remove("sale_order_id")
            if (
                company.aftersales_invoice_mode == "hand"
                or not payers
                or not company._is_aftersales_accounting_ready()
            ):
                continue
            try:
                with self.env.cr.savepoint():
                    invoices = voucher._create_invoices(payers)
                    if company.aftersales_invoice_mode == "posted":
                        invoices.action_post()
            except UserError as error:
                # The customer has signed: the job is done whatever accounting lacks. The job
                # waits on the list of what is to be invoiced.
                _logger.info("No invoice for %s yet: %s", voucher.number, error)
                voucher.message_post(
                    body=self.env._("No invoice could be made yet: %(error)s", error=error),
                    subtype_xmlid="mail.mt_note",
                )

    def _create_invoices(self, payers=None):
        """One invoice a voucher and payer, of what its order charges; drafts.

        :param payers: names of the orders' fields; by default all that have no invoice
        :return: account.move, as superuser
        :raises UserError: when a job is not done, costs nothing, or has its invoices
        """
        self._check_state("done", "closed")
        # sudo: a technician's done, or an accountant without service or sales rights, makes the
        # invoice; lines and prices are those of the job's own orders.
        orders = self.env["sale.order"].sudo()
        for voucher in self.sudo():
            voucher._check_invoiceable()
            names = payers or voucher._get_payers_to_invoice() or ["sale_order_id"]
            orders |= orders.union(*(voucher[name] for name in names))
        invoices = orders._create_invoices(grouped=True)
        return invoices.with_context(create=False)

    def _check_invoiceable(self, orders=None):
        """Somebody has to pay, and has no invoice yet.

        :param orders: sale.order that are to be invoiced; by default all of the job
        """
        self.ensure_one()
        links = [
            (self[order], self[invoice])
            for order, invoice in self._get_order_fields().items()
            if (self[order] or self[invoice]) and (orders is None or self[order] & orders)
        ]
        taken = [invoice for _order, invoice in links if invoice]
        if taken and (orders is not None or len(taken) == len(links)):
            self._raise_invoiced(taken[0])
        if not links:
            raise UserError(
                self.env._(
                    "%(voucher)s costs the customer nothing: there is nothing to invoice.",
                    voucher=self.display_name,
                )
            )
        self.company_id._check_aftersales_accounting()

    def _link_invoice(self, invoice, orders=None):
        """Note the one invoice of these jobs to the payer of these orders.

        :param orders: sale.order that the invoice charges; by default it is the customer's
        :raises UserError: when the payer has another one
        """
        for name, link in self._get_order_fields().items():
            if orders is None:
                linked = self if name == "sale_order_id" else self.browse()
            else:
                linked = self.filtered(lambda voucher, name=name: voucher[name] & orders)
            for voucher in linked.filtered(link):
                if voucher[link] != invoice:
                    voucher._raise_invoiced(voucher[link])
            # Two at once both write the voucher's row: the second fails, is tried again and
            # refused.
            linked.filtered(lambda voucher, link=link: not voucher[link])._write_step(
                {link: invoice.id}
            )

    def _raise_invoiced(self, invoice):
        """Refuse a second invoice to the same payer.

        :raises UserError: always, naming the one that there is
        """
        self.ensure_one()
        raise UserError(
            self.env._(
                "%(voucher)s has its invoice, %(invoice)s: one voucher leads to one invoice (S4). "
                "Correct it with a credit note, and charge anew by an invoice of its own.",
                voucher=self.display_name,
                invoice=invoice.display_name,
            )
        )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"invoice_id"}
