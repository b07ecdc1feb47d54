# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_date


class AftersalesContractUnit(models.Model):
    """A unit under a contract, from the day on which it joined to the day on which it left.

    R10 counts these: each unit is a contract of its own weight, and covered while it lasts.
    """

    _name = "aftersales.contract.unit"
    _description = "Unit under Contract"
    _order = "contract_id, date_from, id"
    _check_company_auto = True

    contract_id = fields.Many2one(
        "aftersales.contract", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, precompute=True, index=True
    )
    partner_id = fields.Many2one(related="contract_id.partner_id")
    kind_id = fields.Many2one(
        related="contract_id.kind_id", store=True, precompute=True, index="btree_not_null"
    )
    state = fields.Selection(related="contract_id.state", store=True, precompute=True)
    weight = fields.Float(
        related="contract_id.weight", store=True, precompute=True, aggregator="sum"
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Unit",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="Serial number of the unit.",
    )
    product_id = fields.Many2one(
        related="lot_id.product_id", string="Model", store=True, precompute=True
    )
    date_from = fields.Date(
        string="Joined",
        compute="_compute_date_from",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="First day on which the unit is under the contract.",
    )
    date_to = fields.Date(
        string="Left", help="Last day, where the unit leaves before the contract ends."
    )
    date_stop = fields.Date(
        string="Last Day",
        compute="_compute_date_stop",
        store=True,
        precompute=True,
        help="Last day on which the unit is under the contract.",
    )

    _valid_idx = models.Index("(lot_id, date_from, date_stop) WHERE state != 'draft'")

    # === COMPUTE METHODS === #

    @api.depends("contract_id", "contract_id.date_from")
    def _compute_date_from(self):
        """Units of a draft begin with it; later ones when they are entered."""
        for unit in self:
            contract = unit.contract_id
            if contract.state in (False, "draft"):
                unit.date_from = contract.date_from
            else:
                unit.date_from = unit.date_from or fields.Date.context_today(self)

    @api.depends("date_to", "contract_id.date_stop")
    def _compute_date_stop(self):
        for unit in self:
            days = [day for day in (unit.date_to, unit.contract_id.date_stop) if day]
            unit.date_stop = min(days) if days else False

    @api.depends("lot_id", "contract_id")
    def _compute_display_name(self):
        for unit in self:
            unit.display_name = f"{unit.lot_id.display_name} · {unit.contract_id.display_name}"

    # === CONSTRAINTS === #

    @api.constrains("date_from", "date_to", "contract_id")
    def _check_dates(self):
        for unit in self:
            contract = unit.contract_id
            days = [contract.date_from, unit.date_from, unit.date_to, contract.date_to]
            days = [day for day in days if day]
            if days != sorted(days):
                raise ValidationError(
                    self.env._(
                        "%(unit)s joins and leaves inside the term of %(contract)s, %(start)s to "
                        "%(end)s: correct its days.",
                        unit=unit.lot_id.display_name,
                        contract=contract.display_name,
                        start=format_date(self.env, contract.date_from),
                        end=format_date(self.env, contract.date_to),
                    )
                )

    # Asked when a contract comes into force, or a unit joins one that is in force.
    @api.constrains("lot_id", "date_from", "date_to", "state")
    def _check_overlap(self):
        """A unit is under one contract of a kind at a time."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT mine.id, other.id
                  FROM aftersales_contract_unit AS mine
                  JOIN aftersales_contract_unit AS other
                    ON other.lot_id = mine.lot_id AND other.id != mine.id
                   AND other.kind_id = mine.kind_id AND other.state != 'draft'
                   AND other.date_from <= mine.date_stop AND other.date_stop >= mine.date_from
                 WHERE mine.id IN %s AND mine.state != 'draft'
                 LIMIT 1
                """,
                tuple(self.ids) or (0,),
            )
        )
        if rows:
            unit, other = (self.browse(unit_id) for unit_id in rows[0])
            raise ValidationError(
                self.env._(
                    "%(unit)s is under %(contract)s, a contract of the same kind, from %(start)s "
                    "to %(end)s: let it leave that one first, or join on a later day.",
                    unit=unit.lot_id.display_name,
                    contract=other.contract_id.display_name,
                    start=format_date(self.env, other.date_from),
                    end=format_date(self.env, other.date_stop),
                )
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Units that join a contract in force get their share of what it includes."""
        units = super().create(vals_list)
        joined = units.filtered(lambda unit: unit.contract_id.state != "draft")
        for unit in joined:
            unit.contract_id._check_open()
        joined.contract_id._create_balances()
        joined.contract_id._tell_open_jobs()
        return units

    def write(self, vals):
        """A unit of a contract in force leaves; it does not become another one.

        :raises UserError: when the unit or its first day would change
        """
        for name in {"lot_id", "date_from", "contract_id"}.intersection(vals):
            value = fields.Date.to_date(vals[name]) if name == "date_from" else vals[name]
            for unit in self.filtered(lambda unit: unit.contract_id.state != "draft"):
                if self._fields[name].convert_to_write(unit[name], unit) != value:
                    raise UserError(
                        self.env._(
                            "%(unit)s is under %(contract)s, which is in force: enter the day on "
                            "which it leaves, and the other unit on a row of its own.",
                            unit=unit.lot_id.display_name,
                            contract=unit.contract_id.display_name,
                        )
                    )
        result = super().write(vals)
        if "date_to" in vals:
            self.contract_id._tell_open_jobs()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        for unit in self:
            if unit.contract_id.state != "draft":
                raise UserError(
                    self.env._(
                        "%(unit)s is under %(contract)s, which is in force: enter the day on which "
                        "it leaves instead.",
                        unit=unit.lot_id.display_name,
                        contract=unit.contract_id.display_name,
                    )
                )

    # === BUSINESS METHODS === #

    def _is_valid(self, day):
        """Is the unit under the contract on a day? Both ends are included; drafts are no cover."""
        self.ensure_one()
        return bool(
            self.state not in (False, "draft")
            and self.date_from
            and self.date_stop
            and self.date_from <= day <= self.date_stop
        )
