# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AftersalesTrainingAttendee(models.Model):
    """One employee at one training: was he there, and what did his test say (S21)?"""

    _name = "aftersales.training.attendee"
    _description = "Attendee of a Training"
    _inherit = ["aftersales.guarded.mixin"]
    _order = "training_date desc, training_id, id"
    _rec_name = "employee_id"
    _check_company_auto = True

    training_id = fields.Many2one(
        "aftersales.training", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="training_id.company_id", store=True, precompute=True)
    training_date = fields.Datetime(related="training_id.date", store=True)
    training_state = fields.Selection(related="training_id.state")
    trainer_user_id = fields.Many2one(
        "res.users",
        related="training_id.trainer_user_id",
        store=True,
        index="btree_not_null",
        string="Trainer's User",
    )
    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, ondelete="restrict", check_company=True
    )
    employee_user_id = fields.Many2one(
        "res.users",
        related="employee_id.user_id",
        store=True,
        index="btree_not_null",
        string="Employee's User",
    )
    present = fields.Boolean(default=True, string="Was There", copy=False)
    points = fields.Float(copy=False, aggregator="avg", help="Of the last test.")
    is_marked = fields.Boolean(readonly=True, copy=False)
    tries = fields.Integer(readonly=True, copy=False, default=1, string="Try", aggregator=None)
    first_points = fields.Float(
        readonly=True, copy=False, aggregator="avg", help="Of the first test, where it was retaken."
    )
    retake_on = fields.Date(readonly=True, copy=False, string="Retake Since")
    result = fields.Selection(
        [
            ("called", "Called"),
            ("open", "Not Marked"),
            ("attended", "Attended"),
            ("passed", "Passed"),
            ("failed", "Failed"),
            ("absent", "Not There"),
        ],
        compute="_compute_result",
        store=True,
        index=True,
        help="Attended: there was no test. Failed and not there show until a retake is passed.",
    )

    _employee_once = models.UniqueIndex(
        "(training_id, employee_id)", "Somebody attends a training once."
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "present",
        "points",
        "is_marked",
        "training_id.state",
        "training_id.has_test",
        "training_id.pass_points",
    )
    def _compute_result(self):
        for attendee in self:
            training = attendee.training_id
            if training.state in ("planned", "cancelled"):
                attendee.result = "called"
            elif not attendee.present:
                attendee.result = "absent"
            elif not training.has_test:
                attendee.result = "attended"
            elif not attendee.is_marked:
                # An open retake of a training that is done is not passed.
                attendee.result = "failed" if training.state == "done" else "open"
            else:
                attendee.result = "passed" if attendee.points >= training.pass_points else "failed"

    # === CONSTRAINTS === #

    @api.constrains("points")
    def _check_points(self):
        for attendee in self:
            if not 0 <= attendee.points <= attendee.training_id.max_points:
                raise ValidationError(
                    self.env._(
                        "%(employee)s: the test has 0 to %(max)s points.",
                        employee=attendee.employee_id.name,
                        max=attendee.training_id.max_points,
                    )
                )

    # === CRUD METHODS === #

    def write(self, vals):
        """Mark tests of a training that was held; a retake after it is done.

        :raises UserError: when the training has not been held, or the result stands
        """
        if not self.env.su:
            self._check_open(vals)
        if "points" in vals and "is_marked" not in vals:
            result = super().write(vals)
            self.sudo().write({"is_marked": True})  # sudo: the stamp of what was just written
            return result
        return super().write(vals)

    # === ACTIONS === #

    def action_retake(self):
        """Who failed or was not there takes the test once more; the first result is kept.

        :raises UserError: when somebody has passed, or the training is not over
        """
        self.check_access("write")
        for attendee in self:
            if attendee.training_id.state != "done" or attendee.result not in ("failed", "absent"):
                raise UserError(
                    self.env._(
                        "%(employee)s: only who has not passed a training that is done takes the "
                        "test again.",
                        employee=attendee.employee_id.name,
                    )
                )
            if not attendee.training_id.has_test:
                raise UserError(
                    self.env._(
                        "“%(training)s” has no test: call %(employee)s to the next one.",
                        training=attendee.training_id.name,
                        employee=attendee.employee_id.name,
                    )
                )
            attendee.sudo().write(  # sudo: the right was asked above
                {
                    "first_points": attendee.first_points
                    if attendee.tries > 1
                    else attendee.points,
                    "tries": attendee.tries + 1,
                    "retake_on": attendee.company_id._get_round_today(),
                    "present": True,
                    "points": 0.0,
                    "is_marked": False,
                }
            )
        return True

    # === HELPERS === #

    def _check_open(self, vals):
        for attendee in self:
            state = attendee.training_id.state
            if "points" in vals and state == "planned":
                raise UserError(
                    self.env._(
                        "“%(training)s” has not been held yet: press Mark as Held first.",
                        training=attendee.training_id.name,
                    )
                )
            if state == "cancelled" or (
                state == "done" and (attendee.is_marked or set(vals) - {"points"})
            ):
                raise UserError(
                    self.env._(
                        "“%(training)s” is over: the result of %(employee)s changes by a retake "
                        "only.",
                        training=attendee.training_id.name,
                        employee=attendee.employee_id.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planned(self):
        for attendee in self.filtered(lambda a: a.training_id.state in ("held", "done")):
            raise UserError(
                self.env._(
                    "“%(training)s” has been held: untick %(employee)s instead of deleting the "
                    "row.",
                    training=attendee.training_id.name,
                    employee=attendee.employee_id.name,
                )
            )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "is_marked",
            "tries",
            "first_points",
            "retake_on",
            "result",
        }
