# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesCommissionSource(models.Model):
    """A record behind a figure, with what it gave: filled by INSERT … SELECT, never changed.

    Its name is kept as text: the document may be renamed or lose lines later.
    """

    _name = "aftersales.commission.source"
    _description = "Source of a Commission"
    _order = "figure_id, res_id, id"
    _log_access = False

    figure_id = fields.Many2one(
        "aftersales.commission.figure",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="figure_id.company_id")
    res_model = fields.Char(string="Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", readonly=True, aggregator=None
    )
    name = fields.Char(string="Document", readonly=True, help="As it was called then.")
    amount = fields.Float(digits=(16, 4), readonly=True, help="What the record gives the figure.")

    def action_open(self):
        """Open the record behind the figure.

        :raises AccessError: when the reader may not see it
        """
        self.ensure_one()
        record = self.env[self.res_model].browse(self.res_id).exists()
        record.check_access("read")
        if self.res_model in ("account.move.line", "aftersales.voucher.line"):
            record = record.move_id if "move_id" in record else record.voucher_id
        elif self.res_model == "aftersales.claim.line":
            record = record.claim_id
        return record._get_records_action(name=self.name)
