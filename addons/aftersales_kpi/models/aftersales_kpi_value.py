# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields

from .aftersales_kpi_subject_mixin import SUBJECT_FIELDS


class AftersalesKpiValue(models.Model):
    """A figure that no document holds, typed or imported with its evidence (K2, K4).

    It counts once it is confirmed, and does not change any more: a correction is another figure,
    which supersedes it. Sheets that were agreed keep what they were agreed with.
    """

    _name = "aftersales.kpi.value"
    _description = "Typed Figure"
    _inherit = [
        "aftersales.kpi.figure.mixin",
        "aftersales.guarded.mixin",
        "aftersales.state.mixin",
        "mail.thread",
    ]
    _order = "period_start desc, indicator_id, id desc"
    _check_company_auto = True

    indicator_id = fields.Many2one(
        domain="[('measure', '=', 'manual')]", tracking=True, help="What the figure is about."
    )
    period_start = fields.Date(tracking=True)
    choice_id = fields.Many2one(
        "aftersales.kpi.choice",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('indicator_id', '=', indicator_id)]",
        tracking=True,
        help="The named answer, where the indicator has such.",
    )
    has_choices = fields.Boolean(
        compute="_compute_has_choices", help="The indicator is answered by named choices."
    )
    value = fields.Float(
        string="Figure",
        compute="_compute_value",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    note = fields.Text(help="How the figure came about, for the one who is measured.")
    attachment_ids = fields.One2many(
        "ir.attachment",
        "res_id",
        string="Evidence",
        domain=lambda self: [("res_model", "=", self._name)],
        help="Documents that the figure is taken from. Those of a confirmed figure stay.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed"), ("superseded", "Superseded")],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        tracking=True,
        help="Draft: does not count yet. Confirmed: counts, and does not change. Superseded: "
        "another figure took its place.",
    )
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_at = fields.Datetime(readonly=True, copy=False)
    corrects_id = fields.Many2one(
        "aftersales.kpi.value",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The confirmed figure that this one takes the place of, once it is confirmed.",
    )
    correction_ids = fields.One2many("aftersales.kpi.value", "corrects_id", readonly=True)

    # Without the dealer's own column: merging two contacts would delete one of the figures.
    _confirmed_once = models.UniqueIndex(
        "(indicator_id, company_id, subject_kind, subject_res_id, period_start)"
        " WHERE state = 'confirmed'",
        "A confirmed figure of this indicator is there for the same subject and month already: "
        "correct that one.",
    )
    _period_start_first = models.Constraint(
        "CHECK (EXTRACT(DAY FROM period_start) = 1)", "A figure is of a whole month."
    )

    @api.depends("indicator_id")
    def _compute_has_choices(self):
        for figure in self:
            figure.has_choices = bool(figure.indicator_id.choice_ids)

    @api.depends("choice_id")
    def _compute_value(self):
        """The choice's figure of now: changing the choice later moves nothing."""
        for figure in self:
            if figure.choice_id:
                figure.value = figure.choice_id.value

    @api.constrains("indicator_id", "choice_id", "value")
    def _check_choice(self):
        for figure in self:
            indicator, choice = figure.indicator_id, figure.choice_id
            if indicator.measure != "manual":
                raise ValidationError(
                    self.env._(
                        "Indicator %s is computed from documents: only typed indicators take "
                        "figures.",
                        indicator.display_name,
                    )
                )
            if (choice or indicator.choice_ids) and (
                choice.indicator_id != indicator or choice.value != figure.value
            ):
                raise ValidationError(
                    self.env._(
                        "“%(figure)s” is not one of the choices of its indicator: %(choices)s. "
                        "Choose one.",
                        figure=figure.display_name,
                        choices=", ".join(indicator.choice_ids.mapped("name")) or "–",
                    )
                )

    # === CRUD METHODS === #

    def write(self, vals):
        """Refuse changes of a figure that is confirmed.

        :raises UserError: naming the figure and what to do instead
        """
        if not self.env.su and get_business_fields(vals) - {"attachment_ids"}:
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        self._check_draft()

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "state",
            "confirmed_by_id",
            "confirmed_at",
            "corrects_id",
            "correction_ids",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by Confirm and Correct, not entered.")

    # === ACTIONS === #

    def action_confirm(self):
        """Let drafts count; who and when is kept. What they correct is superseded.

        :raises AccessError: when the user is not a KPI manager
        :raises UserError: without the evidence that the indicator asks for
        """
        self._check_manager()
        self._check_state("draft")
        self._check_evidence()
        # sudo: only these methods write the state; the user was checked to be a KPI manager who
        # may write these figures.
        drafts = self.sudo()
        drafts.corrects_id.write({"state": "superseded"})
        drafts.flush_recordset()
        drafts.corrects_id.flush_recordset()
        drafts.write(
            {
                "state": "confirmed",
                "confirmed_by_id": self.env.uid,
                "confirmed_at": fields.Datetime.now(),
            }
        )
        drafts.flush_recordset()
        return True

    def action_correct(self):
        """Open a draft that will take the place of a confirmed figure.

        :raises AccessError: when the user is not a KPI manager
        """
        self.ensure_one()
        self._check_manager()
        self._check_state("confirmed")
        correction = self.correction_ids.filtered(lambda figure: figure.state == "draft")[:1]
        if not correction:
            # sudo: what it corrects is written by this method only; the right was checked.
            correction = self.sudo().copy({"corrects_id": self.id}).sudo(False)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": correction.id,
            "view_mode": "form",
        }

    # === HELPERS === #

    def _check_manager(self):
        self.check_access("write")
        if not (self.env.su or self.env.user.has_group("aftersales_kpi.group_kpi_manager")):
            raise AccessError(self.env._("Only a KPI manager confirms typed figures: ask yours."))

    def _check_draft(self):
        for figure in self:
            if figure.state != "draft":
                raise UserError(
                    self.env._(
                        "“%(figure)s” is %(state)s and does not change any more: open the "
                        "confirmed one and press Correct.",
                        figure=figure.display_name,
                        state=figure._get_state_label().lower(),
                    )
                )

    def _check_evidence(self):
        for figure in self:
            if figure.indicator_id.needs_evidence and not figure.attachment_ids:
                raise UserError(
                    self.env._(
                        "“%s” needs evidence: attach the document that it is taken from first.",
                        figure.display_name,
                    )
                )

    @api.model
    def _prepare_vals(self, indicator, company, kind, subject, month):
        """Values that say what a figure is about; :meth:`create` wants ``value`` besides."""
        return {
            "indicator_id": indicator.id,
            "company_id": company.id,
            "period_start": month,
            **dict.fromkeys(SUBJECT_FIELDS.values(), False),
            **self._prepare_subject_vals(kind, subject.id),
        }
