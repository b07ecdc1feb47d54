# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.exceptions import UserError


class AftersalesReasonedMixin(models.AbstractModel):
    """Documents with steps that need a reason, which stays with them (S11, S17)."""

    _name = "aftersales.reasoned.mixin"
    _description = "Document with Reasons"

    def _ask_reason(self, purpose):
        """The dialogue that asks why, and then takes the step with the answer.

        :param str purpose: key of ``aftersales.reason.purpose``
        :return: window action
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_reason_action"
        )
        context = {
            "default_res_model": self._name,
            "default_res_ids": self.ids,
            "default_purpose": purpose,
        }
        purposes = self.env["aftersales.reason"]._fields["purpose"]
        names = dict(purposes._description_selection(self.env))
        return {**action, "name": names[purpose], "context": context}

    def _check_reason(self, reason):
        """Return the reason without blanks around it.

        :raises UserError: when there is none
        """
        reason = (reason or "").strip()
        if not reason:
            raise UserError(
                self.env._(
                    "Write the reason: it stays with the %(document)s.",
                    document=self.env["ir.model"]._get(self._name).name.lower(),
                )
            )
        return reason
