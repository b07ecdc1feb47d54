# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesVoucher(models.Model):
    """What the customer said afterwards, and whether that closes the job (S9)."""

    _inherit = "aftersales.voucher"

    callback_ids = fields.One2many(
        "aftersales.callback",
        "voucher_id",
        readonly=True,
        help="What was heard each time the customer was called back.",
    )
    first_callback_at = fields.Datetime(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="First callback that reached the customer (K2).",
    )
    callback_outcome = fields.Selection(
        selection=lambda self: (
            self.env["aftersales.callback"]._fields["outcome"]._description_selection(self.env)
        ),
        string="Last Callback",
        readonly=True,
        copy=False,
        help="What the last callback heard.",
    )
    callback_tries = fields.Integer(
        readonly=True, copy=False, help="Callbacks in a row without an answer."
    )

    callback_due_at = fields.Datetime(
        string="Call Back",
        compute="_compute_callback_due_at",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="When the customer is to be called: hours after the job is done, or the next try. "
        "Empty where nobody needs to be called.",
    )
    callback_user_id = fields.Many2one(
        "res.users",
        string="Called Back By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Who is on it, so that nobody is called by two people.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "state",
        "done_at",
        "callback_ids.called_at",
        "callback_ids.next_try_at",
        "followup_ids.state",
    )
    def _compute_callback_due_at(self):
        for voucher in self:
            voucher.callback_due_at = voucher._get_callback_due()

    # === ACTIONS === #

    def action_take_callback(self):
        """I am calling these customers; nobody else does (S9).

        :raises UserError: when somebody else is on it
        """
        self._check_caller()
        self._check_state("done")
        directs = self.env.user.has_group("aftersales_service.group_service_supervisor")
        for voucher in self:
            other = voucher.callback_user_id - self.env.user
            if other and not directs:
                raise UserError(
                    self.env._(
                        "%(caller)s is calling about %(voucher)s already.",
                        caller=other.name,
                        voucher=voucher.display_name,
                    )
                )
        # sudo: callers write nothing on a job but who is on it; their right was checked.
        self.sudo()._write_step({"callback_user_id": self.env.uid})
        return True

    def action_release_callback(self):
        """I am not calling after all: they are for anybody."""
        self._check_caller()
        mine = self.filtered(lambda voucher: voucher.callback_user_id == self.env.user)
        mine.sudo()._write_step({"callback_user_id": False})  # sudo: as in ``action_take_callback``
        return True

    def action_callback_satisfied(self):
        """One click: reached and satisfied, which closes the jobs (S9)."""
        return self._record_callbacks("satisfied")

    def action_callback_no_answer(self):
        """One click: nobody answered; the next try is proposed (S9)."""
        return self._record_callbacks("no_answer")

    def action_record_callback(self):
        """Open the dialogue that logs a callback (S9)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_callback_action_record"
        )
        action["context"] = {"default_voucher_id": self.id}
        return action

    # === BUSINESS METHODS === #

    def _apply_callbacks(self):
        """Take over what the callbacks heard; a satisfied one closes the job (S9)."""
        for voucher in self:
            calls = voucher.callback_ids.sorted(lambda call: (call.called_at, call.id))
            reached = calls.filtered(lambda call: call.outcome != "no_answer")
            last_reached = reached[-1:]
            tries = calls[list(calls).index(last_reached) + 1 :] if last_reached else calls
            voucher._write_step(
                {
                    "callback_outcome": calls[-1].outcome,
                    "callback_tries": len(tries),
                    "first_callback_at": reached[:1].called_at,
                }
            )
            satisfied = calls[-1].outcome == "satisfied"
            if satisfied and voucher.state == "done" and voucher._can_close():
                voucher._close(at=calls[-1].called_at)

    def _record_callbacks(self, outcome):
        self.env["aftersales.callback"].create(
            [{"voucher_id": voucher.id, "outcome": outcome} for voucher in self]
        )
        return True

    def _get_callback_due(self):
        """When the customer is to be called, or False.

        A follow-up carries the callback on: its customer is asked when that job is done.
        """
        self.ensure_one()
        if self.state != "done" or not self._needs_callback() or self._get_carrying_followups():
            return False
        last = self.callback_ids.sorted(lambda call: (call.called_at, call.id))[-1:]
        if last:
            return last.next_try_at or last.called_at
        return self.done_at + timedelta(hours=self.company_id.aftersales_callback_hours)

    def _needs_callback(self):
        """Is the customer to be called? Hook: who asked not to be contacted is not (S13)."""
        self.ensure_one()
        return self._has_customer()

    def _get_next_try(self, moment):
        """When to try again after a call without an answer: inside the company's working hours.

        :param datetime moment: when nobody answered, naive, in UTC
        """
        self.ensure_one()
        company = self.company_id
        proposed = moment + timedelta(hours=company.aftersales_callback_retry_hours)
        # sudo: callers read no calendars.
        calendar = company.sudo().resource_calendar_id
        if not calendar:
            return proposed
        start = pytz.utc.localize(proposed)
        intervals = calendar._work_intervals_batch(start, start + timedelta(days=14))[False]
        for begin, _end, _attendance in intervals:
            return max(start, begin).astimezone(pytz.utc).replace(tzinfo=None)
        return proposed

    def _check_caller(self):
        self._check_group(
            "aftersales_service.group_service_caller",
            self.env._("Only the hotline calls customers back (S9)."),
        )
        self.check_access("read")

    def _can_close(self):
        """May a done job be closed (S9)? Jobs without a customer need no callback."""
        self.ensure_one()
        if not self._has_customer():
            return True
        return self.callback_outcome == "satisfied" or (
            self.callback_outcome == "no_answer"
            and self.callback_tries >= self.company_id.aftersales_callback_tries
        )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "first_callback_at",
            "callback_outcome",
            "callback_tries",
            "callback_due_at",
            "callback_user_id",
        }
