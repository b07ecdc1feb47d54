# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.exceptions import UserError


class AftersalesStateMixin(models.AbstractModel):
    """Document whose ``state`` follows from its buttons: each step starts from certain states."""

    _name = "aftersales.state.mixin"
    _description = "Document with States"

    def _check_state(self, *states):
        """Refuse a step that the state does not allow.

        :raises UserError: naming the document, its state and those that the step needs
        """
        for record in self:
            if record.state not in states:
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(name)s is in state “%(state)s”. This step needs: %(states)s.",
                        name=record.display_name,
                        state=record._get_state_label(),
                        states=", ".join(labels[state] for state in states),
                    )
                )

    def _get_state_label(self):
        """What the state is called, in the user's language."""
        self.ensure_one()
        return dict(self._fields["state"]._description_selection(self.env))[self.state]
