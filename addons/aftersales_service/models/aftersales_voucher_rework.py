# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

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
        self.env["aftersales.voucher"].flush_model(
            ["company_id", "lot_id", "fault_id", "done_at", "state"]
        )
        since = asked._get_rework_windows()
        # Past the reader's rules: the earlier job may be another technician's; only its link is
        # shown.
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (asked.place) asked.place, earlier.id
                  FROM unnest(%s::int[], %s::int[], %s::int[], %s::int[], %s::timestamp[],
                              %s::timestamp[])
                       WITH ORDINALITY
                       AS asked (id, company_id, lot_id, fault_id, since, registered_at, place)
                  JOIN aftersales_voucher AS earlier
                    ON earlier.lot_id = asked.lot_id
                   AND earlier.fault_id = asked.fault_id
                   AND earlier.company_id = asked.company_id
                   AND earlier.id IS DISTINCT FROM asked.id
                   AND earlier.done_at BETWEEN asked.since AND asked.registered_at
                 WHERE earlier.state IN ('done', 'closed')
                   AND earlier.lot_id = ANY(%s)
                   AND earlier.done_at >= %s
                 ORDER BY asked.place, earlier.done_at DESC, earlier.id DESC""",
                [voucher._origin.id or None for voucher in asked],
                [voucher.company_id.id for voucher in asked],
                [voucher.lot_id._origin.id for voucher in asked],
                [voucher.fault_id._origin.id for voucher in asked],
                since,
                [voucher.registered_at for voucher in asked],
                asked.lot_id._origin.ids,
                min(since),
            )
        )
        vouchers = list(asked)
        return {vouchers[place - 1]: self.browse(earlier_id) for place, earlier_id in rows}

    def _get_rework_windows(self):
        """Since when an earlier job done makes each of these calls look like rework.

        :return: list of naive UTC datetimes, in the order of the records
        """
        days, starts = {}, []
        for voucher in self:
            company = voucher.company_id
            day = company._get_aftersales_date(voucher.registered_at)
            if (company, day) not in days:
                first = day - timedelta(days=company.aftersales_rework_days)
                days[company, day] = company._get_aftersales_bounds(first, first)[0]
            starts.append(days[company, day])
        return starts

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "rework_candidate_id",
            "rework_of_id",
            "rework_free_labour",
        }
