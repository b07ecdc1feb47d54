# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from .aftersales_warranty_guarantee_mixin import GUARANTEES

# Only code that holds this object may change a warranty that was given.
ENTITLEMENT_SENTINEL = object()
# Likewise the two dates of the unit's file, which follow from it.
WARRANTY_SENTINEL = object()


class AftersalesEntitlement(models.Model):
    """The warranty that a unit, or a part fitted to it, was given: a frozen copy (S16, S26).

    Policies may change afterwards; what was sold does not. A warranty that another one takes the
    place of is archived with the reason, not deleted.
    """

    _name = "aftersales.entitlement"
    _description = "Warranty of a Unit"
    _inherit = ["aftersales.warranty.guarantee.mixin"]
    _order = "lot_id, kind desc, date_start desc, id desc"

    name = fields.Char(required=True, help="Name of the policy that it was copied from.")
    active = fields.Boolean(default=True, help="No longer ticked: another warranty took its place.")
    kind = fields.Selection(
        [("unit", "Unit"), ("part", "Fitted Part")],
        required=True,
        default="unit",
        help="Unit: covers every job. Fitted Part: covers that part alone (S26).",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Unit",
        required=True,
        index=True,
        ondelete="cascade",
        help="Unit that is covered, or that the part sits in.",
    )
    company_id = fields.Many2one(related="lot_id.company_id", store=True, precompute=True)
    product_id = fields.Many2one(
        related="lot_id.product_id", store=True, precompute=True, string="Model"
    )
    source = fields.Selection(
        [
            ("shipment", "Shipment"),
            ("registration", "Retail Registration"),
            ("manual", "Entered"),
            ("replacement", "Replacement Unit"),
            ("job", "Fitted on a Job"),
        ],
        required=True,
        help="What started the warranty. Shipment: no retail registration has come in yet.",
    )
    policy_id = fields.Many2one(
        "aftersales.warranty.policy",
        string="Warranty Policy",
        index="btree_not_null",
        ondelete="set null",
        help="Policy that the clauses were copied from.",
    )
    date_start = fields.Date(required=True, help="First day of the warranty.")
    meter_start = fields.Float(aggregator=None, help="Reading of the meter on the first day.")
    date_end = fields.Date(
        compute="_compute_date_end",
        store=True,
        precompute=True,
        help="Last day of the clause that runs longest.",
    )
    repair_end = fields.Date(string="Repair Until", help="Last day of the guarantee of repair.")
    replace_end = fields.Date(
        string="Replacement Until", help="Last day of the guarantee of replacement."
    )
    return_end = fields.Date(
        string="Take-Back Until", help="Last day on which the goods may be given back."
    )
    term_ids = fields.One2many(
        "aftersales.entitlement.term",
        "entitlement_id",
        string="Clauses",
        help="What is covered, how long, and who pays; frozen.",
    )
    end_reason = fields.Char(help="Why this warranty no longer holds, where its time is not over.")

    # A part that was fitted (S26)
    part_product_id = fields.Many2one(
        "product.product",
        string="Part",
        index="btree_not_null",
        ondelete="restrict",
        help="Part that was fitted.",
    )
    part_lot_id = fields.Many2one(
        "stock.lot",
        string="Part's Serial",
        index="btree_not_null",
        ondelete="restrict",
        help="Lot or serial of the part that was fitted.",
    )
    voucher_line_id = fields.Many2one(
        "aftersales.voucher.line",
        string="Line of the Job",
        index="btree_not_null",
        ondelete="set null",
        help="Where the part was fitted.",
    )
    voucher_id = fields.Many2one(related="voucher_line_id.voucher_id", string="Fitted On")

    _unit_once = models.UniqueIndex(
        "(lot_id) WHERE kind = 'unit' AND active",
        "This unit has its warranty already.",
    )
    _line_once = models.UniqueIndex(
        "(voucher_line_id) WHERE voucher_line_id IS NOT NULL",
        "The part of this line has its warranty already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("term_ids.date_end", "repair_end")
    def _compute_date_end(self):
        for entitlement in self:
            ends = [*entitlement.term_ids.mapped("date_end"), entitlement.repair_end]
            entitlement.date_end = max((end for end in ends if end), default=False)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Give warranties; ends are counted from the first day on.

        Values that say an end keep it: a replacement unit has the rest of a term.
        """
        for vals in vals_list:
            start = fields.Date.to_date(vals["date_start"])
            for name in GUARANTEES:
                months = vals.get(f"{name}_months")
                if months:
                    vals.setdefault(f"{name}_end", self._get_last_day(start, months))
            for command in vals.get("term_ids", ()):
                term = command[2]
                term.setdefault("date_end", self._get_last_day(start, term["months"]))
                if term.get("meter"):
                    term.setdefault("meter_end", vals.get("meter_start", 0.0) + term["meter"])
        return super().create(vals_list)

    def write(self, vals):
        """A warranty that was given does not change.

        :raises UserError: always, but for the methods that end one
        """
        if self.env.context.get("aftersales_entitlement") is not ENTITLEMENT_SENTINEL:
            raise UserError(
                self.env._(
                    "The warranty of %(unit)s was given with its sale and does not change. To "
                    "give more on a job, use goodwill.",
                    unit=self[:1].lot_id.display_name,
                )
            )
        return super().write(vals)

    # === BUSINESS METHODS === #

    @api.model
    def _get_last_day(self, start, months):
        """Last day of a period of months, that day included.

        A period from the 1st of January ends on a 31st, one from the 15th on a 14th. Where the
        last month is too short, it ends with that month.

        :param date start: first day
        :rtype: date
        """
        same_day = start + relativedelta(months=months)
        if same_day.day != start.day:
            return same_day
        return same_day - relativedelta(days=1)

    def _end(self, reason):
        """These warranties hold no longer; kept in the archive with the reason."""
        self.with_context(aftersales_entitlement=ENTITLEMENT_SENTINEL).write(
            {"active": False, "end_reason": reason}
        )
        # The warranty that takes its place is unique among those that hold.
        self.flush_recordset(["active"])

    def _date_units(self):
        """The two dates of the unit's file follow from its warranty."""
        for entitlement in self.filtered(lambda e: e.kind == "unit"):
            entitlement.lot_id.with_context(aftersales_warranty=WARRANTY_SENTINEL).write(
                {
                    "warranty_start": entitlement.date_start,
                    "warranty_end": entitlement.date_end,
                }
            )

    def _prepare_restart_vals(self):
        """Values of this warranty with another first day: what was promised stays."""
        self.ensure_one()
        return {
            "name": self.name,
            "policy_id": self.policy_id.id,
            **{name: self[name] for name in self._get_guarantee_fields()},
            "term_ids": [
                fields.Command.create(term._prepare_entitlement_term_vals())
                for term in self.term_ids
            ],
        }

    def _prepare_rest_vals(self, lot):
        """Values of what is left of this warranty, for a unit that takes the place of its own.

        Clauses that are over, by the reading of the old meter, are left out.

        :param lot: stock.lot that is covered from now on
        """
        self.ensure_one()
        vals = self._prepare_restart_vals()
        used = self.lot_id.meter - self.meter_start
        rest = []
        for term, command in zip(self.term_ids, vals["term_ids"], strict=True):
            left = term.meter_end - self.lot_id.meter
            if term.meter_end and left <= 0:
                continue
            command[2]["date_end"] = term.date_end
            if term.meter_end:
                command[2].update(meter=left, meter_end=lot.meter + left)
            rest.append(command)
        for name in GUARANTEES:
            limit = self[f"{name}_meter"]
            vals[f"{name}_end"] = self[f"{name}_end"]
            if limit and used >= limit:
                vals[f"{name}_end"] = False
            elif limit:
                vals[f"{name}_meter"] = limit - used
        return {
            **vals,
            "term_ids": rest,
            "date_start": self.date_start,
            "meter_start": lot.meter,
        }

    def _is_alive(self, day, meter):
        """Does any clause still hold on a day, at a reading of the meter?"""
        self.ensure_one()
        return self.date_start <= day and any(term._is_inside(day, meter) for term in self.term_ids)

    def _get_open_guarantees(self, day, meter):
        """Which of the three guarantees still hold (S16).

        :return: list of ``repair``, ``replace``, ``return``
        """
        self.ensure_one()
        if day < self.date_start:
            return []
        return [
            name
            for name in GUARANTEES
            if self[f"{name}_end"]
            and day <= self[f"{name}_end"]
            and (not self[f"{name}_meter"] or meter <= self.meter_start + self[f"{name}_meter"])
        ]

    def _get_take(self, line, day, meter):
        """What this warranty pays of a line, with the clause that decided, or why nothing.

        The clauses of the nearest part category decide alone; of these the first one that holds.

        :param line: aftersales.voucher.line
        :param date day: day of the call
        :param float meter: reading of the unit's meter
        :return: dict as a provider of cover gives it; ``share`` 0 with the reason as ``clause``
        """
        self.ensure_one()
        if day < self.date_start:
            return self._refuse(
                self.env._(
                    "%(warranty)s starts on %(date)s only",
                    warranty=self.name,
                    date=format_date(self.env, self.date_start),
                )
            )
        terms = self._get_nearest_terms(line)
        if not terms:
            labels = dict(line._fields["line_type"]._description_selection(self.env))
            return self._refuse(
                self.env._(
                    "%(warranty)s does not cover: %(component)s",
                    warranty=self.name,
                    component=labels[line.line_type],
                )
            )
        refusal = ""
        for term in terms:
            refusal = term._get_refusal(line, day, meter)
            if not refusal:
                return {
                    "payer": term.payer,
                    "payer_partner_id": term.payer_partner_id.id,
                    "share": term.share,
                    "clause": term._get_clause(),
                    "term_id": term.id,
                }
        return self._refuse(refusal)

    def _get_nearest_terms(self, line):
        """Clauses for a line: those of the nearest category of its product, else the general ones.

        :return: aftersales.entitlement.term, in their order
        """
        self.ensure_one()
        terms = self.term_ids.filtered(lambda term: term.component == line.line_type)
        by_category = terms.grouped(lambda term: term.categ_id.id)
        for category in (*line.product_id.categ_id._get_families(), False):
            if category in by_category:
                return by_category[category]
        return terms.browse()

    @api.model
    def _refuse(self, reason):
        """A take of nothing, with the reason."""
        return {"payer": "customer", "share": 0.0, "clause": reason}

    def _format_meter(self, value):
        """A reading with its unit, for clauses."""
        self.ensure_one()
        units = dict(self.lot_id._fields["meter_unit"]._description_selection(self.env))
        unit = units.get(self.lot_id.meter_unit, "")
        return f"{formatLang(self.env, value, digits=0)} {unit}".strip()
