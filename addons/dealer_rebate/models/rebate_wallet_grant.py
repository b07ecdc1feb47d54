# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError


class RebateWalletGrant(models.Model):
    """A grant by hand: proposed by one, approved by another, posted by an accountant (P12, R5)."""

    _name = "rebate.wallet.grant"
    _description = "Wallet Grant by Hand"
    _inherit = ["aftersales.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    wallet_id = fields.Many2one(
        "rebate.wallet",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('state', '=', 'active')]",
        tracking=True,
    )
    company_id = fields.Many2one(related="wallet_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="wallet_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Dealer",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('is_dealer', '=', True)]",
        tracking=True,
    )
    amount = fields.Monetary(
        required=True,
        tracking=True,
        help="Without tax. The dealer gets the credit note's total, with the taxes that the "
        "wallet names for grants by hand.",
    )
    reason = fields.Char(
        required=True, tracking=True, help="As it stands on the credit note and the statement."
    )
    state = fields.Selection(
        [
            ("draft", "To Approve"),
            ("approved", "Approved"),
            ("posted", "Posted"),
            ("cancel", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
    )
    requested_by_id = fields.Many2one(
        "res.users",
        string="Proposed by",
        default=lambda self: self.env.user,
        readonly=True,
        copy=False,
    )
    approved_by_id = fields.Many2one(
        "res.users", string="Approved by", readonly=True, copy=False, tracking=True
    )
    credit_note_id = fields.Many2one(
        "account.move", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )

    _amount_positive = models.Constraint("CHECK (amount > 0)", "A grant must be more than nothing.")

    @api.depends("wallet_id", "partner_id")
    def _compute_name(self):
        for grant in self:
            grant.name = self.env._(
                "%(wallet)s for %(dealer)s",
                wallet=grant.wallet_id.name or "",
                dealer=grant.partner_id.display_name or "",
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Who proposes is who creates, whatever the values say."""
        fixed = {"state": "draft", "approved_by_id": False, "credit_note_id": False}
        if not self.env.su:
            fixed["requested_by_id"] = self.env.uid
        return super().create([vals | fixed for vals in vals_list])

    def write(self, vals):
        if not self.env.su:
            if {"state", "requested_by_id", "approved_by_id", "credit_note_id"} & set(vals):
                raise AccessError(self.env._("Use the buttons of the grant to move it on."))
            if {"wallet_id", "partner_id", "amount", "reason"} & set(vals):
                self._check_state("draft")
                # Whoever changes a proposal has proposed it: another one approves it.
                # sudo: the field is closed to users themselves, see above.
                self.sudo().requested_by_id = self.env.user
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self._check_state("draft", "cancel")

    def action_approve(self):
        """Approve grants that somebody else proposed. For managers.

        :raise AccessError: for who may not approve, or proposed it
        """
        self.check_access("write")
        self._check_state("draft")
        for grant in self:
            if grant.requested_by_id == self.env.user:
                raise AccessError(
                    self.env._(
                        "%(grant)s was proposed by you. Another manager has to approve it.",
                        grant=grant.name,
                    )
                )
        # sudo: right and state were checked; the state only changes through these methods.
        self.sudo().write({"state": "approved", "approved_by_id": self.env.uid})

    def action_post(self):
        """Post the credit notes of approved grants and move them into the wallets.

        :raise AccessError: for who is no accountant
        """
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(
                self.env._("Only accountants can post grants. Ask somebody with “Invoicing”.")
            )
        self._check_state("approved")
        for grant in self:
            note = (
                self.env["account.move"]
                .with_company(grant.company_id)
                .create(grant._prepare_credit_note_vals())
            )
            note.action_post()
            grant.wallet_id._grant(note)
            # sudo: right and state were checked; accountants change nothing else here.
            grant.sudo().write({"state": "posted", "credit_note_id": note.id})

    def action_cancel(self):
        """Give up grants that are not posted yet."""
        self.check_access("write")
        self._check_state("draft", "approved")
        # sudo: right and state were checked.
        self.sudo().write({"state": "cancel"})

    def action_view_credit_note(self):
        """Open the credit note."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "view_mode": "form",
            "res_id": self.credit_note_id.id,
        }

    def _prepare_credit_note_vals(self):
        """Values of the credit note. For extension."""
        self.ensure_one()
        wallet = self.wallet_id
        line = {
            "name": self.reason,
            "quantity": 1.0,
            "price_unit": self.amount,
            "tax_ids": [
                Command.set(wallet.grant_tax_ids.ids if wallet.tax_setting == "grant" else [])
            ],
        }
        if wallet.grant_account_id:
            line["account_id"] = wallet.grant_account_id.id
        vals = {
            "move_type": "out_refund",
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.commercial_partner_id.id,
            "currency_id": self.currency_id.id,
            "invoice_date": fields.Date.context_today(self),
            "ref": self.reason,
            "invoice_line_ids": [Command.create(line)],
        }
        if self.company_id.rebate_journal_id:
            vals["journal_id"] = self.company_id.rebate_journal_id.id
        return vals
