# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.rate_table.calculators import to_decimal

from ..grading import grade
from ..measures import VALUE_STEP


class AftersalesKpiSheetLine(models.Model):
    """One indicator of a sheet that the employee disputes, and how it was settled (K4).

    Only this line waits. It ends with a figure that the manager confirms with evidence, or with
    the figure upheld for a reason; what was measured stays readable.
    """

    _inherit = "aftersales.kpi.sheet.line"

    dispute = fields.Selection(
        [("open", "Disputed"), ("corrected", "Corrected"), ("upheld", "Upheld")],
        readonly=True,
        index="btree_not_null",
        help="Disputed: waits for the manager's answer. Corrected: another figure was confirmed. "
        "Upheld: the figure stays, for a reason.",
    )
    dispute_comment = fields.Text(readonly=True, help="What the employee says against the figure.")
    disputed_by_id = fields.Many2one("res.users", readonly=True)
    disputed_at = fields.Datetime(readonly=True)
    settle_reason = fields.Text(readonly=True, help="What the manager answered.")
    settled_by_id = fields.Many2one("res.users", readonly=True)
    settled_at = fields.Datetime(readonly=True)
    measured_value = fields.Float(
        digits=(16, 4), readonly=True, aggregator="avg", help="The figure before it was corrected."
    )
    measured_points = fields.Float(
        digits=(16, 2), readonly=True, aggregator="avg", help="The points before the correction."
    )
    evidence_ids = fields.Many2many(
        "ir.attachment", readonly=True, help="Documents that the corrected figure rests on."
    )
    may_dispute = fields.Boolean(compute="_compute_may_dispute", help="The reader may dispute it.")
    dispute_words = fields.Text(
        compute="_compute_dispute_words", string="Dispute and Answer", help="Who said what."
    )

    @api.depends("dispute", "sheet_id.state", "sheet_id.agree_user_id")
    @api.depends_context("uid")
    def _compute_may_dispute(self):
        for line in self:
            line.may_dispute = not line.dispute and line.sheet_id._is_awaited()

    @api.depends("dispute", "dispute_comment", "settle_reason")
    @api.depends_context("lang")
    def _compute_dispute_words(self):
        for line in self:
            words = [line.dispute_comment or "", line.settle_reason or ""]
            line.dispute_words = "\n→ ".join(word for word in words if word)

    def action_dispute(self):
        """Open the dialog in which the employee says what is wrong with this figure."""
        return self._open_dialog("aftersales_kpi.aftersales_kpi_dispute_action")

    def action_settle(self):
        """Open the dialog in which the manager answers."""
        return self._open_dialog("aftersales_kpi.aftersales_kpi_settle_action")

    def _open_dialog(self, xmlid):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["context"] = {"default_line_id": self.id}
        return action

    # === BUSINESS METHODS === #

    def _dispute(self, comment):
        """The employee disputes this indicator; the others are not touched.

        :param str comment: what is wrong
        :raises AccessError: when somebody else disputes
        :raises UserError: when the sheet is not discussed, the line was settled, or nothing is said
        """
        self.ensure_one()
        sheet = self.sheet_id
        sheet.check_access("read")
        sheet._check_state("discussed")
        if not sheet._is_awaited():
            raise AccessError(
                self.env._(
                    "Only %(person)s disputes a figure of this KPI sheet.",
                    person=sheet.subject_name,
                )
            )
        if self.dispute:
            raise UserError(
                self.env._(
                    "Indicator %s was disputed already: it is disputed once, and then settled.",
                    self.indicator_id.name,
                )
            )
        comment = (comment or "").strip()
        if not comment:
            raise UserError(self.env._("Say what is wrong with the figure."))
        # sudo: employees only read their sheets; it was checked that the answer awaited is theirs.
        self.sudo()._write_step(
            {
                "dispute": "open",
                "dispute_comment": comment,
                "disputed_by_id": self.env.uid,
                "disputed_at": fields.Datetime.now(),
            }
        )
        sheet._tell_dispute(self)

    def _uphold(self, reason):
        """The manager keeps the figure.

        :param str reason: why; the employee reads it
        :raises UserError: when nothing is disputed, or no reason is given
        """
        self._check_settle(reason)
        self._settle({"dispute": "upheld", "settle_reason": reason.strip()})

    def _correct(self, value, evidence, reason):
        """The manager confirms another figure, by the terms that were agreed.

        :param float value: the figure, in the indicator's unit
        :param evidence: ``ir.attachment`` that it rests on
        :param str reason: what was wrong
        :raises UserError: when nothing is disputed, or evidence or reason is missing
        """
        self._check_settle(reason)
        if not evidence:
            raise UserError(
                self.env._(
                    "Attach what the corrected figure of %s rests on: a list, a picture, a mail.",
                    self.indicator_id.name,
                )
            )
        self._settle({"dispute": "corrected", "settle_reason": reason.strip()}, value, evidence)

    def _settle(self, vals, value=None, evidence=None):
        """Write the answer, and ask the employee for agreement once nothing waits."""
        vals |= {"settled_by_id": self.env.uid, "settled_at": fields.Datetime.now()}
        if value is not None:
            vals |= self._prepare_correction_vals(value)
            self._keep_evidence(evidence)
            vals["evidence_ids"] = [fields.Command.set(evidence.ids)]
        # sudo: lines are written by steps only; the user was checked to be a KPI manager.
        self.sudo()._write_step(vals)
        self.sheet_id._tell_settled(self)

    def _prepare_correction_vals(self, value):
        """A figure that was typed, graded by the line's own terms."""
        figure = to_decimal(value).quantize(VALUE_STEP)
        target = to_decimal(self.target)
        [found] = grade(self.terms, [figure], [target])
        return {
            "measured_value": self.value,
            "measured_points": self.points,
            "is_measured": True,
            "value": float(figure),
            "points": float(found.points),
            "trace": found.trace,
        }

    def _keep_evidence(self, evidence):
        """Documents belong to the sheet: who reads it reads them."""
        # sudo: they were uploaded by the manager to a dialog; now they are the sheet's.
        evidence.sudo().write({"res_model": self.sheet_id._name, "res_id": self.sheet_id.id})

    def _check_settle(self, reason):
        self.ensure_one()
        self.sheet_id._check_manager()
        self.sheet_id._check_state("discussed")
        if self.dispute != "open":
            raise UserError(
                self.env._(
                    "Indicator %s is not disputed: nothing to answer.", self.indicator_id.name
                )
            )
        if not (reason or "").strip():
            raise UserError(self.env._("Give a reason: the employee reads it."))
