# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields

from .aftersales_complaint_finding import GROUNDS

STEPS = [
    ("warning", "Warning"),
    ("penalty", "Penalty"),
    ("dismissal", "Proposal of Dismissal"),
]


class AftersalesDiscipline(models.Model):
    """What follows for an employee from a complaint that was found true (S11).

    First a warning, second a penalty, third a proposal of dismissal, within the company's months.
    The judgement makes the record; HR decides on it; the employee acknowledges it. What the
    complaint said is copied: the employee does not read the complaint itself.
    """

    _name = "aftersales.discipline"
    _description = "Discipline"
    _inherit = [
        "aftersales.guarded.mixin",
        "aftersales.reasoned.mixin",
        "aftersales.state.mixin",
        "mail.thread",
    ]
    _order = "date desc, id desc"
    _mail_post_access = "read"

    employee_id = fields.Many2one(
        "hr.employee", required=True, readonly=True, index=True, ondelete="restrict"
    )
    employee_user_id = fields.Many2one(
        "res.users", related="employee_id.user_id", store=True, index="btree_not_null"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    complaint_id = fields.Many2one(
        "aftersales.complaint",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        groups="aftersales_service.group_service_quality",
    )
    complaint_name = fields.Char(
        string="From Complaint", readonly=True, help="Number of the complaint."
    )
    date = fields.Date(
        required=True,
        readonly=True,
        help="Day of the judgement, in the company's time: the ladder is counted at it.",
    )
    step = fields.Selection(
        STEPS,
        required=True,
        readonly=True,
        tracking=True,
        help="First a warning, second a penalty, third a proposal of dismissal within the "
        "company's months (S11).",
    )
    earlier_ids = fields.Many2many(
        "aftersales.discipline",
        "aftersales_discipline_earlier_rel",
        "discipline_id",
        "earlier_id",
        string="After",
        readonly=True,
        help="Earlier ones that were counted.",
    )
    ground = fields.Selection(GROUNDS, readonly=True, help="What of the employee's it was.")
    proof = fields.Text(readonly=True, help="What proves it, as the judgement says.")
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("decided", "Decided"),
            ("acknowledged", "Acknowledged"),
            ("withdrawn", "Withdrawn"),
        ],
        default="proposed",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
        help="Proposed by the judgement, decided by HR, acknowledged by the employee.",
    )
    measure = fields.Text(
        help="What exactly is done: words of the warning, the penalty, the talk. HR writes it."
    )
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    acknowledged_at = fields.Datetime(
        readonly=True, help="When the employee took note of it; it is no consent."
    )
    withdraw_reason = fields.Char(readonly=True)
    is_own = fields.Boolean(compute="_compute_is_own")

    _complaint_uniq = models.UniqueIndex(
        "(complaint_id)", "This complaint has led to a discipline record already."
    )

    # === COMPUTE METHODS === #

    @api.depends("step", "employee_id", "date")
    def _compute_display_name(self):
        labels = dict(self._fields["step"]._description_selection(self.env))
        for discipline in self:
            # sudo: the employee's name, to whoever may see the record.
            name = discipline.sudo().employee_id.name
            discipline.display_name = f"{labels.get(discipline.step, '')}: {name or ''}"

    @api.depends_context("uid")
    @api.depends("employee_user_id")
    def _compute_is_own(self):
        for discipline in self:
            discipline.is_own = discipline.employee_user_id == self.env.user

    # === CRUD METHODS === #

    def write(self, vals):
        """What is decided does not change; nobody writes on his own record.

        :raises AccessError: to the employee whom it is about
        :raises UserError: on the measure of a decided one
        """
        if not self.env.su:
            self._check_no_party()
            if "measure" in vals:
                self._check_state("proposed")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        """A record that would not count any more would change the ladder: withdraw it."""
        raise UserError(
            self.env._(
                "Discipline is not deleted: withdraw %s with a reason.", self[:1].display_name
            )
        )

    # === ACTIONS === #

    def action_decide(self):
        """HR decides that the step is taken.

        :raises UserError: when the measure is not written down
        """
        self._check_hr()
        self._check_state("proposed")
        for discipline in self:
            if not (discipline.measure or "").strip():
                raise UserError(
                    self.env._(
                        "Write the measure first: what exactly follows for %(employee)s.",
                        employee=discipline.employee_id.name,
                    )
                )
        self._write_step(
            {
                "state": "decided",
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )
        for discipline in self.filtered("employee_user_id"):
            discipline.message_notify(
                partner_ids=discipline.employee_user_id.partner_id.ids,
                subject=self.env._("A decision that concerns you"),
                body=self.env._("Please read it and acknowledge that you have."),
            )
        return True

    def action_acknowledge(self):
        """The employee has read it.

        :raises AccessError: to anybody else
        """
        self.check_access("read")
        for discipline in self:
            if discipline.employee_user_id != self.env.user:
                raise AccessError(self.env._("Only the employee whom it is about acknowledges it."))
        self._check_state("decided")
        # sudo: the employee writes nothing but that he has read it; that it is his is checked.
        self.sudo().write({"state": "acknowledged", "acknowledged_at": fields.Datetime.now()})
        return True

    def action_withdraw(self, reason=None):
        """HR takes one back: it counts no more in the ladder of later ones.

        :param str reason: why; without it a dialogue asks
        """
        self._check_hr()
        self._check_state("proposed", "decided", "acknowledged")
        if reason is None:
            return self._ask_reason("discipline_withdraw")
        reason = self._check_reason(reason)
        self._write_step({"state": "withdrawn", "withdraw_reason": reason})
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _create_from_complaints(self, complaints):
        """Make the record that each judgement leads to, one after the other (S11)."""
        for complaint in complaints:
            date = complaint.company_id._get_aftersales_date(complaint.closed_at)
            self._lock_ladder(complaint.employee_id)
            earlier = self._get_counted(complaint.employee_id, complaint.company_id, date)
            step = STEPS[min(len(earlier), len(STEPS) - 1)][0]
            self.create(
                {
                    "employee_id": complaint.employee_id.id,
                    "company_id": complaint.company_id.id,
                    "complaint_id": complaint.id,
                    "complaint_name": complaint.name,
                    "date": date,
                    "step": step,
                    "earlier_ids": [fields.Command.set(earlier.ids)],
                    "ground": complaint.ground,
                    "proof": complaint.proof,
                }
            )

    @api.model
    def _get_counted(self, employee, company, date):
        """Earlier records of an employee that count in the ladder on a day.

        One of exactly so many months ago has lapsed: the window is [date − months, date].
        """
        since = date - relativedelta(months=company.aftersales_discipline_months)
        return self.search(
            [
                ("employee_id", "=", employee.id),
                ("company_id", "=", company.id),
                ("state", "!=", "withdrawn"),
                ("date", ">", since),
                ("date", "<=", date),
            ]
        )

    @api.model
    def _lock_ladder(self, employee):
        """Two judgements about one employee at the same moment: the second counts the first.

        The counter is written before it is read, so that the later transaction fails to
        serialize and is tried again by Odoo.
        """
        employee.discipline_count += 1
        employee.flush_recordset(["discipline_count"])

    # === HELPERS === #

    def _write_step(self, vals):
        self.check_access("write")
        # sudo: see ``aftersales.guarded.mixin``; the right was checked.
        return self.sudo().write(vals)

    def _check_hr(self):
        if not (self.env.su or self.env.user.has_group("hr.group_hr_user")):
            raise AccessError(
                self.env._("Only HR decides on discipline (S11): ask an officer of HR.")
            )
        self._check_no_party()

    def _check_no_party(self):
        """Nobody decides about himself."""
        if not self.env.su and self.env.user in self.sudo().employee_user_id:
            raise AccessError(self.env._("This record is about yourself: somebody else decides."))

    @api.model
    def _get_protected_fields(self):
        # All of it but the measure.
        return super()._get_protected_fields() | get_business_fields(self._fields) - {"measure"}

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the judgement and by the decision of HR. Use the buttons.")
