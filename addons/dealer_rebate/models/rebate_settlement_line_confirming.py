# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import Decimal

from odoo import fields, models
from odoo.tools import SQL

from ..earnings import ZERO


class RebateSettlementLineConfirming(models.Model):
    """What the dealer says to a line, and what of it waits for an answer (R12)."""

    _inherit = "rebate.settlement.line"

    dealer_answer = fields.Selection(
        [
            ("confirmed", "Confirmed"),
            ("objected", "Objected"),
            ("silent", "Not Answered in Time"),
        ],
        readonly=True,
        copy=False,
        help="Not answered in time: counts as confirmed.",
    )
    withheld = fields.Monetary(
        string="Waiting",
        readonly=True,
        copy=False,
        help="Objected to: earned, but left out until the objection is answered. It then comes "
        "with the next settlement.",
    )
    objection_ids = fields.One2many("rebate.objection", "settlement_line_id")

    def _get_key(self):
        """See ``rebate.objection._get_key``."""
        self.ensure_one()
        return (self.component_key, self.partner_id, self.outlet_id, self.period_from)

    def _get_document_amounts(self):
        """{document number: (amount of this line that comes from it, invoice id)}."""
        self.ensure_one()
        self.env["rebate.allocation"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT row.document, SUM(row.amount_delta)::text, MAX(line.move_id)
                  FROM rebate_allocation row
             LEFT JOIN account_move_line line ON line.id = row.move_line_id
                 WHERE row.settlement_line_id = %s AND row.document IS NOT NULL
              GROUP BY row.document
                """,
                self.id,
            )
        )
        return {name: (float(amount), move or False) for name, amount, move in rows}

    def _withhold(self, objections):
        """Leave out what is objected to: the base stays counted, the money waits.

        The ledger's rows of the documents concerned earn nothing in this line. As what is settled
        is thereby less than what is earned, the next settlement brings the rest by itself, with
        the same documents.

        :param objections: open objections to this draft line
        """
        self.ensure_one()
        concerned = objections.filtered(lambda objection: objection.kind != "missing")
        if not concerned:
            return
        condition = SQL("TRUE")
        if all(objection.kind == "document" for objection in concerned):
            condition = SQL(
                """(row.document IN %s OR row.move_line_id IN (
                       SELECT id FROM account_move_line WHERE move_id IN %s))""",
                tuple(concerned.mapped("document")),
                tuple(concerned.move_id.ids) or (0,),
            )
        self.env["rebate.allocation"].flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE rebate_allocation row SET amount_delta = 0 "
                "WHERE row.settlement_line_id = %s AND %s",
                self.id,
                condition,
            )
        )
        self.env["rebate.allocation"].invalidate_model(["amount_delta"])
        self._set_payable(self._read_allocated())

    def _read_allocated(self):
        ((amount,),) = self.env.execute_query(
            SQL(
                "SELECT COALESCE(SUM(amount_delta), 0)::text FROM rebate_allocation "
                "WHERE settlement_line_id = %s",
                self.id,
            )
        )
        return Decimal(amount)

    def _set_payable(self, payable):
        """Pay less than earned less settled; the difference waits."""
        due = Decimal(self.trace["earned"]) - Decimal(self.trace["settled_before"])
        self.write(
            {
                "amount": float(payable),
                "withheld": float(due - payable),
                "trace": self.trace | {"payable": str(payable), "waiting": str(due - payable)},
            }
        )

    def _explain_restatement(self):
        sentences = super()._explain_restatement()
        labels = dict(
            self.env["rebate.objection"]._fields["state"]._description_selection(self.env)
        )
        return sentences + [
            self.env._(
                "What waited for the answer to the objection “%(reason)s” comes now. %(state)s: "
                "%(answer)s",
                reason=row["reason"],
                state=labels[row["state"]],
                answer=row["answer"],
            )
            for row in self.trace.get("answered_objections", ())
        ]

    def _explain_payable(self):
        sentences = super()._explain_payable()
        waiting = self.trace.get("waiting")
        if waiting and Decimal(waiting) != ZERO:
            sentences.insert(
                -1,
                self.env._(
                    "Objected to, waits for an answer and then comes with the next settlement: "
                    "%(amount)s.",
                    amount=self._money(waiting),
                ),
            )
        return sentences

    def _prepare_csv_line(self, number):
        return super()._prepare_csv_line(number) | {"waiting": self.trace.get("waiting", "0")}
