# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesWelcomePack(models.Model):
    """Welcome pack of a new agent (N1): shop-front, promotion, manuals, brochures, shipment.

    It is due by the deadline policy of its own: within ten days, by the company's working hours
    (S8); the company changes the policy.
    """

    _name = "aftersales.welcome.pack"
    _description = "Welcome Pack"
    _inherit = [
        "aftersales.sla.mixin",
        "aftersales.guarded.mixin",
        "aftersales.reasoned.mixin",
        "aftersales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "started_at desc, id desc"
    _rec_name = "outlet_id"
    _check_company_auto = True
    _mail_post_access = "read"

    outlet_id = fields.Many2one(
        "aftersales.outlet", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(related="outlet_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        tracking=True,
        help="Answers for the whole pack, and for items without a person of their own.",
    )
    state = fields.Selection(
        [("open", "Under Way"), ("done", "Complete"), ("cancelled", "Cancelled")],
        default="open",
        required=True,
        readonly=True,
        tracking=True,
        group_expand=True,
    )
    started_at = fields.Datetime(
        required=True, readonly=True, copy=False, default=fields.Datetime.now
    )
    done_at = fields.Datetime(readonly=True, copy=False)
    cancelled_at = fields.Datetime(readonly=True, copy=False)
    cancel_reason = fields.Char(readonly=True, copy=False)
    item_ids = fields.One2many("aftersales.welcome.item", "pack_id", string="Items")
    progress = fields.Float(
        compute="_compute_progress", compute_sudo=True, help="Share of the items that are done."
    )
    due_at = fields.Datetime(
        string="Due", compute="_compute_due", compute_sudo=True, help="By the deadline policy."
    )
    is_late = fields.Boolean(
        string="Overdue", compute="_compute_due", search="_search_is_late", compute_sudo=True
    )

    _one_open = models.UniqueIndex(
        "(outlet_id) WHERE state = 'open'", "The outlet has a welcome pack under way already."
    )

    # === COMPUTE METHODS === #

    @api.depends("outlet_id")
    def _compute_display_name(self):
        for pack in self:
            pack.display_name = self.env._("Welcome pack of %s", pack.outlet_id.display_name or "")

    @api.depends("item_ids.state")
    def _compute_progress(self):
        for pack in self:
            items = pack.item_ids.filtered(lambda item: item.state != "skipped")
            done = items.filtered(lambda item: item.state == "done")
            pack.progress = 100.0 * len(done) / len(items) if items else 0.0

    @api.depends("sla_deadline_ids.state", "sla_deadline_ids.due_at")
    def _compute_due(self):
        now = fields.Datetime.now()
        for pack in self:
            deadlines = pack.sla_deadline_ids.filtered(lambda deadline: deadline.state != "dropped")
            pack.due_at = min(deadlines.mapped("due_at"), default=False)
            end = pack.done_at or pack.cancelled_at or now
            pack.is_late = bool(pack.due_at) and pack.due_at < end

    def _search_is_late(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        # sudo: only which packs are late is asked; their own rules then hold.
        deadlines = self.env["aftersales.sla.deadline"].sudo()
        late = deadlines.search(
            [("res_model", "=", self._name), ("due_at", "<", fields.Datetime.now())]
        ).filtered(lambda deadline: deadline.state in ("running", "overdue", "missed"))
        return [("id", "in", late.mapped("res_id"))]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Begin packs, with an item for each step of the company that they lack.

        :raises UserError: when the outlet has one under way
        """
        for vals in vals_list:
            outlet = self.env["aftersales.outlet"].browse(vals.get("outlet_id"))
            if outlet._get_open_pack():
                raise UserError(
                    self.env._(
                        "%(outlet)s has a welcome pack under way already: finish that one.",
                        outlet=outlet.display_name,
                    )
                )
        packs = super().create(vals_list)
        packs._add_items()
        return packs

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        for pack in self:
            if pack.state == "done":
                raise UserError(
                    self.env._("%s is complete: it stays on record.", pack.display_name)
                )

    # === ACTIONS === #

    def action_done(self):
        """The pack is complete.

        :raises UserError: naming the items that are open
        """
        self.check_access("write")
        self._check_state("open")
        for pack in self:
            waiting = pack.item_ids.filtered(lambda item: item.state == "open")
            if waiting or not pack.item_ids:
                raise UserError(
                    self.env._(
                        "%(pack)s is not complete: do or leave out %(items)s.",
                        pack=pack.display_name,
                        items=", ".join(waiting.mapped("name")) or self.env._("its items"),
                    )
                )
        self._finish()
        return True

    def action_cancel(self, reason=None):
        """Give the pack up with a reason, e.g. because the agent left.

        :param str reason: why; without it a dialogue asks
        :raises UserError: when it is closed already
        """
        self.check_access("write")
        self._check_state("open")
        if reason is None:
            return self._ask_reason("welcome_cancel")
        reason = self._check_reason(reason)
        # sudo: the state is written by the steps only; the right to write was checked.
        self.sudo().write(
            {
                "state": "cancelled",
                "cancelled_at": fields.Datetime.now(),
                "cancel_reason": reason,
            }
        )
        # At once: the index of open packs then lets the outlet begin another.
        self.flush_recordset(["state"])
        return True

    # === BUSINESS METHODS === #

    def _add_items(self):
        """An item for each step of the pack's company."""
        steps = self.env["aftersales.welcome.step"].search(
            [("company_id", "in", [False, *self.company_id.ids])]
        )
        self.env["aftersales.welcome.item"].create(
            [
                {
                    "pack_id": pack.id,
                    "step_id": step.id,
                    "name": step.name,
                    "sequence": step.sequence,
                    "is_shipment": step.is_shipment,
                    "user_id": (step.user_id or pack.user_id).id,
                    "note": step.note,
                }
                for pack in self
                for step in steps
                if not step.company_id or step.company_id == pack.company_id
            ]
        )

    def _finish_complete(self):
        """Packs whose last item was done are complete by themselves."""
        self.filtered(
            lambda pack: (
                pack.state == "open"
                and pack.item_ids
                and not pack.item_ids.filtered(lambda item: item.state == "open")
            )
        )._finish()

    def _finish(self):
        # sudo: the state is written by the steps only; who does the last item completes the pack.
        self.sudo().write({"state": "done", "done_at": fields.Datetime.now()})

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "state",
            "started_at",
            "done_at",
            "cancelled_at",
            "cancel_reason",
        }
