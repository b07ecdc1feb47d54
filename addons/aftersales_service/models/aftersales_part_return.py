# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields

# The old part lies in our custody: it came in, or it came back from its maker.
HELD_STATES = ("in_custody", "returned")
# What is still written beside the steps.
NOTE_FIELDS = frozenset({"note", "due_on"})
# How many overdue parts one run of the clock reminds of, before it keeps what is done.
BATCH = 200


class AftersalesPartReturn(models.Model):
    """An old part that must come back because somebody else pays for the new one (S17).

    Whoever fitted the new part owes the old one. It waits in claim custody, owned by its maker,
    until he answers; then it goes to him in a parcel, or is scrapped when he releases it.
    """

    _name = "aftersales.part.return"
    _description = "Old Part"
    _inherit = [
        "aftersales.protected.mixin",
        "aftersales.reasoned.mixin",
        "aftersales.state.mixin",
        "aftersales.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "due_on, id"
    _rec_names_search = ["name", "serial", "product_id"]
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(
        string="Number",
        readonly=True,
        copy=False,
        index="trigram",
        help="Stands on the label and on the packing list, as a barcode.",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    state = fields.Selection(
        [
            ("owed", "Owed"),
            ("in_custody", "In Custody"),
            ("sent", "Sent to Maker"),
            ("answered", "Answered"),
            ("returned", "Sent Back to Us"),
            ("released", "Released"),
            ("scrapped", "Scrapped"),
        ],
        default="owed",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        group_expand=True,
        help="Owed: the technician or outlet has it. In custody: it waits in our house. Answered: "
        "the maker keeps it and has answered. Released: it need not come back. Scrapped: the maker "
        "did not want it.",
    )
    voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Job",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="Job on which the part was taken out.",
    )
    job_name = fields.Char(
        compute="_compute_job_name",
        compute_sudo=True,
        string="Job's Number",
        help="The job's name, also for a storekeeper who reads no jobs.",
    )
    voucher_line_id = fields.Many2one(
        "aftersales.voucher.line",
        string="Line of the Job",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Line on which the new part stands.",
    )
    unit_id = fields.Many2one(
        "stock.lot",
        string="Unit",
        related="voucher_id.lot_id",
        help="Unit that the part was taken out of.",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Part that was replaced.",
    )
    quantity = fields.Float(
        required=True, readonly=True, digits="Product Unit", help="In the part's own unit."
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit of Measure")
    serial = fields.Char(
        string="Old Serial",
        readonly=True,
        index="btree_not_null",
        help="Serial or lot of the part that was taken out, as it was written on the job.",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Lot / Serial",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Found, or opened, when the part comes in.",
    )
    maker_id = fields.Many2one(
        "res.partner",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Maker or supplier who pays for the new part: the old one is his.",
    )

    # Who owes it
    technician_id = fields.Many2one(
        "hr.employee",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Technician out of whose van the new part came: he brings the old one.",
    )
    technician_user_id = fields.Many2one(
        "res.users", related="technician_id.user_id", store=True, index="btree_not_null"
    )
    outlet_id = fields.Many2one(
        "aftersales.outlet",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Outlet that did the job; it owes the part where no technician has a van.",
    )
    debtor = fields.Char(
        string="Owed By", compute="_compute_debtor", compute_sudo=True, help="Who brings it."
    )
    owed_since = fields.Date(required=True, readonly=True, help="Day on which the job was done.")
    due_on = fields.Date(
        string="Due",
        required=True,
        index=True,
        tracking=True,
        help="Day by which the part is to be back. A service supervisor grants more time.",
    )
    days_owed = fields.Integer(
        compute="_compute_days_owed",
        string="Days",
        help="From the day of the job until the part came in, or today.",
    )
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue", search="_search_is_overdue", help="Owed, and late."
    )
    reminded_on = fields.Date(
        readonly=True, copy=False, help="Day on which its debtor was reminded."
    )
    note = fields.Char(help="Condition of the part, packing …")

    # What happened to it
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        string="House",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        help="House in which the part lies.",
    )
    received_at = fields.Datetime(string="Came In", readonly=True, copy=False)
    received_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    parcel_id = fields.Many2one(
        "aftersales.claim.parcel",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="Parcel in which the part goes, or went last, to its maker.",
    )
    sent_at = fields.Datetime(string="Sent", readonly=True, copy=False)
    closed_at = fields.Datetime(
        readonly=True, copy=False, help="When it was answered, released or scrapped."
    )
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    close_reason = fields.Char(
        string="Reason",
        readonly=True,
        copy=False,
        tracking=True,
        help="Why it need not come back, or who released it for scrap.",
    )
    move_ids = fields.One2many("stock.move", "aftersales_part_return_id", readonly=True)

    _line_once = models.UniqueIndex(
        "(voucher_line_id)", "The old part of this line is on the list already."
    )
    _owed_idx = models.Index("(product_id, company_id) WHERE state = 'owed'")
    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity of an old part must be above zero."
    )

    # === COMPUTE METHODS === #

    @api.depends("voucher_id")
    def _compute_job_name(self):
        for part in self:
            part.job_name = part.voucher_id.display_name

    @api.depends("technician_id", "outlet_id")
    def _compute_debtor(self):
        for part in self:
            part.debtor = part.technician_id.name or part.outlet_id.name

    @api.depends("owed_since", "received_at", "closed_at")
    def _compute_days_owed(self):
        for part in self:
            ended = part.received_at or part.closed_at or fields.Datetime.now()
            day = part.company_id._get_aftersales_date(ended)
            part.days_owed = max(0, (day - part.owed_since).days) if part.owed_since else 0

    @api.depends("state", "due_on")
    @api.depends_context("tz")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for part in self:
            part.is_overdue = bool(part.state == "owed" and part.due_on and part.due_on < today)

    def _search_is_overdue(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("state", "=", "owed"), ("due_on", "<", fields.Date.context_today(self))]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Note what is owed; numbers are drawn for the whole batch.

        Only the job that is done makes them, so no role may create one.
        """
        for vals in vals_list:
            if not vals.get("name"):
                # sudo: drawing a number is part of the step.
                sequence = self.env["ir.sequence"].sudo().with_company(vals.get("company_id"))
                vals["name"] = sequence.next_by_code("aftersales.part.return")
        return super().create(vals_list)

    def write(self, vals):
        """Refuse what only the steps write; more time is a supervisor's to grant.

        :raises AccessError: for whoever moves the due date without the right
        :raises UserError: on a protected field
        """
        if not self._is_step():
            self._check_protected(vals)
            names = get_business_fields(vals)
            if "due_on" in names:
                self._check_supervisor(self.env._("grants more time for an old part"))
            if names - NOTE_FIELDS:
                raise UserError(self._get_protected_advice())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        for part in self:
            raise UserError(
                self.env._(
                    "%s cannot be deleted: what was owed stays on the list. Release it with a "
                    "reason instead.",
                    part.display_name,
                )
            )

    # === ACTIONS === #

    def action_take_in(self):
        """The storekeeper has the parts in his hands: they go into custody.

        :raises UserError: when one is here already
        """
        self.check_access("write")
        self._take_in()
        return True

    def action_release(self, reason=None):
        """Parts need not come back: lost, dangerous, the maker does not want to see them.

        :param str reason: why; without it a dialogue asks
        :raises AccessError: for whoever is no service supervisor
        :raises UserError: when one is not owed, or the reason is empty
        """
        self._check_supervisor(self.env._("releases an old part that is owed"))
        if reason is None:
            return self._ask_reason("part_release")
        self._release(reason)
        return True

    def action_scrap(self, reason=None):
        """Scrap parts in custody because their maker has released them.

        :param str reason: who released them, when; without it a dialogue asks
        :raises UserError: when one is not here, or the reason is empty
        """
        self.check_access("write")
        if reason is None:
            return self._ask_reason("part_scrap")
        self._scrap(reason)
        return True

    def action_come_back(self):
        """Parts came back from their maker: they lie in custody again.

        :raises UserError: when one was not sent
        """
        self.check_access("write")
        self._come_back()
        return True

    def action_make_parcel(self):
        """Pack parts of one maker, from one house, into his open parcel or a new one."""
        self.check_access("write")
        parcel = self.env["aftersales.claim.parcel"]._pack(self)
        return parcel._get_records_action(name=self.env._("Parcel"))

    def action_take_out(self):
        """Take parts out of a parcel that is not sent yet."""
        self.check_access("write")
        for parcel, parts in self.grouped("parcel_id").items():
            parcel._take_out(parts)
        return True

    def action_view_voucher(self):
        """Open the job."""
        self.ensure_one()
        return self.voucher_id._get_records_action()

    def action_view_pickings(self):
        """Open the transfers by which the part came in and went out."""
        self.ensure_one()
        return self.move_ids.picking_id._get_records_action(name=self.env._("Transfers"))

    # === STEPS === #

    def _take_in(self, warehouse=None, at=None):
        """Take old parts into custody; see ``action_take_in``.

        :param warehouse: stock.warehouse; that of the outlet or of the user by default
        :param datetime at: only loaders of history pass one
        """
        self._check_state("owed", "released")
        at = at or fields.Datetime.now()
        for house, parts in self.grouped(
            lambda part: warehouse or part._get_default_warehouse()
        ).items():
            # The new state is written first: who takes the same part in at the same moment stops
            # at the row, before a second transfer is made.
            parts._write_step(
                {
                    "state": "in_custody",
                    "warehouse_id": house.id,
                    "received_at": at,
                    "received_by_id": self.env.uid,
                    "closed_at": False,
                    "closed_by_id": False,
                    "close_reason": False,
                }
            )
        self.flush_recordset(["state"])
        self._find_lots()
        for (house, voucher), parts in self.grouped(
            lambda part: (part.warehouse_id, part.voucher_id)
        ).items():
            # sudo: see `_move`
            customer = voucher.sudo().partner_id.with_company(voucher.company_id)
            source = customer.property_stock_customer or house.sudo().env.ref(
                "stock.stock_location_customers"
            )
            parts._move(house.sudo().claim_in_type_id, source, parts._get_custody())
        self._forget_reminders()

    def _release(self, reason, at=None):
        """Owed parts need not come back; see ``action_release``."""
        reason = self._check_reason(reason)
        self._check_state("owed")
        self._close("released", reason, at)

    def _send(self, at=None):
        """Parts go to their maker; their parcel calls this."""
        self._check_state(*HELD_STATES)
        self._write_step({"state": "sent", "sent_at": at or fields.Datetime.now()})
        self.flush_recordset(["state"])

    def _answer(self, reason=False, at=None):
        """The maker has answered and keeps the parts; the claim calls this.

        :param str reason: what he answered
        """
        self.filtered(lambda part: part.state == "sent")._close("answered", reason, at)

    def _come_back(self, at=None):
        """Parts came back from their maker; see ``action_come_back``."""
        self._check_state("sent", "answered")
        self._write_step({"state": "returned", "closed_at": False, "closed_by_id": False})
        self.flush_recordset(["state"])
        for (house, maker, company), parts in self.grouped(
            lambda part: (part.warehouse_id, part.maker_id, part.company_id)
        ).items():
            parts._move(
                house.sudo().claim_in_type_id,  # sudo: see `_move`
                maker.sudo().with_company(company).property_stock_supplier,
                parts._get_custody(),
            )

    def _scrap(self, reason, at=None):
        """Parts in custody are scrapped; see ``action_scrap``."""
        reason = self._check_reason(reason)
        self._check_state(*HELD_STATES)
        packed = self.parcel_id.filtered(lambda parcel: parcel.state == "draft")
        for parcel in packed:
            raise UserError(
                self.env._(
                    "%(part)s lies in parcel %(parcel)s: take it out of it first.",
                    part=(self & parcel.part_return_ids)[:1].display_name,
                    parcel=parcel.display_name,
                )
            )
        self._close("scrapped", reason, at)
        for (house, company), parts in self.grouped(
            lambda part: (part.warehouse_id, part.company_id)
        ).items():
            # sudo: see `_move`
            scrap = (
                self.env["stock.location"]
                .sudo()
                .search(
                    [("usage", "=", "inventory"), ("company_id", "in", [False, company.id])],
                    order="company_id, id",
                    limit=1,
                )
            )
            parts._move(house.sudo().claim_out_type_id, None, scrap)

    def _close(self, state, reason, at=None):
        self._write_step(
            {
                "state": state,
                "close_reason": reason or False,
                "closed_at": at or fields.Datetime.now(),
                "closed_by_id": self.env.uid,
            }
        )
        self.flush_recordset(["state"])
        self._forget_reminders()

    # === THE NEXT ISSUE === #

    @api.model
    def _get_owed(self, products):
        """Old parts that are owed for these products, in one query.

        :param products: product.product
        """
        return self.search([("state", "=", "owed"), ("product_id", "in", products.ids)])

    def _is_issue(self, line):
        """Does a move line hand a new part to whoever owes this old one?

        Into the van of the technician from anywhere but a customer, or from our stock to the
        outlet: to its place, or as a delivery to its address. What stays inside is no issue.

        :param line: stock.move.line
        """
        self.ensure_one()
        if line.company_id != self.company_id:
            return False
        source, dest = line.location_id, line.location_dest_id
        van = self.technician_id.van_location_id
        if van:
            return dest._child_of(van) and not source._child_of(van) and source.usage != "customer"
        if source.usage not in ("internal", "transit"):
            return False
        place, address = self.outlet_id.location_id, self.outlet_id.partner_id
        if place and dest._child_of(place):
            return not source._child_of(place)
        receiver = line.move_id.partner_id or line.picking_id.partner_id
        return bool(
            address
            and dest.usage == "customer"
            and receiver
            and receiver.commercial_partner_id == address.commercial_partner_id
        )

    def _get_issue_refusal(self):
        """Why no new part is issued: which job, which part, since when, whom to ask."""
        self.ensure_one()
        return self.env._(
            "No new %(product)s for %(debtor)s: the old one%(serial)s of job %(job)s is owed since "
            "%(since)s (%(number)s). Take it in under Old Parts, or have a service supervisor "
            "release it with a reason.",
            product=self.product_id.display_name,
            debtor=self.debtor or self.env._("this outlet"),
            serial=f" ({self.serial})" if self.serial else "",
            job=self.job_name,
            since=self.owed_since,
            number=self.name,
        )

    # === REMINDERS === #

    @api.model
    def _cron_remind(self):
        """Remind of parts that are overdue, each once; resumes where it was stopped."""
        domain = Domain("state", "=", "owed") & Domain("reminded_on", "=", False)
        domain &= Domain("due_on", "<", fields.Date.context_today(self))
        remaining = self.search_count(domain)
        while parts := self.search(domain, limit=BATCH):
            parts._remind()
            remaining = max(0, remaining - len(parts))
            if not self.env["ir.cron"]._commit_progress(len(parts), remaining=remaining):
                break

    def _remind(self):
        """A to-do for whoever owes the part; the stamp comes first."""
        self._write_step({"reminded_on": fields.Date.context_today(self)})
        for part in self:
            part.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=part.due_on,
                summary=self.env._("Bring the old part back"),
                note=self.env._(
                    "%(quantity)s × %(product)s of job %(job)s",
                    quantity=f"{part.quantity:g}",
                    product=part.product_id.display_name,
                    job=part.job_name,
                ),
                user_id=part._get_reminded_user().id,
            )

    def _get_reminded_user(self):
        """Technician, else who dispatches for the outlet, else who gave the job away."""
        self.ensure_one()
        job = self.voucher_id
        return (
            self.technician_user_id
            or self.outlet_id.dispatcher_ids[:1]
            or job.dispatched_by_id
            or job.user_id
            or self.env.user
        )

    def _forget_reminders(self):
        # sudo: the to-do may be another one's; it is done with the step.
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    # === HELPERS === #

    def _get_claim_name(self):
        """Number of the claim on which the part stands, for the packing list. Hook of claims."""
        self.ensure_one()
        return ""

    def _get_default_warehouse(self):
        """House of the outlet, else of the user, else the company's first."""
        self.ensure_one()
        # sudo: who stands at the counter needs no stock rights to say where he is.
        part = self.sudo()
        own = self.env.user.sudo().with_company(self.company_id)._get_default_warehouse_id()
        house = part.outlet_id.location_id.warehouse_id or own
        if house and house.company_id == self.company_id:
            return house
        house = part.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        if not house:
            raise UserError(
                self.env._(
                    "%(company)s has no warehouse, so %(part)s cannot be taken in: create one "
                    "under Inventory > Configuration > Warehouses.",
                    company=self.company_id.name,
                    part=self.display_name,
                )
            )
        return house

    def _get_custody(self):
        # sudo: see `_move`
        return self.warehouse_id.sudo().claim_custody_location_id

    def _find_lots(self):
        """Find the serial of each part, or open a file for it: an unread one gets our number.

        :raises UserError: when the old serial is that of the new part
        """
        for part in self.filtered(lambda part: part.product_id.tracking != "none"):
            if part.lot_id:
                continue
            name = (part.serial or "").strip() or part.name
            # sudo: who takes the part in opens its file without stock rights.
            lots = self.env["stock.lot"].sudo().with_company(part.company_id)
            lot = lots.search(
                [
                    ("name", "=", name),
                    ("product_id", "=", part.product_id.id),
                    ("company_id", "in", [False, part.company_id.id]),
                ],
                limit=1,
            ) or lots.create(
                {"name": name, "product_id": part.product_id.id, "company_id": part.company_id.id}
            )
            if lot == part.sudo().voucher_line_id.lot_id and part.product_id.tracking == "serial":
                raise UserError(
                    self.env._(
                        "%(part)s cannot come in as serial %(serial)s: that is the new part fitted "
                        "on job %(job)s. Have the old serial corrected.",
                        part=part.name,
                        serial=name,
                        job=part.job_name,
                    )
                )
            part._write_step({"lot_id": lot.id})

    def _find_places(self):
        """Where each part lies in custody, in one query: it may have been put on a shelf there.

        :return: dict {part: stock.location}, as superuser
        """
        # sudo: see `_move`
        quants = (
            self.env["stock.quant"]
            .sudo()
            .search(
                [
                    ("location_id.is_claim_custody", "=", True),
                    ("company_id", "in", self.company_id.ids),
                    ("owner_id", "in", self.maker_id.ids),
                    ("product_id", "in", self.product_id.ids),
                    ("quantity", ">", 0),
                ]
            )
        )
        left = {quant: quant.quantity for quant in quants}
        places = {}
        for part in self:
            house = part._get_custody()
            for quant in quants:
                if (
                    quant.product_id == part.product_id
                    and quant.owner_id == part.maker_id
                    and quant.lot_id == part.lot_id
                    and quant.location_id._child_of(house)
                    and part.uom_id.compare(left[quant], part.quantity) >= 0
                ):
                    left[quant] -= part.quantity
                    places[part] = quant.location_id
                    break
            else:
                places[part] = house
        return places

    def _move(self, picking_type, source, dest):
        """Make and do a transfer of these parts, one for each maker, owned by him.

        :param picking_type: stock.picking.type, as superuser
        :param source: stock.location; empty: wherever in custody each part lies
        """
        places = dict.fromkeys(self, source) if source else self._find_places()
        for (maker, company), parts in self.grouped(
            lambda part: (part.maker_id, part.company_id)
        ).items():
            # sudo: whoever checks parts in or packs them needs no stock rights. Safe because only
            # these very parts move, which the user may write, and only between custody, their
            # maker, the customer they came from and scrap.
            picking = (
                self.env["stock.picking"]
                .sudo()
                .with_company(company)
                .create(
                    {
                        "picking_type_id": picking_type.id,
                        "partner_id": maker.id,
                        "owner_id": maker.id,
                        "company_id": company.id,
                        "location_id": (source or parts[0]._get_custody()).id,
                        "location_dest_id": dest.id,
                        "origin": parts[0].parcel_id.name
                        if len(parts.parcel_id) == 1
                        else parts[0].name,
                        "move_ids": [
                            Command.create(part._prepare_move_vals(places[part], dest))
                            for part in parts
                        ],
                    }
                )
            )
            # What moves is known: it is done without a reservation before.
            picking.with_context(skip_sms=True)._action_done()

    def _prepare_move_vals(self, source, dest):
        """Values of a move with its one line; the owner goes along, so nothing has a value."""
        self.ensure_one()
        common = {
            "product_id": self.product_id.id,
            "company_id": self.company_id.id,
            "location_id": source.id,
            "location_dest_id": dest.id,
        }
        return {
            **common,
            "aftersales_part_return_id": self.id,
            "product_uom": self.uom_id.id,
            "product_uom_qty": self.quantity,
            "restrict_partner_id": self.maker_id.id,
            "origin": self.name,
            "picked": True,
            "move_line_ids": [
                Command.create(
                    {
                        **common,
                        "product_uom_id": self.uom_id.id,
                        "quantity": self.quantity,
                        "lot_id": self.lot_id.id,
                        "owner_id": self.maker_id.id,
                        "picked": True,
                    }
                )
            ],
        }

    def _check_supervisor(self, deed):
        if not (
            self.env.su or self.env.user.has_group("aftersales_service.group_service_supervisor")
        ):
            raise AccessError(
                self.env._("Only a service supervisor %(deed)s (S17): ask yours.", deed=deed)
            )

    @api.model
    def _get_due_date(self, voucher, day):
        """Day by which an old part is to be back.

        :param voucher: aftersales.voucher
        :param date day: day on which the job was done
        """
        days = voucher.outlet_id.old_part_days or voucher.company_id.aftersales_old_part_days
        return day + relativedelta(days=days)

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | (
            get_business_fields(self._fields) - NOTE_FIELDS - set(models.MAGIC_COLUMNS)
        )

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the old part only. Use the buttons.")
