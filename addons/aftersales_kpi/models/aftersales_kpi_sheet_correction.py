# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesKpiSheet(models.Model):
    """Corrections: a locked sheet never changes; a new revision of it replaces it, for a reason.

    The correction is computed, discussed and agreed as any sheet. From its agreement on it counts,
    and the old one says by which it was replaced.
    """

    _inherit = "aftersales.kpi.sheet"

    corrects_id = fields.Many2one(
        "aftersales.kpi.sheet",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The locked sheet that this one corrects.",
    )
    correction_reason = fields.Text(readonly=True, copy=False, help="Why it is corrected.")
    superseded_by_id = fields.Many2one(
        "aftersales.kpi.sheet",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        string="Replaced By",
        help="The agreed correction that counts instead of this sheet.",
    )

    def action_agree(self):
        """From here on a correction counts instead of the sheet it corrects."""
        result = super().action_agree()
        for sheet in self.filtered("corrects_id"):
            # sudo: the employee only reads sheets; the agreement was checked and written.
            sheet.corrects_id.sudo()._write_step({"superseded_by_id": sheet.id})
        return result

    def action_correct(self):
        """Open the dialog in which a locked sheet is corrected."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_kpi_correct_action"
        )
        action["context"] = {"default_sheet_id": self.id}
        return action

    def _correct(self, reason):
        """Start a correction of a locked sheet: its figures as they are measured today.

        :param str reason: why
        :return: the new sheet, in state computed
        :raises AccessError: when the user is not a KPI manager
        :raises UserError: when the sheet is not locked, or a correction is under way
        """
        self.ensure_one()
        self._check_manager()
        self._check_state("locked")
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why %s has to be corrected.", self.display_name))
        newer = self.search([("corrects_id", "=", self.id)], limit=1)
        if newer:
            raise UserError(
                self.env._(
                    "%(sheet)s has a correction already: go on with %(newer)s.",
                    sheet=self.display_name,
                    newer=newer.display_name,
                )
            )
        # sudo: nobody has the right to create sheets by hand; the user is a KPI manager.
        correction = self._with_step().sudo().create(self._prepare_correction_vals(reason))
        correction = correction.with_env(self.env)
        correction.action_recompute()
        return correction

    def _prepare_correction_vals(self, reason):
        """Values of the new revision; computing it fills the rest."""
        subject = self._get_subject()
        return {
            **self._prepare_subject_vals(self.subject_kind, subject.id),
            "company_id": self.company_id.id,
            "scheme_id": self.scheme_id.id,
            "period": self.period,
            "period_start": self.period_start,
            "par_score": self.par_score,
            "revision": self.revision + 1,
            "corrects_id": self.id,
            "correction_reason": reason,
        }
