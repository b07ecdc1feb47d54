# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models


class AccountMoveSend(models.AbstractModel):
    """A rebate credit note is sent with its statement (R15)."""

    _inherit = "account.move.send"

    @api.model
    def _get_placeholder_mail_attachments_data(
        self, move, invoice_edi_format=None, extra_edis=None, pdf_report=None
    ):
        """Show the statement that will be printed when the credit note is sent."""
        data = super()._get_placeholder_mail_attachments_data(
            move,
            invoice_edi_format=invoice_edi_format,
            extra_edis=extra_edis,
            pdf_report=pdf_report,
        )
        if move.rebate_statement_due:
            name = move._get_rebate_statement_name()
            data.append(
                {
                    "id": f"placeholder_{name}",
                    "name": name,
                    "mimetype": "application/pdf",
                    "placeholder": True,
                }
            )
        return data

    @api.model
    def _get_invoice_extra_attachments(self, move):
        # sudo: the file belongs to the document that is sent.
        return super()._get_invoice_extra_attachments(move) | move.sudo().rebate_statement_id.sudo(
            self.env.su
        )

    @api.model
    def _hook_invoice_document_before_pdf_report_render(self, invoice, invoice_data):
        """Print the statement now, where the scheduled action has not come to it."""
        result = super()._hook_invoice_document_before_pdf_report_render(invoice, invoice_data)
        if invoice.rebate_statement_due:
            invoice._attach_rebate_statements()
        return result
