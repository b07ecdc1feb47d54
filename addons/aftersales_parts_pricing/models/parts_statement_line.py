# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class PartsStatementLine(models.Model):
    """One document, or one part that is open, on a dealer's statement (P12).

    Amounts are in the statement's currency: with tax in the account, without tax elsewhere. The
    lines of a statement that was sent are the ledger of what the dealer was told: the next one
    brings only what differs. That is why documents are known by number (``move_key``) as well,
    which outlives the document.
    """

    _name = "parts.statement.line"
    _description = "Line of a Parts Statement"
    _inherit = ["aftersales.guarded.mixin"]
    _order = "statement_id, sequence, id"
    _rec_name = "document"

    statement_id = fields.Many2one("parts.statement", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="statement_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="statement_id.partner_id")
    currency_id = fields.Many2one(related="statement_id.currency_id")
    state = fields.Selection(related="statement_id.state")
    sequence = fields.Integer()
    section = fields.Selection(
        [
            ("account", "Account"),
            ("order", "Orders"),
            ("delivery", "Deliveries"),
            ("to_invoice", "Delivered, Not Invoiced"),
            ("to_deliver", "Ordered, Not Delivered"),
        ],
        required=True,
        help="The account moves the balance; the other sections explain it.",
    )
    kind = fields.Selection(
        [
            ("invoice", "Invoice"),
            ("credit_note", "Credit Note"),
            ("payment", "Payment"),
            ("entry", "Other Entry"),
        ],
        help="What a line of the account is.",
    )
    date = fields.Date()
    document = fields.Char()
    description = fields.Char()
    is_late = fields.Boolean(
        string="From an Earlier Period",
        help="Dated in a period whose statement was sent before, or changed since.",
    )
    amount = fields.Monetary(help="With tax in the account, without tax in the other sections.")
    parts_amount = fields.Monetary(
        string="Of Which Parts",
        help="Share of an invoice or credit note that is for parts, with tax.",
    )
    quantity = fields.Float(digits="Product Unit")
    product_id = fields.Many2one(
        "product.product", string="Part", index="btree_not_null", ondelete="restrict"
    )
    uom_id = fields.Many2one("uom.uom", string="Unit", ondelete="restrict")
    move_id = fields.Many2one(
        "account.move", string="Journal Entry", index="btree_not_null", ondelete="set null"
    )
    move_key = fields.Integer(index=True, help="Number of the document in the database.")
    order_id = fields.Many2one("sale.order", index="btree_not_null", ondelete="set null")
    picking_id = fields.Many2one("stock.picking", index="btree_not_null", ondelete="set null")
    answer = fields.Selection(
        [("agreed", "Agreed"), ("objected", "Objected"), ("answered", "Answered")],
        help="The dealer's answer; Answered: the dealer objected and got our reply.",
    )
    comment = fields.Text(help="What is wrong, in the dealer's words.")
    answered_on = fields.Datetime()
    answered_by_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="restrict",
        help="Who answered on the portal. Empty: whoever has the link of the mail.",
    )
    reply = fields.Text(help="Our answer to the objection; the dealer reads it.")

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | (self._fields.keys() - {"reply"})

    def write(self, vals):
        """A reply is written while the objection is open.

        :raise UserError: when there is none
        """
        if not self.env.su and "reply" in vals:
            for line in self.filtered(lambda line: line.answer != "objected"):
                raise UserError(
                    self.env._(
                        "“%s” has no open objection that could be replied to.",
                        line.document or line.description or line.statement_id.name,
                    )
                )
        return super().write(vals)

    def action_answer(self):
        """Settle the objection with our reply; the dealer reads it on the statement."""
        self.check_access("write")
        for line in self:
            if line.answer != "objected":
                continue
            if not (line.reply or "").strip():
                raise UserError(
                    self.env._(
                        "Write the reply to the objection against “%s” first: the dealer reads it.",
                        line.document or line.description or line.statement_id.name,
                    )
                )
            # sudo: the right was checked; answers are written by these methods only.
            line.statement_id.sudo()._claim()
            line.sudo().answer = "answered"
            line.statement_id.sudo()._after_answer()

    def _get_label(self):
        """What the line is, in words of the dealer's language."""
        self.ensure_one()
        if self.section != "account" or not self.kind:
            return self.description or ""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return " – ".join(filter(None, (kinds[self.kind], self.description)))
