# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_date

from .aftersales_goods_receipt_kept import KEEP_SENTINEL

# The unit is with the technician or in the house: it can be exchanged or kept.
OUTCOME_STATES = ("in_progress", "waiting_part", "in_workshop")


class AftersalesVoucher(models.Model):
    """The outcome of a warranty job is one of the three guarantees (S16): repair, replace, return.

    Replace: another unit leaves the stock, on a line of the job that its maker pays; it takes over
    user and warranty of the old one. Return: the sale is credited. Either way the old unit comes
    in on a customer product receipt and is kept, without value. Odoo's documents follow at once:
    what was done on one day is not undone by who finishes the job on another.
    """

    _inherit = "aftersales.voucher"

    warranty_outcome = fields.Selection(
        [("repair", "Repaired"), ("replace", "Replaced"), ("return", "Taken Back")],
        string="Outcome",
        readonly=True,
        copy=False,
        tracking=True,
        help="What the warranty gave: the unit was repaired, replaced by another one, or taken "
        "back against its price.",
    )
    outcome_at = fields.Datetime(string="Decided", readonly=True, copy=False)
    outcome_by_id = fields.Many2one(
        "res.users", string="Decided By", readonly=True, copy=False, help="Supervisor who decided."
    )
    outcome_reason = fields.Char(
        string="Reason for the Outcome",
        readonly=True,
        copy=False,
        tracking=True,
        help="Why the unit was replaced or taken back and not repaired; kept in the log.",
    )
    replacement_line_id = fields.Many2one(
        "aftersales.voucher.line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Line of the job on which the replacement unit stands.",
    )
    replacement_lot_id = fields.Many2one(
        "stock.lot",
        string="Replacement Unit",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Unit that the customer was given instead; it has the rest of the warranty.",
    )
    replacement_picking_id = fields.Many2one(
        "stock.picking",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Delivery of the replacement unit.",
    )
    refund_id = fields.Many2one(
        "account.move",
        string="Credit Note",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Draft that gives the price back; an accountant posts it.",
    )

    _unit_out_once = models.UniqueIndex(
        "(replacement_lot_id) WHERE replacement_lot_id IS NOT NULL",
        "This replacement unit was given away on another job.",
    )

    # === ACTIONS === #

    def action_settle_outcome(self):
        """Ask for the outcome of a warranty job.

        :raises AccessError: for who is no supervisor
        :raises UserError: when the job is no open warranty job
        """
        self.ensure_one()
        self._check_may_settle()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_outcome_action"
        )
        action["context"] = {"default_voucher_id": self.id}
        return action

    def action_view_replacement(self):
        """Open the file of the unit that was given instead."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.stock_lot_action_unit"
        )
        views = [view for view in action["views"] if view[1] == "form"]
        lot = self.replacement_lot_id
        return {**action, "res_id": lot.id, "view_mode": "form", "views": views}

    def action_view_replacement_picking(self):
        """Open the delivery of the replacement unit."""
        self.ensure_one()
        return self.replacement_picking_id._get_records_action()

    def action_view_refund(self):
        """Open the credit note."""
        self.ensure_one()
        return self.refund_id._get_records_action()

    # === STEPS === #

    def _done(self, at=None):
        """A warranty job whose unit stays with the customer was a repair (S16)."""
        repaired = self.filtered(
            lambda voucher: (
                voucher.service_type == "C"
                and voucher.kind == "repair"
                and voucher.lot_id
                and not voucher.warranty_outcome
            )
        )
        result = super()._done(at)
        repaired._write_step({"warranty_outcome": "repair"})
        # Only now: until the job is done, its lines ask the warranty of the old unit.
        for voucher in self.filtered("outcome_at"):
            voucher._hand_over_file()
        return result

    def _cancel(self, reason, at=None):
        """A unit has changed hands: that job is finished, not struck off."""
        for voucher in self:
            if voucher.warranty_outcome in ("replace", "return"):
                raise UserError(
                    self.env._(
                        "The unit of %(voucher)s was replaced or taken back: finish the job, it "
                        "cannot be struck off any more.",
                        voucher=voucher.display_name,
                    )
                )
        return super()._cancel(reason, at)

    def _replace_unit(self, lot, reason):
        """Give the customer another unit (S16).

        :param lot: stock.lot of the same model that lies in our stock
        :param str reason: why the unit is not repaired
        :raises AccessError: for who is no supervisor
        :raises UserError: when the guarantee is over, or the unit is not there
        """
        self.ensure_one()
        self._check_may_settle()
        self._check_guarantee("replace")
        quant = self._find_replacement_quant(lot)
        self._write_outcome("replace", reason, {"replacement_lot_id": lot.id})
        line = self._create_replacement_line(lot)
        self._write_step({"replacement_line_id": line.id})
        self._propose_cover()
        picking = self._deliver_replacement(line, quant)
        self._write_step({"replacement_picking_id": picking.id})
        self._keep_unit(self.env._("Replaced by %s", lot.name))

    def _return_unit(self, reason, amount=None):
        """Take the unit back against its price (S16).

        :param str reason: why the unit is neither repaired nor replaced
        :param float amount: amount before tax, in the job's currency, that the supervisor agreed;
            None: the price of the sale that is found
        :return: account.move, the draft credit note, as superuser
        :raises AccessError: for who is no supervisor
        :raises UserError: when the guarantee is over, or no price is known
        """
        self.ensure_one()
        self._check_may_settle()
        self._check_guarantee("return")
        self.company_id._check_aftersales_accounting()
        origin = self._find_sale_line() if amount is None else None
        if not origin and not amount:
            raise UserError(
                self.env._(
                    "No invoice of ours is found by which %(unit)s was sold: enter the amount "
                    "that was agreed with %(customer)s.",
                    unit=self.lot_id.display_name,
                    customer=self.partner_id.display_name,
                )
            )
        self._write_outcome("return", reason)
        # sudo: a supervisor has no accounting rights. The credit note is a draft, of the price of
        # the sale or of what the supervisor answers for; an accountant posts it.
        refund = (
            self.env["account.move"]
            .sudo()
            .with_company(self.company_id)
            .create(self._prepare_refund_vals(origin, amount))
        )
        self._write_step({"refund_id": refund.id})
        self._keep_unit(self.env._("Taken back: %s", reason))
        return refund

    def _write_outcome(self, outcome, reason, vals=None):
        """Stamp the outcome. Two who decide at once meet at the job's row.

        :raises UserError: without a reason, or when the outcome is decided
        """
        reason = (reason or "").strip()
        if not reason:
            raise UserError(
                self.env._("Write why the unit is not repaired: it is decided with a reason only.")
            )
        self._write_step(
            {
                "warranty_outcome": outcome,
                "outcome_at": fields.Datetime.now(),
                "outcome_by_id": self.env.uid,
                "outcome_reason": reason,
                # The customer signs for what he got.
                "signature": False,
                **(vals or {}),
            }
        )
        self.flush_recordset(["warranty_outcome"])
        label = dict(self._fields["warranty_outcome"]._description_selection(self.env))[outcome]
        self.message_post(
            body=self.env._("Outcome: %(outcome)s. %(reason)s", outcome=label, reason=reason),
            subtype_xmlid="mail.mt_note",
        )

    # === BUSINESS METHODS === #

    def _get_guarantees(self):
        """Which of the three guarantees hold on the day of the call, and why the others do not.

        :return: dict {``repair``, ``replace`` or ``return``: reason why not, or an empty text}
        """
        self.ensure_one()
        names = ("repair", "replace", "return")
        day, meter = self._get_cover_day(), self._get_cover_meter()
        # sudo: the warranty of a unit is read by whoever works on it.
        lot = self.lot_id.sudo()
        entitlement, still = lot.entitlement_id, lot._get_open_guarantees(day, meter)
        reasons = {}
        for name in names:
            if not entitlement:
                reasons[name] = (
                    "" if name in still else self.env._("its file has no such guarantee")
                )
                continue
            until = entitlement[f"{name}_end"]
            if name in still:
                reasons[name] = ""
            elif not until:
                reasons[name] = self.env._("the warranty of this unit does not give it")
            elif day > until:
                reasons[name] = self.env._("ended on %s", format_date(self.env, until))
            elif day < entitlement.date_start:
                reasons[name] = self.env._(
                    "begins on %s", format_date(self.env, entitlement.date_start)
                )
            else:
                reasons[name] = self.env._("the meter is beyond its limit")
        return reasons

    def _find_replacement_quant(self, lot):
        """Where the replacement unit lies.

        :return: stock.quant, as superuser
        :raises UserError: when it is no unit of this model, or not free in our stock
        """
        self.ensure_one()
        if lot.product_id != self.product_id or lot == self.lot_id:
            raise UserError(
                self.env._(
                    "%(unit)s cannot replace %(old)s: choose another %(model)s.",
                    unit=lot.display_name,
                    old=self.lot_id.display_name,
                    model=self.product_id.display_name,
                )
            )
        quant = self._find_replacement_quants().filtered(lambda quant: quant.lot_id == lot)[:1]
        if not quant:
            raise UserError(
                self.env._(
                    "%(unit)s is not free in our stock: choose another serial, or have it taken "
                    "in first.",
                    unit=lot.display_name,
                )
            )
        return quant

    def _find_replacement_quants(self):
        """Units of this model that are ours and free, in one query.

        :return: stock.quant, as superuser
        """
        self.ensure_one()
        # sudo: a supervisor has no stock rights; he sees which serials are there.
        quants = (
            self.env["stock.quant"]
            .sudo()
            .search(
                [
                    ("product_id", "=", self.product_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("location_id.usage", "=", "internal"),
                    ("location_id.is_customer_goods", "=", False),
                    ("owner_id", "in", [False, self.company_id.partner_id.id]),
                    ("lot_id", "!=", False),
                    ("quantity", ">", 0),
                ],
                order="in_date, id",
            )
        )
        return quants.filtered(
            lambda quant: (
                quant.product_uom_id.compare(quant.quantity - quant.reserved_quantity, 1) >= 0
            )
        )

    def _create_replacement_line(self, lot):
        """The replacement unit is a line of the job: what it costs, and who pays it, follow."""
        self.ensure_one()
        return self.env["aftersales.voucher.line"].create(
            {
                "voucher_id": self.id,
                "line_type": "part",
                "product_id": self.product_id.id,
                "lot_id": lot.id,
                "quantity": 1.0,
            }
        )

    def _deliver_replacement(self, line, quant):
        """Transfer stock → customer of the replacement unit, done at once.

        :param line: the job's line of it
        :param quant: stock.quant, as superuser
        :return: stock.picking, as superuser
        """
        self.ensure_one()
        # sudo: a supervisor has no stock rights. Safe because one free unit of the very model goes
        # to the customer of the job, whose guarantee was checked.
        customers = self.partner_id.with_company(self.company_id).sudo().property_stock_customer
        warehouse = quant.location_id.warehouse_id or self._get_warehouse()
        move = line._prepare_stock_move_vals(quant.location_id, customers)
        picking = (
            quant.env["stock.picking"]
            .with_company(self.company_id)
            .create(
                {
                    "picking_type_id": warehouse.out_type_id.id,
                    "partner_id": self.partner_id.id,
                    "company_id": self.company_id.id,
                    "location_id": quant.location_id.id,
                    "location_dest_id": customers.id,
                    "origin": self.number,
                    "move_ids": [Command.create(move)],
                }
            )
        )
        picking.action_confirm()
        picking.move_line_ids.unlink()
        quant.env["stock.move.line"].create(line._prepare_stock_move_line_vals(picking.move_ids))
        picking.with_context(skip_sms=True)._action_done()
        return picking

    def _keep_unit(self, why):
        """The old unit comes in on its receipt and stays with us, without value.

        :param str why: stands on the receipt
        """
        self.ensure_one()
        # sudo: a supervisor has no stock rights, and the receipt may be a storekeeper's.
        receipts = self.sudo().goods_receipt_ids
        receipt = receipts.filtered(
            lambda receipt: (
                receipt.state in ("draft", "in_house")
                and self.lot_id in receipt.line_ids._get_inside().lot_id
            )
        )[:1] or receipts.create(self._prepare_goods_receipt_vals())
        if receipt.state == "draft":
            receipt.with_context(aftersales_keep=KEEP_SENTINEL)._take_in()
        receipt._go_out("kept", self.partner_id.name)
        receipt.message_post(body=why, subtype_xmlid="mail.mt_note")
        receipt._void()

    def _hand_over_file(self):
        """The old unit has no user any more; the new one is what the old one was (S16).

        It takes over user, dealer, day of the sale, and the rest of the warranty.
        """
        self.ensure_one()
        day = self._get_company_date(self.outcome_at)
        # sudo: the dealer is written by sales only; here it is that of the unit that is replaced.
        old, new = self.lot_id.sudo(), self.replacement_lot_id.sudo()
        user = old.user_partner_id or self.partner_id
        old._set_user(self.env["res.partner"], day, "service", self, reason=self.outcome_reason)
        if new:
            new.write(
                {
                    "dealer_id": old.dealer_id.id,
                    "sold_by_us": old.sold_by_us,
                    "sold_on": old.sold_on,
                }
            )
            new._set_user(user, day, "service", self, reason=self.outcome_reason)
            new._inherit_entitlement(old)
        old.entitlement_id._end(self.env._("Taken back on %s", self.display_name))
        # What it was given is in the archive; the file's dates alone would cover it again.
        old.write({"warranty_start": False, "warranty_end": False})

    def _find_sale_line(self):
        """Invoice line by which the unit was sold, as far as it was not credited.

        :return: account.move.line, as superuser
        """
        self.ensure_one()
        # sudo: a supervisor reads neither orders nor invoices; the credit note is a draft.
        moves = (
            self.env["stock.move.line"]
            .sudo()
            .search(
                [
                    ("lot_id", "=", self.lot_id.id),
                    ("state", "=", "done"),
                    ("company_id", "=", self.company_id.id),
                    ("location_dest_id.usage", "=", "customer"),
                    ("move_id.sale_line_id", "!=", False),
                ],
                order="date desc, id desc",
            )
        )
        for ordered in moves.move_id.sale_line_id:
            if ordered.qty_invoiced <= 0:
                continue
            invoiced = ordered.invoice_lines.filtered(
                lambda line: (
                    line.move_id.state == "posted" and line.move_id.move_type == "out_invoice"
                )
            )
            if invoiced:
                return invoiced.sorted("id", reverse=True)[:1]
        # sudo: nothing was found; the same kind of record set as above.
        return self.env["account.move.line"].sudo()

    def _prepare_refund_vals(self, origin, amount):
        """Values of the credit note: of one piece of the sale, or of the amount agreed.

        :param origin: account.move.line of the sale, or none
        :param float amount: amount before tax, in the job's currency, or None
        """
        self.ensure_one()
        name = self.env._(
            "%(unit)s, taken back on %(job)s", unit=self.lot_id.display_name, job=self.number
        )
        vals = {
            "move_type": "out_refund",
            "company_id": self.company_id.id,
            "ref": self.number,
            "invoice_origin": self.number,
        }
        if not origin:
            line = {
                "product_id": self.product_id.id,
                "name": name,
                "quantity": 1.0,
                "price_unit": self._get_refund_price(amount),
            }
            return {
                **vals,
                "partner_id": self.partner_id.id,
                "currency_id": self.currency_id.id,
                "invoice_line_ids": [Command.create(line)],
            }
        sold = origin.move_id
        line = {
            "product_id": origin.product_id.id,
            "name": name,
            "quantity": 1.0,
            "product_uom_id": origin.product_id.uom_id.id,
            "price_unit": origin.product_uom_id._compute_price(
                origin.price_unit, origin.product_id.uom_id
            ),
            "discount": origin.discount,
            "account_id": origin.account_id.id,
            "tax_ids": [Command.set(origin.tax_ids.ids)],
            "sale_line_ids": [Command.set(origin.sale_line_ids.ids)],
        }
        return {
            **vals,
            "partner_id": sold.partner_id.id,
            "partner_shipping_id": sold.partner_shipping_id.id,
            "currency_id": sold.currency_id.id,
            "journal_id": sold.journal_id.id,
            "fiscal_position_id": sold.fiscal_position_id.id,
            "reversed_entry_id": sold.id,
            "invoice_line_ids": [Command.create(line)],
        }

    def _get_refund_price(self, amount):
        """Unit price that credits an amount before tax, where the product's taxes are in it."""
        self.ensure_one()
        product = self.product_id.sudo()  # sudo: taxes of the product, for the draft
        taxes = product.taxes_id._filter_taxes_by_company(self.company_id)
        details = taxes._get_tax_details(
            amount,
            1.0,
            rounding_method="round_globally",
            product=product,
            special_mode="total_excluded",
        )
        return amount + sum(
            tax["tax_amount"] for tax in details["taxes_data"] if tax["tax"].price_include
        )

    def _get_part_lines(self):
        """The replacement unit has left the stock already, not a van."""
        return super()._get_part_lines() - self.replacement_line_id

    # === HELPERS === #

    def _check_may_settle(self):
        """Who decides on which jobs.

        :raises AccessError: for who is no supervisor
        :raises UserError: when the job is no open warranty job, or decided
        """
        self.ensure_one()
        if not (
            self.env.su or self.env.user.has_group("aftersales_service.group_service_supervisor")
        ):
            raise AccessError(
                self.env._(
                    "Only a service supervisor replaces units or takes them back (S16): ask yours."
                )
            )
        self.check_access("write")
        self._check_state(*OUTCOME_STATES)
        if self.service_type != "C" or not self.lot_id or not self.partner_id:
            raise UserError(
                self.env._(
                    "%(voucher)s is no warranty job on a known unit of a customer: only those end "
                    "with a replacement or by taking back.",
                    voucher=self.display_name,
                )
            )
        if self.warranty_outcome in ("replace", "return"):
            raise UserError(
                self.env._(
                    "The outcome of %(voucher)s is decided: %(outcome)s.",
                    voucher=self.display_name,
                    outcome=dict(self._fields["warranty_outcome"]._description_selection(self.env))[
                        self.warranty_outcome
                    ].lower(),
                )
            )

    def _check_guarantee(self, outcome):
        """An outcome is given while its own guarantee holds.

        :raises UserError: saying why not
        """
        self.ensure_one()
        reason = self._get_guarantees()[outcome]
        if reason:
            labels = dict(self._fields["warranty_outcome"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(unit)s cannot end as %(outcome)s on %(voucher)s: %(reason)s.",
                    unit=self.lot_id.display_name,
                    outcome=labels[outcome].lower(),
                    voucher=self.display_name,
                    reason=reason,
                )
            )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "warranty_outcome",
            "outcome_at",
            "outcome_by_id",
            "outcome_reason",
            "replacement_line_id",
            "replacement_lot_id",
            "replacement_picking_id",
            "refund_id",
        }
