# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields

# What core lets be entered for a new serial; what it is worth and where it lies is not in here.
NEW_UNIT_FIELDS = frozenset({"name", "product_id", "company_id", "ref", "note", "lot_properties"})
# While core creates a lot it writes what the lot is worth itself; no RPC can hold this object.
CREATE_SENTINEL = object()
# Who reads what service keeps about a unit beside the lot itself.
SERVICE_GROUPS = (
    "aftersales_service.group_service_technician,aftersales_service.group_service_reader"
)


class StockLot(models.Model):
    """The unit file (S14): what was sold when and by whom, who has it now, what covers it.

    The *user* (who has the unit) and the *dealer* (who sold it) are kept apart: each job
    confirms the user, only sales writes the dealer. Clerks keep the file without stock rights,
    so they write the file's own fields and nothing else of a lot.
    """

    _inherit = "stock.lot"

    user_partner_id = fields.Many2one(
        "res.partner",
        string="User",
        index="btree_not_null",
        tracking=True,
        help="Who has the unit now. Not always who bought it: that is often a dealer.",
    )
    user_confirmed_on = fields.Date(
        readonly=True, copy=False, help="Day of the last job that met this user at this unit."
    )
    dealer_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        tracking=True,
        domain="[('is_dealer', '=', True)]",
        help="Dealer that sold the unit to its user.",
    )
    sold_by_us = fields.Boolean(
        string="Sold by Us",
        default=True,
        tracking=True,
        help="Sold by the company or its channel. Work on other units is paid and flagged (S2).",
    )
    made_on = fields.Date(help="Day of production, as production wrote it.")
    sold_on = fields.Date(help="Day of the sale to the user or the dealer.")
    warranty_start = fields.Date(
        tracking=True, help="First day of the free-warranty period; set at sale or registration."
    )
    warranty_end = fields.Date(tracking=True, help="Last day of the free-warranty period.")
    contract_start = fields.Date(tracking=True, help="First day of the service contract.")
    contract_end = fields.Date(tracking=True, help="Last day of the service contract.")
    meter = fields.Float(
        string="Meter Reading",
        tracking=True,
        help="Last reading of the hour meter or odometer.",
    )
    meter_unit = fields.Selection(
        [("hours", "Hours"), ("km", "km")],
        default="hours",
        help="What the meter counts.",
    )
    aftersales_voucher_ids = fields.One2many(
        "aftersales.voucher",
        "lot_id",
        string="Service Vouchers",
        groups=SERVICE_GROUPS,
        help="Every job on this unit that the reader may see.",
    )
    aftersales_voucher_count = fields.Integer(
        compute="_compute_aftersales_voucher_count",
        string="Vouchers",
        groups=SERVICE_GROUPS,
        help="Number of jobs on this unit.",
    )
    in_warranty = fields.Boolean(
        compute="_compute_in_warranty", help="Inside the free-warranty period today."
    )

    @api.depends("aftersales_voucher_ids")
    def _compute_aftersales_voucher_count(self):
        counts = dict(
            self.env["aftersales.voucher"]._read_group(
                [("lot_id", "in", self.ids)], ["lot_id"], ["__count"]
            )
        )
        for lot in self:
            lot.aftersales_voucher_count = counts.get(lot._origin, 0)

    @api.depends("warranty_start", "warranty_end")
    @api.depends_context("tz")
    def _compute_in_warranty(self):
        today = fields.Date.context_today(self)
        for lot in self:
            lot.in_warranty = lot._is_covered("warranty", today)

    @api.constrains("warranty_start", "warranty_end", "contract_start", "contract_end")
    def _check_cover_dates(self):
        for lot in self:
            for kind, label in (
                ("warranty", self.env._("warranty")),
                ("contract", self.env._("service contract")),
            ):
                start, end = lot[f"{kind}_start"], lot[f"{kind}_end"]
                if start and end and end < start:
                    raise ValidationError(
                        self.env._(
                            "The %(cover)s of unit %(unit)s ends before it starts: "
                            "correct one of the two dates.",
                            cover=label,
                            unit=lot.display_name,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        """Open unit files.

        :raises AccessError: when the user may not write one of the fields
        """
        defaults = {
            key.removeprefix("default_"): value
            for key, value in self.env.context.items()
            if key.startswith("default_") and key.removeprefix("default_") in self._fields
        }
        for vals in vals_list:
            self._check_unit_file_rights({**defaults, **vals}, NEW_UNIT_FIELDS)
        creating = self.with_context(aftersales_creating=CREATE_SENTINEL)
        return super(StockLot, creating).create(vals_list).with_env(self.env)

    def write(self, vals):
        """Keep unit files.

        :raises AccessError: when the user may not write one of the fields
        """
        if self.env.context.get("aftersales_creating") is not CREATE_SENTINEL:
            self._check_unit_file_rights(vals, NEW_UNIT_FIELDS - {"company_id"})
        return super().write(vals)

    def action_view_aftersales_vouchers(self):
        """Open the vouchers of this unit, newest first (S14)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_voucher_action_register"
        )
        action["domain"] = [("lot_id", "=", self.id)]
        action["context"] = {"default_lot_id": self.id}
        return action

    def _mail_get_partner_fields(self, introspect_fields=False):
        """The unit's user comes first; who got it by delivery only for who may see deliveries."""
        names = super()._mail_get_partner_fields(introspect_fields=introspect_fields)
        if not self.env["stock.move"].has_access("read"):
            names = [name for name in names if name != "partner_ids"]
        return ["user_partner_id", *(name for name in names if name != "user_partner_id")]

    def _is_covered(self, kind, day):
        """Is a day inside the unit's warranty or contract, both ends included?

        A cover without an end is no cover: a forgotten date must not give free work for ever.

        :param str kind: ``warranty`` or ``contract``
        :param date day: day in the company's time zone
        """
        self.ensure_one()
        start, end = self[f"{kind}_start"], self[f"{kind}_end"]
        return bool(day and end and day <= end and (not start or start <= day))

    def _get_service_type(self, day):
        """Type of service that the unit's file proposes for a job reported on a day (S2).

        Hook: contracts and entitlements refine it.

        :return: ``A`` paid, ``B`` contract or ``C`` free
        """
        self.ensure_one()
        if not self.sold_by_us:
            return "A"
        if self._is_covered("warranty", day):
            return "C"
        return "B" if self._is_covered("contract", day) else "A"

    @api.model
    def _get_unit_file_fields(self):
        """Names of the fields that service keeps. Hook: extend it with the fields you add."""
        return frozenset(
            {
                "user_partner_id",
                "user_confirmed_on",
                "dealer_id",
                "sold_by_us",
                "made_on",
                "sold_on",
                "warranty_start",
                "warranty_end",
                "contract_start",
                "contract_end",
                "meter",
                "meter_unit",
            }
        )

    def _check_unit_file_rights(self, vals, core_fields):
        """Who writes what on a unit (S14): stock the lot, service the file, sales the dealer.

        :param core_fields: fields of core's lot that a clerk may write as well
        :raises AccessError: naming who to ask
        """
        if self.env.su:
            return
        user, file_fields = self.env.user, self._get_unit_file_fields()
        dealer_id = vals.get("dealer_id", False)
        changed = any(lot.dealer_id.id != dealer_id for lot in self) if self else dealer_id
        if "dealer_id" in vals and changed and not user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(
                self.env._("The dealer who sold a unit is written by sales only: ask them.")
            )
        denied = set()
        if not user._is_internal():
            # Subcontractors may enter serials on the portal.
            denied = file_fields.intersection(vals)
        elif user.has_group("aftersales_service.group_service_clerk") and not user.has_group(
            "stock.group_stock_user"
        ):
            denied = get_business_fields(vals) - file_fields - core_fields
        if denied:
            labels = sorted(self._fields[name]._description_string(self.env) for name in denied)
            raise AccessError(
                self.env._(
                    "%(fields)s: not yours to write on a unit. The hotline keeps the unit's "
                    "file, the storekeeper the rest.",
                    fields=", ".join(labels),
                )
            )
