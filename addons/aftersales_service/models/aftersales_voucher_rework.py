# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .aftersales_voucher import OPEN_STATES


class AftersalesVoucher(models.Model):
    """Jobs that repeat an earlier one: found by unit, fault and days, then confirmed (S18)."""

    _inherit = "aftersales.voucher"

    rework_candidate_id = fields.Many2one(
        "aftersales.voucher",
        compute="_compute_rework_candidate_id",
        store=True,
        precompute=True,
        string="Looks Like Rework of",
        index="btree_not_null",
        help="Earlier job on the same unit for the same fault inside the company's window.",
    )
    rework_of_id = fields.Many2one(
        "aftersales.voucher",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Earlier job that this one repeats, confirmed by the supervisor.",
    )
    rework_free_labour = fields.Boolean(
        readonly=True,
        copy=False,
        help="Rework that was confirmed before the job was done: its labour costs nothing (S18).",
    )

    # === COMPUTE METHODS === #

    @api.depends("lot_id", "fault_id", "registered_at", "followup_of_id")
    def _compute_rework_candidate_id(self):
        candidates = self._find_rework_candidates()
        for voucher in self:
            voucher.rework_candidate_id = candidates.get(voucher) or voucher._get_followed_rework()

    # === ACTIONS === #

    def action_confirm_rework(self):
        """The supervisor confirms that these jobs repeat earlier ones (S18).

        :raises UserError: when no earlier job was found
        """
        self._check_group(
            "aftersales_service.group_service_supervisor",
            self.env._("Only a service supervisor confirms rework (S18)."),
        )
        for voucher in self:
            if not voucher.rework_candidate_id:
                raise UserError(
                    self.env._(
                        "No earlier job on the same unit for the same fault was found for "
                        "%(voucher)s: check its unit and fault code.",
                        voucher=voucher.display_name,
                    )
                )
            voucher._confirm_rework()
        return True

    def action_reject_rework(self):
        """The supervisor takes a confirmation back, before the job is done (S18).

        :raises UserError: when a job is done, or was not confirmed as rework
        """
        self._check_group(
            "aftersales_service.group_service_supervisor",
            self.env._("Only a service supervisor takes a confirmed rework back (S18)."),
        )
        self._check_state(*OPEN_STATES)
        for voucher in self:
            if not voucher.rework_of_id:
                raise UserError(
                    self.env._(
                        "%(voucher)s is not confirmed as rework: there is nothing to take back.",
                        voucher=voucher.display_name,
                    )
                )
        # What the customer pays changes: he signs again.
        self._write_step({"rework_of_id": False, "rework_free_labour": False, "signature": False})
        return True

    # === BUSINESS METHODS === #

    def _confirm_rework(self):
        """Mark a job as rework; before it is done its labour costs the customer nothing (S18).

        What is done does not change any more: what was charged then is given back by a document
        of its own, and the job says so.
        """
        self.ensure_one()
        earlier = self.rework_candidate_id
        if not self._is_frozen():
            # What the customer pays changes: he signs again.
            self._write_step(
                {"rework_of_id": earlier.id, "rework_free_labour": True, "signature": False}
            )
            return
        self._write_step({"rework_of_id": earlier.id})
        charged = sum(line.amount_customer for line in self.line_ids if line.line_type == "labour")
        if charged:
            self.message_post(
                body=self.env._(
                    "Confirmed as rework of %(earlier)s after it was done: labour of %(amount)s "
                    "was charged and has to be credited (S18).",
                    earlier=earlier.display_name,
                    amount=self.currency_id.format(charged),
                )
            )

    def _get_followed_rework(self):
        """Job that a follow-up goes back to: its customer said that it was not mended (S9)."""
        self.ensure_one()
        first = self.followup_of_id
        mends = self.kind != "complaint" and first.done_at and not first.solved_by_phone
        return first if mends else self.browse()

    def _find_rework_candidates(self):
        """Earlier job each voucher repeats: same unit, same fault, inside the window (S18).

        The window counts days of the company's calendar from the day the first job was done.

        :return: dict {voucher: earlier voucher}, one query for the batch
        """
        asked = self.filtered(lambda v: v.lot_id and v.fault_id and v.registered_at)
        if not asked:
            return {}
        longest = max(asked.company_id.mapped("aftersales_rework_days"))
        # sudo: the earlier job may be another technician's; only its link is shown.
        earlier = self.sudo().search(
            [
                ("lot_id", "in", asked.lot_id.ids),
                ("fault_id", "in", asked.fault_id.ids),
                ("company_id", "in", asked.company_id.ids),
                ("done_at", ">=", min(asked.mapped("registered_at")) - timedelta(days=longest + 1)),
                ("state", "in", ("done", "closed")),
            ],
            order="done_at desc, id desc",
        )
        same = earlier.grouped(lambda v: (v.company_id, v.lot_id, v.fault_id))
        found = {}
        for voucher in asked:
            company = voucher.company_id
            registered = company._get_aftersales_date(voucher.registered_at)
            for candidate in same.get((company, voucher.lot_id, voucher.fault_id), ()):
                if (
                    candidate != voucher._origin
                    and candidate.done_at <= voucher.registered_at
                    and registered - company._get_aftersales_date(candidate.done_at)
                    <= timedelta(days=company.aftersales_rework_days)
                ):
                    found[voucher] = candidate
                    break
        return found

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "rework_candidate_id",
            "rework_of_id",
            "rework_free_labour",
        }
