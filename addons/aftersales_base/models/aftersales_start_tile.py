# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class AftersalesStartTile(models.Model):
    """What a manager looks at first: how much is late, not posted, or fell, and where.

    A tile counts records with the reader's own rights and opens them. Days in its domain are
    written as Odoo's relative dates: ``today``, ``-7d``.
    """

    _name = "aftersales.start.tile"
    _description = "Tile of the Start Page"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    theme = fields.Selection(
        [
            ("late", "Late"),
            ("money", "Not Posted or Collected"),
            ("fell", "Worse than Before"),
            ("people", "Waiting for an Answer"),
        ],
        required=True,
        default="late",
        group_expand=True,
        help="Group of the start page.",
    )
    res_model = fields.Char(
        string="Model", required=True, help="Technical name of what is counted."
    )
    domain = fields.Char(required=True, default="[]", help="Which records count.")
    amount_field = fields.Char(
        help="Field of money that is added up below the count; empty: none. Of the reader's "
        "company."
    )
    action_id = fields.Many2one(
        "ir.actions.act_window",
        ondelete="set null",
        help="How the records are shown; empty: Odoo's own list and form.",
    )
    group_ids = fields.Many2many(
        "res.groups", string="For", help="Who has this tile; empty: whoever may read the records."
    )
    count = fields.Integer(compute="_compute_count", help="Records that wait.")
    amount = fields.Monetary(compute="_compute_count", help="What they amount to.")
    currency_id = fields.Many2one("res.currency", compute="_compute_count")
    may_read = fields.Boolean(
        compute="_compute_count", search="_search_may_read", help="The reader may see the records."
    )

    @api.depends("res_model", "domain", "amount_field")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_count(self):
        """One query a tile, with the reader's rights; what he may not read is no tile of his."""
        currency = self.env.company.currency_id
        for tile in self:
            tile.currency_id = currency
            tile.may_read = tile._is_readable()
            tile.count, tile.amount = tile._count_records() if tile.may_read else (0, 0.0)

    def _search_may_read(self, operator, value):
        if operator != "in":
            return NotImplemented
        tiles = self.search([("res_model", "!=", False)])
        readable = tiles.filtered(lambda tile: tile._is_readable() in value)
        return [("id", "in", readable.ids)]

    @api.constrains("res_model", "domain", "amount_field")
    def _check_domain(self):
        for tile in self:
            try:
                model = self.env[tile.res_model]
                Domain(literal_eval(tile.domain)).validate(model)
                known = not tile.amount_field or model._fields[tile.amount_field].store
            except (ValueError, SyntaxError, TypeError, KeyError, AttributeError):
                known = False
            if not known:
                raise ValidationError(
                    self.env._(
                        "Tile “%(tile)s” cannot count: its model, domain or field of money does "
                        "not exist.",
                        tile=tile.name,
                    )
                )

    def action_open(self):
        """Open the records that were counted."""
        self.ensure_one()
        domain = literal_eval(self.domain)
        # sudo: a window action may be for other roles; it only says how the list looks.
        action = self.action_id.sudo()
        if action:
            xmlid = action.get_external_id()[action.id]
            values = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
            return {**values, "name": self.name, "domain": domain, "context": {"create": False}}
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self.res_model,
            "view_mode": "list,form",
            "domain": domain,
            "context": {"create": False},
        }

    def _is_readable(self):
        self.ensure_one()
        model = self.env.get(self.res_model)
        return model is not None and model.has_access("read")

    def _count_records(self):
        """Number and amount of the records; amounts in the company's currency only.

        :return: (int, float)
        """
        self.ensure_one()
        model, domain = self.env[self.res_model], Domain(literal_eval(self.domain))
        if "company_id" in model._fields:
            domain &= Domain("company_id", "in", [False, self.env.company.id])
        if not self.amount_field:
            return model.search_count(domain), 0.0
        ((count, amount),) = model._read_group(domain, [], ["__count", f"{self.amount_field}:sum"])
        return count, amount
