# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesConfirmedMixin(models.AbstractModel):
    """Facts that are typed and count once they are confirmed; then they do not change (K20, K21).

    The inheriting model has ``mail.thread``.
    """

    _name = "aftersales.confirmed.mixin"
    _description = "Fact that is Confirmed"
    _inherit = ["aftersales.protected.mixin", "aftersales.step.mixin"]

    state = fields.Selection(
        [("draft", "To Confirm"), ("confirmed", "Confirmed")],
        required=True,
        readonly=True,
        default="draft",
        tracking=True,
        help="Only what is confirmed counts.",
    )
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_at = fields.Datetime(readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        """Nothing is confirmed as it is entered.

        :raises UserError: on what only the buttons write
        """
        for vals in vals_list:
            self._check_protected(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Refuse to change what is confirmed.

        :raises UserError: naming the record and what to do
        """
        if not self._is_step():
            self._check_protected(vals)
            if self._get_confirmed_fields() & set(vals):
                self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        self._check_draft()

    def action_confirm(self):
        """Confirm: from now on it counts."""
        self.check_access("write")
        self._write_step(
            {
                "state": "confirmed",
                "confirmed_by_id": self.env.uid,
                "confirmed_at": fields.Datetime.now(),
            }
        )
        return True

    def action_reopen(self):
        """Take the confirmation back; what was paid by it is made good in the next month."""
        self.check_access("write")
        self._write_step({"state": "draft", "confirmed_by_id": False, "confirmed_at": False})
        return True

    @api.model
    def _get_confirmed_fields(self):
        """Names of the fields that do not change once they are confirmed. Hook."""
        return {"employee_id", "company_id"}

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"state", "confirmed_by_id", "confirmed_at"}

    @api.model
    def _get_protected_advice(self):
        return self.env._("use the buttons *Confirm* and *Reopen*.")

    def _check_draft(self):
        for fact in self:
            if fact.state == "confirmed":
                raise UserError(
                    self.env._(
                        "“%(fact)s” is confirmed: take the confirmation back first.",
                        fact=fact.display_name,
                    )
                )
