# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesClaimLine(models.Model):
    """The old part of a claimed line: kept where the payer asks for it, until he answers (S17)."""

    _inherit = "aftersales.claim.line"

    old_part_state = fields.Selection(
        selection=lambda self: (
            self.env["aftersales.part.return"]._fields["state"]._description_selection(self.env)
        ),
        string="Old Part",
        compute="_compute_old_part_state",
        help="Where the old part is; empty where the payer does not ask for it.",
    )

    @api.depends("voucher_line_id")
    def _compute_old_part_state(self):
        parts = self._get_old_parts()
        for line in self:
            line.old_part_state = parts.get(line, self.env["aftersales.part.return"])[:1].state

    def _get_old_parts(self):
        """Old parts of these lines that are the payer's, in one query.

        :return: dict {line: aftersales.part.return as superuser}
        """
        # sudo: where the part is belongs to the claim; its paper is the storekeeper's.
        returns = self.env["aftersales.part.return"].sudo()
        found = returns.search([("voucher_line_id", "in", self.voucher_line_id.ids)])
        by_line = found.grouped("voucher_line_id")
        parts = {}
        for line in self.filtered("voucher_line_id"):
            payer = line.claim_id.partner_id
            mine = by_line.get(line.voucher_line_id.sudo(), returns)
            parts[line] = mine.filtered(lambda part, payer=payer: part.maker_id == payer)
        return parts

    def _find_old_part_problem(self):
        """An old part that the payer's terms ask for is in our house or sent to him (S17)."""
        self.ensure_one()
        parts = self._get_old_parts().get(self)
        if not parts:
            return super()._find_old_part_problem()
        owed = parts.filtered(lambda part: part.state == "owed")
        if not owed:
            return ""
        return self.env._(
            "The old %(part)s is still with %(debtor)s: have it brought back, or released.",
            part=self.product_id.display_name,
            debtor=owed[0].debtor or self.env._("the technician"),
        )

    def _answer_old_parts(self):
        """The payer has answered: what he has of old parts is his."""
        labels = dict(self._fields["answer"]._description_selection(self.env))
        for line, parts in self._get_old_parts().items():
            if parts and line.answer:
                parts._answer(labels[line.answer])
