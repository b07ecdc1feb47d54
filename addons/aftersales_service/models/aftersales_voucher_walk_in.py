# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .aftersales_voucher import OPEN_STATES


class AftersalesVoucher(models.Model):
    """Walk-ins (S23): received by an adviser at the counter, without dispatch.

    What happened when is kept for on-time hand-over, visits and bay turnover: received, promised,
    ready, handed over.
    """

    _inherit = "aftersales.voucher"

    received_at = fields.Datetime(
        readonly=True,
        copy=False,
        index="btree_not_null",
        string="Reception",
        help="When the adviser received the walk-in.",
    )
    received_by_id = fields.Many2one(
        "res.users", string="Adviser", readonly=True, copy=False, help="Who received the walk-in."
    )
    promised_at = fields.Datetime(
        string="Promised Hand-Over",
        copy=False,
        index="btree_not_null",
        tracking=True,
        help="When the customer was promised to get it back.",
    )
    ready_at = fields.Datetime(
        readonly=True, copy=False, string="Ready", help="When it was ready to be handed over."
    )
    handed_over_at = fields.Datetime(
        readonly=True,
        copy=False,
        index="btree_not_null",
        string="Handed Over",
        help="When the customer got it back.",
    )
    is_on_time = fields.Boolean(
        compute="_compute_hand_over",
        store=True,
        precompute=True,
        string="Handed Over on Time",
        help="Handed over by the promised time; without a promise nothing was broken.",
    )
    on_time_rate = fields.Float(
        compute="_compute_hand_over",
        store=True,
        precompute=True,
        aggregator="avg",
        string="On Time",
        help="1 for a hand-over on time, 0 for a late one: the mean is the share on time.",
    )
    hand_over_delay = fields.Float(
        compute="_compute_hand_over",
        store=True,
        precompute=True,
        aggregator="avg",
        string="Delay (h)",
        help="Hours after the promised time; 0 where it was kept.",
    )
    hours_in_workshop = fields.Float(
        compute="_compute_hand_over",
        store=True,
        precompute=True,
        aggregator="avg",
        string="Stay (h)",
        help="Hours from reception to hand-over.",
    )

    # === COMPUTE METHODS === #

    @api.depends("received_at", "promised_at", "handed_over_at")
    def _compute_hand_over(self):
        for voucher in self:
            out, promised, received = (
                voucher.handed_over_at,
                voucher.promised_at,
                voucher.received_at,
            )
            late = bool(out and promised) and max((out - promised).total_seconds(), 0.0)
            voucher.is_on_time = bool(out) and not late
            voucher.on_time_rate = float(voucher.is_on_time)
            voucher.hand_over_delay = (late or 0.0) / 3600
            voucher.hours_in_workshop = (
                (out - received).total_seconds() / 3600 if out and received else 0.0
            )

    # === ACTIONS === #

    def action_receive(self):
        """Receive walk-ins: number, workshop, checklist of the reception (S23).

        :raises AccessError: for a technician: an adviser receives
        :raises UserError: when one is no walk-in, or lacks customer, outlet or promised time
        """
        self._check_group(
            "aftersales_service.group_service_clerk",
            self.env._("Only an adviser of the hotline receives walk-ins (S23)."),
        )
        self._receive()
        return True

    def action_start_work(self):
        """Work on received walk-ins begins, once the reception is complete.

        :raises UserError: when one was not received, or its reception is not complete
        """
        self.check_access("write")
        self._check_state("in_workshop")
        for voucher in self:
            if not voucher.received_at or voucher.started_at:
                raise UserError(
                    self.env._(
                        "%s is no walk-in that waits for its work to begin.", voucher.display_name
                    )
                )
        self._check_reception()
        self._write_stamped({}, ["started_at"])
        self._begin_phases("work")
        return True

    def action_ready(self):
        """The work on walk-ins is done: test drive and hand-over check begin (S23).

        :raises UserError: when work has not begun, a card is open, or a step of it is
        """
        self.check_access("write")
        self._check_state("in_workshop", "in_progress")
        for voucher in self:
            if not voucher.received_at or not voucher.started_at or voucher.ready_at:
                raise UserError(
                    self.env._("%s is no walk-in in work: start it first.", voucher.display_name)
                )
        self._check_cards_closed()
        lines = self._get_checklist_to_answer()
        lines.filtered(lambda line: line.phase == "work")._check_answered()
        self.filtered(lambda voucher: not voucher.repair_ids)._begin_phases("inspection")
        self._get_ready()
        return True

    # === STEPS === #

    def _receive(self, at=None):
        """See ``action_receive``; loaders of history pass ``at``."""
        self._check_state("registered")
        for voucher in self:
            if voucher.channel != "walk_in":
                raise UserError(
                    self.env._(
                        "%(voucher)s did not walk in (channel %(channel)s): dispatch it.",
                        voucher=voucher.display_name,
                        channel=dict(self._fields["channel"]._description_selection(self.env))[
                            voucher.channel
                        ],
                    )
                )
            if not voucher.promised_at and not at:
                raise UserError(
                    self.env._(
                        "Tell the customer of %s when he gets it back: enter the promised "
                        "hand-over.",
                        voucher.display_name,
                    )
                )
        for voucher in self:
            voucher.with_context(aftersales_receiving=True)._check_dispatchable()
        self._check_outlet_serves()
        # As in a dispatch: the state first, so that a second adviser stops at the row.
        self._write_stamped(
            {"state": "in_workshop", "received_by_id": self.env.uid}, ["received_at"], at
        )
        self._reserve_numbers()
        if not at:
            self._begin_phases("reception")

    def _done(self, at=None):
        """A walk-in is handed over when its customer signs; see ``_dispatch`` for ``at``."""
        walk_ins = self.filtered("received_at")
        if not at:
            for voucher in walk_ins.filtered(lambda voucher: not voucher.ready_at):
                raise UserError(
                    self.env._(
                        "%s is not ready: finish the work and its checks first (Ready for "
                        "Hand-Over).",
                        voucher.display_name,
                    )
                )
        result = super()._done(at)
        walk_ins._hand_over_walk_in(at)
        return result

    # === BUSINESS METHODS === #

    def _hand_over_walk_in(self, at=None):
        """Stamp the hand-over, once."""
        waiting = self.filtered(lambda v: v.received_at and not v.handed_over_at)
        waiting._write_stamped({}, ["handed_over_at"], at)

    def _get_ready(self):
        """The last card is passed, or the work without one is done."""
        result = super()._get_ready()
        self.filtered(lambda v: v.received_at and not v.ready_at)._write_stamped({}, ["ready_at"])
        return result

    def _get_numbered_at(self):
        return self.received_at or super()._get_numbered_at()

    def _enter_workshop(self):
        """Goods of a walk-in come in before its work begins."""
        begun = self.filtered("started_at")
        result = super()._enter_workshop()
        (self - begun).filtered("received_at")._write_step({"started_at": False})
        return result

    def _leave_workshop(self):
        """The customer of a walk-in has his goods back: it is handed over."""
        result = super()._leave_workshop()
        self.filtered(lambda voucher: not voucher.goods_in_house)._hand_over_walk_in()
        return result

    def _get_dispatch_fields(self):
        """A walk-in belongs to the counter; who works on it is decided later."""
        names = super()._get_dispatch_fields()
        if self.received_at or self.env.context.get("aftersales_receiving"):
            names = [name for name in names if name != "technician_id"]
        return names

    def _get_checklist_places(self):
        """A walk-in is a job of the workshop, without anything brought back from a site."""
        if self.received_at:
            return {"workshop", "walk_in"}
        return super()._get_checklist_places()

    @api.model
    def _get_sla_passed_domain(self):
        """Only what is still going on can be late (S8)."""
        domain = Domain("state", "in", OPEN_STATES) & Domain("handed_over_at", "=", False)
        return super()._get_sla_passed_domain() & domain

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "received_at",
            "received_by_id",
            "ready_at",
            "handed_over_at",
            "is_on_time",
            "on_time_rate",
            "hand_over_delay",
            "hours_in_workshop",
        }
