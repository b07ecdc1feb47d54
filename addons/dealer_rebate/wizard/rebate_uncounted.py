# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class RebateUncounted(models.TransientModel):
    """An invoice line of a dealer's period that did not count, with the reason (R12).

    Rows are made when somebody asks and are that user's own.
    """

    _name = "rebate.uncounted"
    _description = "Invoice Line That Did Not Count"
    _order = "date desc, document, id"

    line_id = fields.Many2one(
        "rebate.settlement.line", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="line_id.company_id", store=True)
    move_line_id = fields.Many2one("account.move.line", readonly=True, ondelete="cascade")
    document = fields.Char(readonly=True)
    date = fields.Date(string="Invoice Date", readonly=True)
    product = fields.Char(readonly=True, help="Product or text of the invoice line.")
    amount = fields.Monetary(
        string="Untaxed Amount", readonly=True, help="In the document's currency; credit: negative."
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    reason = fields.Selection(
        [
            ("draft", "Not posted"),
            ("cancel", "Cancelled"),
            ("rebate", "Is a rebate itself"),
            ("claim", "Settles a claim, no turnover"),
            ("cutoff", "Dated after the cut-off"),
            ("party", "Dealer did not take part on that day"),
            ("store", "Belongs to another store"),
            ("dates", "Outside the promotion's dates"),
            ("product", "Product does not belong to what counts"),
            ("scope", "Paid or granted by a wallet"),
            ("unit", "Sold in a unit of another kind"),
            ("later", "Came after the settlement: the next one counts it"),
            ("unpaid", "Not paid by the cut-off"),
            ("nothing", "Its amount is nothing"),
        ],
        readonly=True,
    )

    @api.model
    def _open(self, line):
        """Find what did not count for a settlement line and show it.

        :return: action
        :raise UserError: for a component that counts no documents
        """
        line.ensure_one()
        line.check_access("read")
        if not line.component_id._counts_documents():
            raise UserError(
                self.env._(
                    "%(component)s counts no invoices: reports, figures or a sum are what it is "
                    "paid on.",
                    component=line.component_id.name,
                )
            )
        self.search([("create_uid", "=", self.env.uid)]).unlink()
        reasons = dict(line.component_id._read_uncounted(line))
        # sudo: who reads a settlement sees its documents, as on the statement.
        items = self.env["account.move.line"].sudo().browse(reasons)
        self.create(
            [
                {
                    "line_id": line.id,
                    "move_line_id": item.id,
                    "document": item.move_id.name or item.move_id.ref or "",
                    "date": item.move_id.invoice_date or item.move_id.date,
                    "product": item.product_id.display_name or item.name,
                    "amount": item.price_subtotal * (-1 if "refund" in item.move_type else 1),
                    "currency_id": item.currency_id.id,
                    "reason": reasons[item.id],
                }
                for item in items
            ]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dealer_rebate.rebate_uncounted_action"
        )
        action["domain"] = [("line_id", "=", line.id), ("create_uid", "=", self.env.uid)]
        return action

    def action_view_document(self):
        """Open the document of this row, for whoever may read it."""
        self.ensure_one()
        # sudo: only its number; the form itself asks for the right to read it.
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "view_mode": "form",
            "res_id": self.sudo().move_line_id.move_id.id,
        }
