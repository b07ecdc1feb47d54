# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields

# What somebody enters who does the step; the rest is the template's.
ANSWER_FIELDS = frozenset({"tick", "result", "text", "number", "photo", "note"})
# Only code that holds this object may stamp a step; see ``aftersales.step.mixin``.
STAMP_SENTINEL = object()


class AftersalesChecklistLine(models.Model):
    """A step of a checklist on a job: what was found, by whom and when (S2, S5, S23).

    The job copied it from its template when the phase began; who answered it is stamped.
    """

    _name = "aftersales.checklist.line"
    _description = "Checklist Step of a Job"
    _inherit = ["aftersales.checklist.step.mixin", "aftersales.protected.mixin"]
    _order = "voucher_id, phase_sequence, repair_id, sequence, id"
    _check_company_auto = True

    voucher_id = fields.Many2one(
        "aftersales.voucher", required=True, index=True, ondelete="cascade", string="Job"
    )
    company_id = fields.Many2one(related="voucher_id.company_id", store=True, precompute=True)
    repair_id = fields.Many2one(
        "repair.order",
        string="Repair Card",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Card whose goods the step is about; empty: the whole job.",
    )
    checklist_id = fields.Many2one(
        "aftersales.checklist",
        index="btree_not_null",
        ondelete="set null",
        help="Template that the step was copied from.",
    )
    phase = fields.Selection("_selection_phase", required=True, help="Phase of the job.")
    phase_sequence = fields.Integer(
        compute="_compute_phase_sequence", store=True, precompute=True, help="Order of the phases."
    )
    name = fields.Char(string="Step", required=True)
    tick = fields.Boolean(string="Done", help="Ticked: done. Confirms a number that is zero, too.")
    result = fields.Selection(
        [("ok", "OK"), ("not_ok", "Not OK"), ("na", "N.A.")], help="What was found."
    )
    text = fields.Char(help="What was found, in words.")
    number = fields.Float(help="What was measured.", aggregator=None)
    # Not an attachment: what was found does not change once the customer has signed.
    photo = fields.Image(attachment=False, max_width=1024, max_height=1024, help="What was seen.")
    note = fields.Char(string="Remark", help="What to tell besides the answer.")
    answer = fields.Char(
        string="Found", compute="_compute_answer", help="The answer in words, as it is printed."
    )
    is_answered = fields.Boolean(
        compute="_compute_is_answered", store=True, precompute=True, string="Answered"
    )
    is_finding = fields.Boolean(
        compute="_compute_is_answered",
        store=True,
        precompute=True,
        string="Finding",
        help="Not in order: answered with Not OK, or outside the limits.",
    )
    done_by_id = fields.Many2one("res.users", readonly=True, string="Answered By")
    done_at = fields.Datetime(readonly=True, string="Answered On")

    # === COMPUTE METHODS === #

    @api.model
    def _selection_phase(self):
        """Phases of a job."""
        return self.env["aftersales.checklist"]._fields["phase"]._description_selection(self.env)

    @api.depends("phase")
    def _compute_phase_sequence(self):
        order = self.env["aftersales.checklist"]._fields["phase"].get_values(self.env)
        for line in self:
            line.phase_sequence = order.index(line.phase) if line.phase else 0

    @api.depends("answer_kind", "tick", "result", "text", "number", "photo")
    def _compute_is_answered(self):
        for line in self:
            kind = line.answer_kind
            line.is_answered = bool(
                (line.number or line.tick)
                if kind == "number"
                else (line.text or "").strip()
                if kind == "text"
                else line[kind]
            )
            line.is_finding = line.is_answered and (
                (kind == "result" and line.result == "not_ok")
                or (kind == "number" and not line._is_inside())
            )

    @api.depends("answer_kind", "tick", "result", "text", "number", "unit", "is_answered")
    @api.depends_context("lang")
    def _compute_answer(self):
        labels = dict(self._fields["result"]._description_selection(self.env))
        for line in self:
            kind = line.answer_kind
            if not line.is_answered:
                line.answer = ""
            elif kind == "result":
                line.answer = labels[line.result]
            elif kind == "text":
                line.answer = line.text
            elif kind == "number":
                line.answer = f"{line.number:g} {line.unit or ''}".strip()
            else:
                line.answer = "✓"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Add steps to a job that is open.

        :raises UserError: when the job is signed or struck off, or a stamp is passed
        """
        for vals in vals_list:
            self._check_protected(vals)
        lines = super().create(vals_list)
        lines._check_open_job()
        lines.filtered("is_answered")._stamp()
        return lines

    def write(self, vals):
        """Answer steps; who did and when is stamped.

        :raises AccessError: when somebody changes the step instead of answering it, or answers
            the supervisor's inspection
        :raises UserError: when the job is signed or struck off, or a stamp is passed
        """
        if self.env.context.get("aftersales_stamp") is STAMP_SENTINEL:
            return super().write(vals)
        self._check_protected(vals)
        self._check_role(vals)
        if get_business_fields(vals):
            self._check_open_job()
        result = super().write(vals)
        if ANSWER_FIELDS.intersection(vals):
            self._stamp()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._check_open_job()

    # === BUSINESS METHODS === #

    def _clear(self):
        """Take the answers back: the step has to be done again, as after a repair sent back."""
        blank = {name: False for name in ANSWER_FIELDS}
        stamps = {"done_by_id": False, "done_at": False}
        self.with_context(aftersales_stamp=STAMP_SENTINEL).write({**blank, **stamps})

    def _check_answered(self):
        """Refuse to go on while a required step is open.

        :raises UserError: naming the job, the phase and the first open steps
        """
        still_open = self.filtered(lambda line: line.required and not line.is_answered)
        if still_open:
            phase = still_open[0].phase
            steps = still_open.filtered(lambda line: line.phase == phase)
            raise UserError(
                self.env._(
                    "%(job)s: the checklist of phase %(phase)s is not complete. Answer: %(steps)s.",
                    job=(steps[0].repair_id or steps[0].voucher_id).display_name,
                    phase=dict(self._selection_phase())[phase],
                    steps=", ".join(f"“{name}”" for name in steps[:5].mapped("name"))
                    + (" …" if len(steps) > 5 else ""),
                )
            )

    # === HELPERS === #

    def _is_inside(self):
        """Does the number keep its limits? Both alike means that there are none."""
        self.ensure_one()
        low, high = self.number_min, self.number_max
        return low == high or low <= self.number <= high

    def _stamp(self):
        """Who answered, when; an answer taken back leaves no stamp."""
        now = fields.Datetime.now()
        answered = self.filtered("is_answered")
        stamped = self.with_context(aftersales_stamp=STAMP_SENTINEL)
        (stamped & answered).write({"done_by_id": self.env.uid, "done_at": now})
        (stamped - answered).write({"done_by_id": False, "done_at": False})

    def _check_role(self, vals):
        """A technician answers; the supervisor changes steps and inspects (S5)."""
        user = self.env.user
        if self.env.su or user.has_group("aftersales_service.group_service_supervisor"):
            return
        if get_business_fields(vals) - ANSWER_FIELDS:
            raise AccessError(
                self.env._("Only a service supervisor changes the steps of a checklist: ask yours.")
            )
        if any(line.phase == "inspection" for line in self):
            raise AccessError(
                self.env._("Only a service supervisor inspects a repair (S5): ask yours.")
            )

    def _check_open_job(self):
        for line in self:
            if line.voucher_id._is_frozen():
                raise UserError(
                    self.env._(
                        "%(voucher)s is %(state)s: its checklists do not change any more.",
                        voucher=line.voucher_id.display_name,
                        state=line.voucher_id._get_state_label().lower(),
                    )
                )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"done_by_id", "done_at", "is_finding"}

    @api.model
    def _get_protected_advice(self):
        return self.env._("stamped when the step is answered.")
