# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesRoundDocumentMixin(models.AbstractModel):
    """Document that hangs on an administrative job of its own: a count, a visit, a training (S21).

    The job has the number, the checklist and the person; it begins and ends with the document.
    """

    _name = "aftersales.round.document.mixin"
    _inherit = ["aftersales.guarded.mixin", "aftersales.state.mixin", "aftersales.reasoned.mixin"]
    _description = "Document of a Round"

    voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Job",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    outlet_id = fields.Many2one(
        "aftersales.outlet", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(related="outlet_id.company_id", store=True, precompute=True)
    checklist_id = fields.Many2one(
        "aftersales.checklist",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('is_round', '=', True), ('company_id', 'in', (False, company_id))]",
        help="Steps that are copied to the job when it begins.",
    )
    checklist_line_ids = fields.One2many(
        related="voucher_id.checklist_line_ids", readonly=False, string="Steps"
    )
    reason = fields.Char(readonly=True, copy=False, help="Why it was cancelled.")

    def _begin_job(self):
        """Begin the job of each document; one without a job gets it.

        The caller has asked for the right.
        """
        # sudo: who may take the step of the document begins its job; numbers are the system's.
        documents = self.sudo()
        without = documents.filtered(lambda document: not document.voucher_id)
        vouchers = (
            self.env["aftersales.voucher"]
            .sudo()
            ._make_round_jobs([document._prepare_voucher_vals() for document in without])
        )
        for document, voucher in zip(without, vouchers, strict=True):
            document.voucher_id = voucher
        documents.voucher_id.filtered(lambda voucher: voucher.state == "dispatched")._start()

    def _end_job(self):
        """The document is done, and so is its job.

        :raises UserError: while a required step of its checklist is open
        """
        # sudo: as above
        self.sudo().voucher_id.filtered(lambda voucher: not voucher._is_frozen())._done()

    def _strike_off_job(self, reason):
        """The document is cancelled with a reason, and so is its job."""
        # sudo: as above
        jobs = self.sudo().voucher_id.filtered(lambda voucher: not voucher._is_frozen())
        if jobs:
            jobs._cancel(reason)

    def _prepare_voucher_vals(self):
        """Values of the job of a document made by hand. Hook: add what it is, who and when."""
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "service_type": "D",
            "kind": "inspection",
            "channel": "app",
            "fault_description": self.display_name,
            "outlet_id": self.outlet_id.id,
            "round_checklist_id": self.checklist_id.id,
        }

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"state", "voucher_id", "reason"}

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the document only. Use the buttons.")
