# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AftersalesTraining(models.Model):
    """A training of our own people, with a test and its results (S21)."""

    _name = "aftersales.training"
    _description = "Training"
    _inherit = ["aftersales.round.document.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Topic", required=True, tracking=True)
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("held", "Held"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        default="planned",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
        help="Held: the test is being marked. Done: everybody who was there has a result.",
    )
    date = fields.Datetime(required=True, tracking=True)
    hours = fields.Float(default=1.0, help="How long it lasts, in hours.")
    place = fields.Char()
    trainer_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    trainer_user_id = fields.Many2one(
        "res.users", related="trainer_id.user_id", store=True, index="btree_not_null"
    )
    has_test = fields.Boolean(string="With a Test", default=True)
    max_points = fields.Integer(
        string="Points", default=lambda self: self.env.company.aftersales_training_points
    )
    pass_points = fields.Integer(
        string="Pass Mark", default=lambda self: self.env.company.aftersales_training_pass
    )
    attendee_ids = fields.One2many(
        "aftersales.training.attendee", "training_id", string="Attendees", copy=True
    )
    attendee_count = fields.Integer(compute="_compute_counts", store=True, string="Called")
    passed_count = fields.Integer(compute="_compute_counts", store=True, string="Passed")
    failed_count = fields.Integer(
        compute="_compute_counts", store=True, string="Not Passed", help="Failed, or not there."
    )
    material = fields.Html(string="Contents")

    _points_check = models.Constraint(
        "CHECK (max_points > 0 AND pass_points BETWEEN 0 AND max_points AND hours > 0)",
        "A test has points, its pass mark lies within them, and a training lasts some time.",
    )

    # === COMPUTE METHODS === #

    @api.depends("attendee_ids.result")
    def _compute_counts(self):
        for training in self:
            results = training.attendee_ids.mapped("result")
            training.attendee_count = len(results)
            training.passed_count = results.count("passed")
            training.failed_count = results.count("failed") + results.count("absent")

    # === CONSTRAINTS === #

    @api.constrains("max_points", "pass_points", "has_test")
    def _check_marked(self):
        """What was marked keeps its measure."""
        for training in self.filtered(lambda training: training.state == "done"):
            raise ValidationError(
                self.env._(
                    "The test of “%(training)s” is marked: its points do not change any more.",
                    training=training.name,
                )
            )

    # === ACTIONS === #

    def action_hold(self):
        """The training has taken place: tick who was there, mark the test.

        :raises UserError: when nobody was called
        """
        self.check_access("write")
        self._check_state("planned")
        for training in self.filtered(lambda training: not training.attendee_ids):
            raise UserError(
                self.env._("“%(training)s”: enter who attends.", training=training.name)
            )
        self.sudo().write({"state": "held"})  # sudo: the right was asked above
        self._begin_job()
        return True

    def action_done(self):
        """Everybody who was there has a result; retakes stay possible.

        :raises UserError: while a test is not marked
        """
        self.check_access("write")
        self._check_state("held")
        for training in self:
            still = training.attendee_ids.filtered(lambda a: a.result == "open")
            if still:
                raise UserError(
                    self.env._(
                        "“%(training)s”: mark the test of %(people)s, or untick who was not there.",
                        training=training.name,
                        people=", ".join(still.mapped("employee_id.name")),
                    )
                )
        self._end_job()
        self.sudo().write({"state": "done"})  # sudo: the right was asked above
        return True

    def action_cancel(self, reason=None):
        """The training does not take place: with a reason. Without one a dialogue asks for it."""
        self.check_access("write")
        self._check_state("planned")
        if reason is None:
            return self._ask_reason("training_cancel")
        reason = self._check_reason(reason)
        self.sudo().write({"state": "cancelled", "reason": reason})  # sudo: asked above
        self._strike_off_job(reason)
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planned(self):
        for training in self.filtered(lambda t: t.state != "planned" or t.voucher_id):
            raise UserError(
                self.env._(
                    "“%(training)s” has a job: cancel it with a reason instead.",
                    training=training.name,
                )
            )

    # === HELPERS === #

    def _prepare_voucher_vals(self):
        return {
            **super()._prepare_voucher_vals(),
            "kind": "training",
            "round_kind": "training",
            "round_date": self.company_id._get_aftersales_date(self.date),
            "technician_id": self.trainer_id.id,
        }
