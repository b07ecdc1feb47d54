# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

GROUNDS = [
    ("words", "Words"),
    ("conduct", "Conduct"),
    ("attitude", "Attitude"),
    ("manner", "Manner"),
]
FINDING_FIELDS = frozenset({"finding", "proof", "ground", "harmed", "harm_proved", "weight"})


class AftersalesComplaint(models.Model):
    """Whether it was true, by which proof, and what follows for the employee (S11)."""

    _inherit = "aftersales.complaint"

    finding = fields.Selection(
        [("open", "Open"), ("true", "Found True"), ("not_true", "Found Not True")],
        string="Judgement",
        default="open",
        required=True,
        copy=False,
        tracking=True,
        index=True,
    )
    proof = fields.Text(copy=False, help="What proves it, or shows that it is not so.")
    ground = fields.Selection(
        GROUNDS,
        copy=False,
        help="What of the employee's it was: discipline needs one (S11).",
    )
    harmed = fields.Boolean(
        string="Harmed the Company", copy=False, help="It did harm to the company, of any kind."
    )
    harm_proved = fields.Boolean(
        copy=False, help="The harm is proved, not presumed. Only then it counts (S11)."
    )
    judged_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    discipline_ids = fields.One2many(
        "aftersales.discipline",
        "complaint_id",
        readonly=True,
        groups="aftersales_service.group_service_quality,hr.group_hr_user",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Judgements are a quality engineer's, also on a new complaint.

        :raises AccessError: when somebody else passes one
        """
        if any(FINDING_FIELDS.intersection(self._get_told(vals)) for vals in vals_list):
            self._check_judge()
        return super().create(vals_list)

    def write(self, vals):
        """Judgements are a quality engineer's, and nobody judges himself.

        :raises AccessError: to everybody else
        """
        if FINDING_FIELDS.intersection(vals):
            self._check_judge()
        return super().write(vals)

    # === ACTIONS === #

    def action_judge(self):
        """Close settled complaints by their judgement; discipline follows where it counts.

        A media report may be judged without having been settled with anybody.

        :raises UserError: when nothing was found yet, or the compensation is undecided
        """
        self._check_judge()
        for complaint in self:
            early = ("open", "answered") if complaint.kind == "media" else ()
            complaint._check_state("settled", *early)
            complaint._check_finding()
        now = fields.Datetime.now()
        self._write_step({"state": "closed", "closed_at": now, "judged_by_id": self.env.uid})
        counting = self.filtered(lambda complaint: complaint._counts_against_employee())
        # sudo: nobody enters discipline by hand; the judgement makes it.
        self.env["aftersales.discipline"].sudo()._create_from_complaints(counting.sudo())
        return True

    # === BUSINESS METHODS === #

    def _counts_against_employee(self):
        """True, proved, and harm was done by words, conduct, attitude or manner (S11)."""
        self.ensure_one()
        return bool(
            self.employee_id
            and self.finding == "true"
            and self.ground
            and self.harmed
            and self.harm_proved
        )

    # === HELPERS === #

    @api.model
    def _get_told(self, vals):
        """What of these values is more than the default."""
        told = {}
        for name, value in vals.items():
            default = {"finding": "open", "weight": 1.0}.get(name, False)
            if (value or False) != default:
                told[name] = value
        return told

    def _check_judge(self):
        self._check_group(
            "aftersales_service.group_service_quality",
            self.env._("Only a quality engineer judges complaints (S11): ask one."),
        )
        self._check_no_party()

    def _check_finding(self):
        """What a judgement needs.

        :raises UserError: naming what is missing
        """
        self.ensure_one()
        if self.finding == "open":
            raise UserError(
                self.env._(
                    "%(complaint)s: enter on the page “Judgement” whether it was found true.",
                    complaint=self.display_name,
                )
            )
        if self.finding == "true" and not (self.proof or "").strip():
            raise UserError(
                self.env._(
                    "%(complaint)s was found true: write what proves it.",
                    complaint=self.display_name,
                )
            )
        if self.harm_proved and not self.harmed:
            raise UserError(
                self.env._(
                    "%(complaint)s: harm that was not done cannot be proved. Tick both or none.",
                    complaint=self.display_name,
                )
            )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"judged_by_id"}
