# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

CONTENT_FIELDS = {"raw", "datas", "db_datas", "store_fname", "url", "res_model", "res_id"}


class IrAttachment(models.Model):
    """The evidence of a confirmed figure stays what it was."""

    _inherit = "ir.attachment"

    def write(self, vals):
        """Refuse another content for the evidence of a confirmed figure.

        :raises UserError: naming the figure
        """
        if CONTENT_FIELDS.intersection(vals):
            self._check_no_kpi_evidence()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kpi_evidence(self):
        self._check_no_kpi_evidence()

    def _check_no_kpi_evidence(self):
        ids = [
            attachment.res_id
            for attachment in self
            if attachment.res_model == "aftersales.kpi.value" and attachment.res_id
        ]
        # sudo: who may delete an attachment is told why not, whether he reads the figure or not.
        figures = self.env["aftersales.kpi.value"].sudo().browse(ids).exists()
        confirmed = figures.filtered(lambda figure: figure.state != "draft")[:1]
        if confirmed:
            raise UserError(
                self.env._(
                    "This document is the evidence of “%s”, which is confirmed: it stays. Attach "
                    "a further one instead.",
                    confirmed.display_name,
                )
            )
