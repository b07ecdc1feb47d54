# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesOutlet(models.Model):
    """A service point or store of the network (S7, N1): who serves which area, with whom.

    The outlet's partner is its address and, for a dealer's branch, the company behind it.
    """

    _name = "aftersales.outlet"
    _description = "Outlet"
    _inherit = ["aftersales.code.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "code, name"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(required=True, copy=False, help="Short code used on lists and labels.")
    kind = fields.Selection(
        [
            ("own", "Own Service Point"),
            ("agent", "Service Agent"),
            ("store", "Dealer's Store"),
        ],
        default="own",
        required=True,
        help="Own: our people. Agent: works for us on contract. Store: a dealer's branch.",
    )
    phase = fields.Selection(
        [
            ("preparation", "Preparation"),
            ("organisation", "Organisation"),
            ("operation", "Operation"),
            ("extension", "Extension"),
        ],
        default="operation",
        required=True,
        tracking=True,
        group_expand=True,
        help="Phase of the network's building (N1); a prospect is in preparation.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Address",
        index="btree_not_null",
        check_company=True,
        help="Address of the outlet; of a dealer's store, the branch itself.",
    )
    dealer_id = fields.Many2one(
        "res.partner",
        compute="_compute_dealer_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        help="Dealer that runs the outlet; empty for our own.",
    )
    area_ids = fields.Many2many(
        "aftersales.area",
        string="Areas",
        help="Areas that this outlet covers, with all below them (S7).",
    )
    grade = fields.Char(tracking=True, help="Grade of the last evaluation (K10), e.g. A+.")
    date_start = fields.Date(help="First day of business; terms of R2 run from here.")
    manager_id = fields.Many2one(
        "hr.employee", check_company=True, help="Who answers for the outlet."
    )
    technician_ids = fields.Many2many(
        "hr.employee", string="Technicians", check_company=True, help="Who may get its jobs."
    )
    location_id = fields.Many2one(
        "stock.location",
        string="Stock Location",
        check_company=True,
        copy=False,
        help="Where the outlet keeps its parts. A location serves one outlet.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True)
    color = fields.Integer()
    note = fields.Html()

    _code_company_uniq = models.UniqueIndex(
        "(company_id, code)", "This outlet code is taken in the company."
    )
    _location_uniq = models.UniqueIndex(
        "(location_id)",
        "This stock location belongs to another outlet, perhaps an archived one: choose a location "
        "of its own for each outlet, or take it from the other one first.",
    )

    @api.depends("kind", "partner_id.commercial_partner_id")
    def _compute_dealer_id(self):
        for outlet in self:
            if outlet.kind == "own":
                outlet.dealer_id = False
            else:
                outlet.dealer_id = outlet.partner_id.commercial_partner_id

    @api.depends("name", "code")
    def _compute_display_name(self):
        for outlet in self:
            outlet.display_name = f"[{outlet.code}] {outlet.name}" if outlet.code else outlet.name

    @api.model
    def _get_outlet_by_area(self, areas, company=None):
        """Outlet that covers each area, nearest area of the tree first (S7).

        :param areas: recordset of aftersales.area
        :return: dict {area: aftersales.outlet}; areas that nobody covers are left out
        """
        company = company or self.env.company
        outlets = self.search(
            [
                ("company_id", "=", company.id),
                ("phase", "in", ("operation", "extension")),
                ("area_ids", "parent_of", areas.ids),
            ]
        )
        covering = {}
        for outlet in reversed(outlets):
            for area in outlet.area_ids:
                covering[area.id] = outlet
        found = {}
        for area in areas:
            for area_id in reversed([int(part) for part in area.parent_path.split("/") if part]):
                if area_id in covering:
                    found[area] = covering[area_id]
                    break
        return found
