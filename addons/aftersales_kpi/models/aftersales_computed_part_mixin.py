# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError


class AftersalesComputedPartMixin(models.AbstractModel):
    """Rows that come of the computing of their document only: nobody types them.

    The document takes ``aftersales.step.mixin``; its rows name it in ``_step_model``.
    """

    _name = "aftersales.computed.part.mixin"
    _description = "Computed Part of a Document"
    _inherit = ["aftersales.step.mixin"]

    @api.model_create_multi
    def create(self, vals_list):
        """Rows come of the computing only.

        :raises UserError: for a row made by hand
        """
        self._check_step()
        return super().create(vals_list)

    def write(self, vals):
        """Rows do not change: computing again replaces them.

        :raises UserError: for a change by hand of anything but what is decided
        """
        if set(vals) - self._get_decided_fields():
            self._check_step()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recompute(self):
        self._check_step()

    def _check_step(self):
        if not self._is_step():
            raise UserError(self._get_step_refusal())

    @api.model
    def _get_decided_fields(self):
        """Names of the fields that somebody decides by hand. Hook."""
        return frozenset()

    @api.model
    def _get_step_refusal(self):
        """What to do instead of typing. Hook."""
        return self.env._("These lines are computed, not typed: compute their document again.")
