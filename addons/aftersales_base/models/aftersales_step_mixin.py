# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models

# Only code that holds this object takes a step: a context that comes in by RPC is JSON and can
# never contain it.
STEP_SENTINEL = object()


class AftersalesStepMixin(models.AbstractModel):
    """Document, or part of one, whose fields are written by its steps and not by hand.

    A step writes by ``_write_step``; ``create``, ``write`` and ``unlink`` of the model ask
    ``_is_step`` and say what they refuse otherwise.
    """

    _name = "aftersales.step.mixin"
    _description = "Document that Changes by Steps"

    # Model whose steps write these records; of a part its document. None: the model itself.
    _step_model = None

    def _with_step(self):
        """These records, as a step of the document sees them."""
        return self.with_context(**{self._get_step_key(): STEP_SENTINEL})

    @api.model
    def _is_step(self):
        """Whether a step of the document is at work."""
        return self.env.context.get(self._get_step_key()) is STEP_SENTINEL

    def _write_step(self, vals):
        """Write as a step of the document."""
        return self._with_step().write(vals)

    @api.model
    def _get_step_key(self):
        """Key of the context by which a step is known: each document has its own."""
        return f"step of {self._step_model or self._name}"
