# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesComplaint(models.Model):
    """A dispute: somebody outside stepped in, and it may have ended in a refund (K7)."""

    _inherit = "aftersales.complaint"

    intervention = fields.Selection(
        [
            ("platform", "Sales Platform"),
            ("authority", "Authority or Consumers' Association"),
            ("bank", "Bank or Payment Provider"),
            ("court", "Court or Lawyer"),
            ("media", "Media"),
            ("other", "Somebody Else"),
        ],
        string="Stepped In From Outside",
        copy=False,
        tracking=True,
        help="Who stepped in from outside the company and the customer. Empty: nobody did (K7).",
    )
    refunded_on = fields.Date(
        compute="_compute_refunded_on",
        store=True,
        readonly=False,
        copy=False,
        tracking=True,
        help="Day on which the customer got his money back, or part of it. Empty: he did not (K7).",
    )
    refund_move_id = fields.Many2one(
        "account.move",
        string="Credit Note",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('move_type', '=', 'out_refund'), ('state', '=', 'posted')]",
        help="Credit note by which he got it back; its date is the day of the refund.",
    )

    _dispute_idx = models.Index("(company_id, refunded_on) WHERE intervention IS NOT NULL")

    # Not on the date of the credit note: no posting has to look for complaints.
    @api.depends("refund_move_id")
    def _compute_refunded_on(self):
        for complaint in self:
            complaint.refunded_on = complaint.refund_move_id.invoice_date or complaint.refunded_on
