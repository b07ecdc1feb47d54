# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from .aftersales_campaign_line import CAMPAIGN_SENTINEL
from .aftersales_voucher import OPEN_STATES


class AftersalesVoucher(models.Model):
    """Whoever handles a job learns that an open campaign holds for its unit (S13)."""

    _inherit = "aftersales.voucher"

    campaign_unit_ids = fields.One2many(
        "aftersales.campaign.unit",
        "voucher_id",
        string="Campaigns",
        readonly=True,
        copy=False,
        help="Campaigns whose work is done on this job.",
    )
    campaign_notice = fields.Char(
        compute="_compute_campaign_notice",
        string="Open Campaigns",
        help="Open campaigns of this unit whose work is on no job yet.",
    )

    # === COMPUTE METHODS === #

    @api.depends("lot_id", "state", "campaign_unit_ids")
    @api.depends_context("allowed_company_ids")
    def _compute_campaign_notice(self):
        waiting = self.lot_id._get_open_campaign_units()
        for voucher in self:
            units = waiting.get(voucher.lot_id._origin.id)
            is_open = voucher.state in OPEN_STATES
            names = units.campaign_id.mapped("display_name") if units and is_open else []
            voucher.campaign_notice = ", ".join(names)

    # === ACTIONS === #

    def action_add_campaign_work(self):
        """Put the work of the unit's open campaigns on this job.

        :raises UserError: when there is none, or the job is done
        """
        self.ensure_one()
        self._check_state(*OPEN_STATES)
        self.check_access("write")
        units = self.lot_id._get_open_campaign_units().get(self.lot_id.id)
        if not units:
            raise UserError(
                self.env._(
                    "No open campaign waits for unit %(unit)s.",
                    unit=self.lot_id.display_name or self.display_name,
                )
            )
        self.with_context(aftersales_campaign=CAMPAIGN_SENTINEL).write(
            {
                "line_ids": [
                    fields.Command.create(line._prepare_voucher_line_vals())
                    for line in units.campaign_id.line_ids
                ]
            }
        )
        for unit in units:
            unit._link_job(self)
        self.invalidate_recordset(["campaign_unit_ids", "campaign_notice"])
        if self.state in ("in_progress", "in_workshop"):
            self._begin_phases("work", "hand_over")
        return True

    # === STEPS === #

    def _done(self, at=None):
        """The unit has come: the campaign knows it."""
        result = super()._done(at)
        # sudo: technicians write nothing on campaigns; their job says what was done.
        for unit in self.sudo().campaign_unit_ids:
            voucher = unit.voucher_id
            unit.write({"state": "done", "done_on": voucher._get_company_date(voucher.done_at)})
        return result

    def _solve_by_phone(self, at=None):
        """No visit, no work: the unit is waited for again."""
        result = super()._solve_by_phone(at)
        self.sudo().campaign_unit_ids._release()  # sudo: as in `_done`
        return result

    def _cancel(self, reason, at=None):
        """Struck off: the unit is waited for again."""
        result = super()._cancel(reason, at)
        self.sudo().campaign_unit_ids._release()  # sudo: as in `_done`
        return result

    # === THE SCREEN OF A PHONE === #

    def _get_phone_job(self):
        """What the technician has to know of campaigns: what to do, or that one is open."""
        # sudo: technicians read no campaigns but those of the unit before them.
        on_job = self.sudo().campaign_unit_ids.campaign_id
        return {
            **super()._get_phone_job(),
            "campaign_notice": self.campaign_notice or "",
            "campaigns": [
                {"name": campaign.display_name, "instruction": campaign.instruction or ""}
                for campaign in on_job
            ],
        }

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"campaign_unit_ids"}
