# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class AftersalesSurveySample(models.Model):
    """Customers who were drawn are phoned by the hotline's callers-out (K11, S19)."""

    _inherit = "aftersales.survey.sample"

    def action_take(self):
        """I am calling these customers; nobody else does.

        :raises UserError: when somebody else is on it, or it is not to be phoned
        """
        self._check_phone()
        for sample in self:
            if sample.caller_id - self.env.user:
                raise UserError(
                    self.env._(
                        "%(caller)s is calling about %(visit)s already.",
                        caller=sample.caller_id.name,
                        visit=sample.display_name,
                    )
                )
        self._write_step({"caller_id": self.env.uid})

    def action_no_answer(self):
        """Nobody answered; after enough tries the customer leaves the list."""
        self._check_phone()
        now = fields.Datetime.now()
        for sample in self:
            tries = sample.tries + 1
            sample._write_step({"tries": tries, "called_at": now, "caller_id": False})
            if tries >= sample.company_id.aftersales_survey_tries:
                sample._silence(self.env._("Not reached by phone"))

    def action_refused(self):
        """The customer does not want to answer: nobody asks again."""
        self._check_phone()
        self._write_step({"called_at": fields.Datetime.now(), "caller_id": self.env.uid})
        self._silence(self.env._("Did not want to answer"))

    def action_record(self):
        """Open the questionnaire, to be read to the customer."""
        self.ensure_one()
        self._check_phone()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_survey_call_action"
        )
        return action | {"context": {"default_sample_id": self.id}}

    def action_view_voucher(self):
        """Open the visit."""
        self.ensure_one()
        return self.voucher_id._get_records_action()

    def _check_phone(self):
        """Callers phone those who are on the list: drawn, contactable and not answered (K11).

        :raises AccessError: for anybody but the hotline
        :raises UserError: when somebody is not, or no more, to be phoned
        """
        if not (self.env.su or self.env.user.has_group("aftersales_service.group_service_caller")):
            raise AccessError(self.env._("Only the hotline phones customers (K11)."))
        self.check_access("read")
        self._check_state("phone")
        for sample in self:
            if not sample._may_contact():
                raise UserError(
                    self.env._(
                        "%(customer)s asked not to be contacted: do not call.",
                        customer=sample.partner_id.display_name,
                    )
                )
