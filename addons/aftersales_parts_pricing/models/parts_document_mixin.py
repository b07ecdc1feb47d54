# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class PartsDocumentMixin(models.AbstractModel):
    """Document with a number of its own sequence, whose code is the name of the model."""

    _name = "parts.document.mixin"
    _inherit = ["aftersales.state.mixin"]
    _description = "Numbered Document"

    name = fields.Char(
        string="Reference",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env._("New"),
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Number the documents."""
        for vals in vals_list:
            if vals.get("name", self.env._("New")) == self.env._("New"):
                vals["name"] = self.env["ir.sequence"].next_by_code(self._name)
        return super().create(vals_list)

    def _check_state(self, *states):
        """Steps are for those who may write the document, whatever state it is in.

        :raise AccessError: without that right
        :raise UserError: naming the document and its state
        """
        self.check_access("write")
        return super()._check_state(*states)
