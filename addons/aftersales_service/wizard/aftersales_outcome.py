# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesOutcome(models.TransientModel):
    """Asks how a warranty job ends: repair, replacement or return (S16)."""

    _name = "aftersales.outcome"
    _description = "Outcome of a Warranty Job"

    voucher_id = fields.Many2one("aftersales.voucher", required=True, readonly=True)
    company_id = fields.Many2one(related="voucher_id.company_id")
    currency_id = fields.Many2one(related="voucher_id.currency_id")
    unit_id = fields.Many2one(related="voucher_id.lot_id", string="Unit")
    product_id = fields.Many2one(related="voucher_id.product_id", string="Model")
    outcome = fields.Selection(
        [("replace", "Replace the Unit"), ("return", "Take the Unit Back")],
        required=True,
        compute="_compute_outcome",
        store=True,
        readonly=False,
        precompute=True,
        help="A repair needs no decision: it is what the job ends with by itself.",
    )
    replace_refusal = fields.Char(compute="_compute_guarantees")
    return_refusal = fields.Char(compute="_compute_guarantees")
    is_open = fields.Boolean(
        compute="_compute_guarantees", help="The guarantee of the chosen outcome holds."
    )
    reason = fields.Char(help="Why the unit is not repaired; kept in the log.")
    available_lot_ids = fields.Many2many("stock.lot", compute="_compute_available_lot_ids")
    replacement_lot_id = fields.Many2one(
        "stock.lot",
        string="Replacement Unit",
        domain="[('id', 'in', available_lot_ids)]",
        help="Serial of the unit that the customer gets: one that lies free in our stock.",
    )
    sale_text = fields.Char(
        string="Sold By", compute="_compute_sale", help="Invoice by which the unit was sold."
    )
    is_agreed = fields.Boolean(
        string="Another Amount",
        compute="_compute_is_agreed",
        store=True,
        readonly=False,
        help="An agreed amount is credited to the customer of the job, and not the price of the "
        "sale to who bought the unit.",
    )
    amount = fields.Monetary(string="Agreed Amount", help="Before tax, in the currency of the job.")

    # === COMPUTE METHODS === #

    @api.depends("voucher_id")
    def _compute_outcome(self):
        for wizard in self:
            refusals = wizard.voucher_id._get_guarantees() if wizard.voucher_id else {}
            wizard.outcome = "return" if refusals.get("replace") else "replace"

    @api.depends("voucher_id", "outcome")
    def _compute_guarantees(self):
        for wizard in self:
            refusals = wizard.voucher_id._get_guarantees()
            wizard.replace_refusal = refusals["replace"]
            wizard.return_refusal = refusals["return"]
            wizard.is_open = not refusals.get(wizard.outcome, True)

    @api.depends("voucher_id")
    def _compute_available_lot_ids(self):
        for wizard in self:
            lots = wizard.voucher_id._find_replacement_quants().lot_id
            wizard.available_lot_ids = lots.ids

    @api.depends("voucher_id", "outcome")
    def _compute_sale(self):
        for wizard in self:
            wizard.sale_text = False
            # Superuser's: only which invoice it is, and to whom: whoever decides has to know.
            line = wizard.voucher_id._find_sale_line()
            if wizard.outcome == "return" and line:
                wizard.sale_text = self.env._(
                    "%(invoice)s to %(partner)s",
                    invoice=line.move_id.name,
                    partner=line.move_id.partner_id.display_name,
                )

    @api.depends("sale_text")
    def _compute_is_agreed(self):
        for wizard in self:
            wizard.is_agreed = not wizard.sale_text

    # === ACTIONS === #

    def action_confirm(self):
        """Do what was decided.

        :raises UserError: when something that has to be known is missing
        """
        self.ensure_one()
        if self.outcome == "replace":
            if not self.replacement_lot_id:
                raise UserError(
                    self.env._("Choose the serial of the unit that the customer gets instead.")
                )
            self.voucher_id._replace_unit(self.replacement_lot_id, self.reason)
        else:
            if self.is_agreed and self.amount <= 0:
                raise UserError(self.env._("Enter the amount that was agreed, before tax."))
            self.voucher_id._return_unit(self.reason, self.amount if self.is_agreed else None)
        return {"type": "ir.actions.act_window_close"}
