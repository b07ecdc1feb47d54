# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .aftersales_entitlement import WARRANTY_SENTINEL

WARRANTY_FIELDS = frozenset({"warranty_start", "warranty_end"})
# Other departments read a lot without its warranty.
WARRANTY_READERS = (
    "aftersales_service.group_service_technician,aftersales_service.group_service_reader"
)


class StockLot(models.Model):
    """The unit's warranty: given once, frozen, and what its file's two dates follow (S16).

    A unit that only has the two dates, from before there were clauses, counts as fully covered
    until the second of them.
    """

    _inherit = "stock.lot"

    entitlement_ids = fields.One2many(
        "aftersales.entitlement",
        "lot_id",
        string="Warranties",
        groups=WARRANTY_READERS,
        help="The unit's warranty, and those of parts that were fitted to it.",
    )
    entitlement_id = fields.Many2one(
        "aftersales.entitlement",
        string="Warranty",
        compute="_compute_entitlement_id",
        compute_sudo=True,
        groups=WARRANTY_READERS,
        help="Warranty that the unit was given; empty where its file only has the two dates.",
    )
    has_entitlement = fields.Boolean(
        compute="_compute_warranty_note",
        compute_sudo=True,
        help="The warranty's dates follow from its clauses.",
    )
    warranty_note = fields.Char(
        compute="_compute_warranty_note",
        compute_sudo=True,
        help="Where the warranty's dates come from.",
    )

    # === COMPUTE METHODS === #

    @api.depends("entitlement_ids.kind", "entitlement_ids.active")
    def _compute_entitlement_id(self):
        for lot in self:
            given = lot.entitlement_ids.filtered(lambda e: e.kind == "unit" and e.active)
            lot.entitlement_id = given[:1]

    @api.depends("entitlement_id", "warranty_end")
    def _compute_warranty_note(self):
        for lot in self:
            given = lot.entitlement_id
            lot.has_entitlement = bool(given)
            if given.source == "shipment":
                lot.warranty_note = self.env._(
                    "%(warranty)s, counted from the shipment: no retail registration came in.",
                    warranty=given.name,
                )
            elif given:
                sources = dict(given._fields["source"]._description_selection(self.env))
                lot.warranty_note = f"{given.name} ({sources[given.source]})"
            elif lot.warranty_end:
                lot.warranty_note = self.env._("Dates of the file alone: everything is covered.")
            else:
                lot.warranty_note = False

    # === CRUD METHODS === #

    def write(self, vals):
        """The dates of a warranty that was given follow from its clauses.

        :raises UserError: when somebody dates it by hand
        """
        named = WARRANTY_FIELDS.intersection(vals)
        if named and self.env.context.get("aftersales_warranty") is not WARRANTY_SENTINEL:
            for lot in self:
                # sudo: whether a warranty was given decides, whoever may read it.
                given = lot.sudo().entitlement_id
                if given and any(
                    lot[name] != fields.Date.to_date(vals[name] or False) for name in named
                ):
                    raise UserError(
                        self.env._(
                            "The warranty of %(unit)s follows from %(warranty)s, which it was "
                            "given with its sale: its dates are not entered. To give more on a "
                            "job, use goodwill.",
                            unit=lot.display_name,
                            warranty=given.name,
                        )
                    )
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _start_warranty(self, date, source):
        """Give units their warranty: a copy of their policy's clauses, frozen (S16).

        A retail registration moves the start of a warranty that was counted from the shipment;
        its clauses stay those of the day of the sale. A shipment starts nothing twice.

        :param date date: first day
        :param str source: ``shipment``, ``registration``, ``manual`` or ``replacement``
        :return: aftersales.entitlement, as superuser; empty for units whose product has no policy
        :raises UserError: when a unit's warranty has started already
        """
        # sudo: the caller has checked who may sell, register or date this unit; the clauses are
        # those of the policy, nobody enters one.
        units = self.sudo()
        created = units.env["aftersales.entitlement"]
        for company, lots in units.grouped(lambda lot: lot.company_id).items():
            policies = units.env["aftersales.warranty.policy"]._get_policies(
                lots.product_id, company or units.env.company
            )
            vals_list = []
            for lot in lots:
                given = lot.entitlement_id
                if given and source == "shipment":
                    continue
                if given:
                    lot._check_warranty_restart(source)
                    vals = given._prepare_restart_vals()
                    given._end(units.env._("Counted anew from the retail registration."))
                elif lot.product_id in policies:
                    vals = policies[lot.product_id]._prepare_entitlement_vals()
                else:
                    continue
                vals_list.append(
                    {
                        **vals,
                        "lot_id": lot.id,
                        "source": source,
                        "date_start": date,
                        "meter_start": lot.meter,
                    }
                )
            created += created.create(vals_list)
        created._date_units()
        return created

    def _inherit_entitlement(self, old_lot):
        """A replacement unit has the rest of the old one's warranty, which ends (S16).

        The rest in days ends on the same day; the rest on the meter counts from the new meter.

        :param old_lot: stock.lot that was replaced
        :return: aftersales.entitlement of this unit, as superuser; empty where the old one had
            its two dates only, which are copied
        """
        self.ensure_one()
        # sudo: as in `_start_warranty`; what is given was given before.
        new, old = self.sudo(), old_lot.sudo()
        given = old.entitlement_id
        if new.entitlement_id:
            new.entitlement_id._end(
                self.env._("Has the rest of the warranty of %s.", old.display_name)
            )
        dates = {name: old[name] for name in WARRANTY_FIELDS}
        vals = given and given._prepare_rest_vals(new)
        if given:
            given._end(self.env._("Replaced by %s, which has the rest.", new.display_name))
        created = given.browse()
        if vals and vals["term_ids"]:
            created = given.create([{**vals, "lot_id": new.id, "source": "replacement"}])
        new.with_context(aftersales_warranty=WARRANTY_SENTINEL).write(dates)
        return created

    def _is_covered(self, kind, day):
        """Where a warranty was given, its clauses decide, by day and meter."""
        self.ensure_one()
        # sudo: who proposes a type need not read the warranty itself.
        given = self.sudo().entitlement_id if kind == "warranty" else False
        if given:
            return bool(day) and given._is_alive(day, self.meter)
        return super()._is_covered(kind, day)

    def _get_open_guarantees(self, day, meter=None):
        """Which of the three guarantees still hold (S16): the outcomes that a job may have.

        A unit with its two dates alone is repaired.

        :param date day: day of the call
        :param float meter: reading; the last one by default
        :return: list of ``repair``, ``replace``, ``return``
        """
        self.ensure_one()
        # sudo: as in `_is_covered`
        given = self.sudo().entitlement_id
        if given:
            return given._get_open_guarantees(day, self.meter if meter is None else meter)
        return ["repair"] if self._is_covered("warranty", day) else []

    def _get_warranty_clauses(self, day):
        """Clauses that hold on a day, for who takes a call: what the type is proposed by (S2).

        :return: text; why there is no cover, where there is none
        """
        self.ensure_one()
        # sudo: as in `_is_covered`
        given = self.sudo().entitlement_id
        terms = given.term_ids.filtered(lambda term: term._is_inside(day, self.meter))
        if terms and given.date_start <= day:
            return "; ".join(term._get_clause() for term in terms)
        return self._get_dates_take(day)["clause"]

    def _get_dates_take(self, day):
        """What the two dates of a unit without clauses pay of a line: all of it, or nothing.

        :return: dict as a provider of cover gives it
        """
        self.ensure_one()
        if self._is_covered("warranty", day):
            return {
                "payer": "maker",
                "share": 100.0,
                "clause": self.env._(
                    "Free warranty until %s, by the dates of the unit's file",
                    format_date(self.env, self.warranty_end),
                ),
            }
        if self.warranty_end and day > self.warranty_end:
            reason = self.env._(
                "Free warranty ended on %s", format_date(self.env, self.warranty_end)
            )
        elif self.warranty_start and day < self.warranty_start:
            reason = self.env._(
                "Free warranty starts on %s only", format_date(self.env, self.warranty_start)
            )
        else:
            reason = self.env._("The unit's file names no warranty")
        return self.env["aftersales.entitlement"]._refuse(reason)

    def _check_warranty_restart(self, source):
        """A registration dates anew what was counted from the shipment, and nothing else does."""
        self.ensure_one()
        given = self.entitlement_id
        if given.source == "shipment" and source in ("registration", "manual"):
            return
        sources = dict(given._fields["source"]._description_selection(self.env))
        raise UserError(
            self.env._(
                "The warranty of %(unit)s runs since %(date)s already (%(start)s): it starts "
                "only once.",
                unit=self.display_name,
                date=format_date(self.env, given.date_start),
                start=sources[given.source],
            )
        )
