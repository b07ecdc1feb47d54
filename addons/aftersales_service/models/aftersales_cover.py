# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

from ..cover_share import split_amount, to_share


class AftersalesCover(models.Model):
    """One share of one line of a job, paid by one payer, with the clause that decided (S2, S16).

    The shares of a line sum to 100 and its amounts to the line's value, to the cent. A line
    without rows is its customer's on a paid job and free on the others. Nobody types a row: the
    chain of providers makes them, or a decision by hand with its reason.
    """

    _name = "aftersales.cover"
    _description = "Cover of a Line"
    _order = "voucher_id, voucher_line_id, sequence, id"

    voucher_line_id = fields.Many2one(
        "aftersales.voucher.line",
        string="Line of the Job",
        required=True,
        index=True,
        ondelete="cascade",
    )
    # Not computed before the row stands: the job's list would hold what it was computed on.
    voucher_id = fields.Many2one(related="voucher_line_id.voucher_id", store=True, index=True)
    company_id = fields.Many2one(
        related="voucher_line_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(
        related="voucher_line_id.currency_id", store=True, precompute=True
    )
    lot_id = fields.Many2one(
        related="voucher_line_id.voucher_id.lot_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        string="Unit",
    )
    sequence = fields.Integer(default=10, help="Order in which the payers were asked.")
    payer = fields.Selection(
        [
            ("customer", "Customer"),
            ("maker", "Maker"),
            ("supplier", "Supplier"),
            ("insurer", "Insurer"),
            ("contract", "Contract"),
            ("goodwill", "Goodwill"),
        ],
        required=True,
        help="Who pays this share.",
    )
    payer_partner_id = fields.Many2one(
        "res.partner",
        string="Paid By",
        index="btree_not_null",
        ondelete="restrict",
        help="Maker, supplier or insurer. Empty for a maker: we made it ourselves.",
    )
    share = fields.Float(
        string="Share (%)",
        required=True,
        digits=(7, 4),
        aggregator=None,
        help="Percent of the line.",
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        help="Share of the line's value before tax; what is left of a cent goes to the largest "
        "remainder.",
    )
    clause = fields.Char(help="What decided, as it is printed.")
    term_id = fields.Many2one(
        "aftersales.entitlement.term",
        string="Clause of the Warranty",
        index="btree_not_null",
        ondelete="restrict",
    )
    is_manual = fields.Boolean(
        string="By Hand", help="Decided by a person: no proposal changes it any more."
    )
    reason = fields.Char(help="Why it was decided by hand.")
    decided_by_id = fields.Many2one("res.users", help="Who decided it by hand.")

    _share_range = models.Constraint(
        "CHECK(share > 0 AND share <= 100)", "A payer has more than 0 and at most 100 percent."
    )

    # === COMPUTE METHODS === #

    @api.depends("share", "voucher_line_id.price_subtotal", "voucher_line_id.cover_ids.share")
    def _compute_amount(self):
        for line, rows in self.grouped("voucher_line_id").items():
            amounts = (line.cover_ids | rows)._split(line)
            for row in rows:
                row.amount = amounts[row]

    @api.depends("payer", "payer_partner_id", "share")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row._get_payer_name()} {row.share:g} %"

    # === BUSINESS METHODS === #

    def _split(self, line):
        """Amount of each row of one line.

        :return: dict {row: amount in the job's currency}
        """
        rows = self.sorted(lambda row: (row.sequence, row._origin.id or 0))
        currency = line.currency_id or line.company_id.currency_id
        amounts = split_amount(
            line.price_subtotal, [to_share(row.share) for row in rows], currency.rounding
        )
        return {row: float(amount) for row, amount in zip(rows, amounts, strict=True)}

    def _is_given(self):
        """Does the company give this away by a person's decision, claiming it from nobody?"""
        self.ensure_one()
        by_hand = self.is_manual and self.payer == "maker" and not self.payer_partner_id
        return by_hand or self.payer == "goodwill"

    def _get_payer_name(self):
        """Who pays, by name where it is somebody outside."""
        self.ensure_one()
        if self.payer_partner_id:
            # sudo: who sees who pays sees the name, whatever partners he may read.
            return self.payer_partner_id.sudo().display_name
        return dict(self._fields["payer"]._description_selection(self.env))[self.payer]

    @api.model
    def _get_decided_fields(self):
        """Names of the fields that tell two proposals apart. Hook: add your own."""
        return ["sequence", "payer", "payer_partner_id", "share", "clause", "term_id"]

    def _differs(self, rows):
        """Do these rows say something else than the values of a proposal?

        :param rows: list of values
        """
        names = self._get_decided_fields()
        stand = [
            tuple(row._fields[name].convert_to_write(row[name], row) for name in names)
            for row in self.sorted("sequence")
        ]
        return stand != [tuple(row.get(name) or False for name in names) for row in rows]

    def _get_summary(self):
        """The row in one line: who, how much, by which clause."""
        self.ensure_one()
        # Shares come from amounts and have four decimals: nobody reads them.
        text = f"{self._get_payer_name()} {round(self.share, 2):g} %"
        return f"{text} – {self.clause}" if self.clause else text
