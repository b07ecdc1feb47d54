# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models


class RebateTermMixin(models.AbstractModel):
    """A part of an agreement's terms: frozen once the agreement is in force (R12).

    The model has a field ``agreement_id``, its own or through the component that it belongs to.
    """

    _name = "rebate.term.mixin"
    _description = "Part of a Rebate Agreement's Terms"

    @api.model_create_multi
    def create(self, vals_list):
        terms = super().create(vals_list)
        terms.agreement_id._check_terms_editable()
        return terms

    def write(self, vals):
        if set(vals) - self._get_free_fields():
            self.agreement_id._check_terms_editable()
        result = super().write(vals)
        if {"agreement_id", "component_id"} & set(vals):
            # The agreement that it comes into may be in force as well.
            self.agreement_id._check_terms_editable()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        self.agreement_id._check_terms_editable()

    @api.model
    def _get_free_fields(self):
        """Fields that promise nothing and may change at any time."""
        return {"sequence"}
