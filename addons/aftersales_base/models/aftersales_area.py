# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from bisect import bisect_right
from collections import defaultdict

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..postcode import get_key


class AftersalesArea(models.Model):
    """A stretch of country that outlets cover (S7): a tree of regions down to districts.

    An address finds its area by itself where the area says which country, state or postcodes it
    is: the most specific one wins, postcodes before a state before a country, and among areas
    with postcodes the one deepest in the tree.
    """

    _name = "aftersales.area"
    _description = "Service Area"
    _inherit = ["aftersales.cached.mixin", "aftersales.code.mixin"]
    _parent_store = True
    _order = "complete_name"
    _rec_name = "complete_name"
    _rec_names_search = ["complete_name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(index=True, help="Short code used on lists and in imports.")
    complete_name = fields.Char(
        compute="_compute_complete_name",
        recursive=True,
        store=True,
        index="trigram",
        help="The area with all above it, e.g. North / Harbour City.",
    )
    parent_id = fields.Many2one(
        "aftersales.area",
        index=True,
        ondelete="restrict",
        help="Area that this one lies in; who covers it covers this one too.",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("aftersales.area", "parent_id", string="Sub-areas")
    active = fields.Boolean(default=True)
    country_id = fields.Many2one(
        "res.country",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Country of the area: all of it, unless a state or postcodes say less.",
    )
    state_id = fields.Many2one(
        "res.country.state",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('country_id', '=?', country_id)]",
        help="State or province of the area: all of it, unless postcodes say less.",
    )
    postcode_ids = fields.One2many(
        "aftersales.area.postcode",
        "area_id",
        string="Postcodes",
        copy=False,
        help="Ranges of postcodes that lie in this area; ranges of one level do not overlap.",
    )

    _code_uniq = models.UniqueIndex("(code) WHERE code IS NOT NULL", "This area code is taken.")

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        """Full path of the area, in the order of the tree."""
        for area in self:
            parent = area.parent_id.complete_name
            area.complete_name = f"{parent} / {area.name}" if parent else area.name

    @api.onchange("state_id")
    def _onchange_state_id(self):
        if self.state_id:
            self.country_id = self.state_id.country_id

    @api.constrains("country_id", "state_id", "parent_id", "active", "postcode_ids")
    def _check_coverage(self):
        """S7: one address has one area on each level of the tree.

        :raises ValidationError: naming the two areas and what both claim
        """
        for area in self:
            if area.state_id and area.state_id.country_id != area.country_id:
                raise ValidationError(
                    self.env._(
                        "%(state)s is not a state of the country of %(area)s: choose its country.",
                        state=area.state_id.name,
                        area=area.display_name,
                    )
                )
            if area.postcode_ids and not area.country_id:
                raise ValidationError(
                    self.env._(
                        "Postcodes belong to a country: choose the country of %(area)s.",
                        area=area.display_name,
                    )
                )
        # What hangs below an area that moves comes to another level with it.
        for country in self.search([("id", "child_of", self.ids)]).country_id:
            self._check_country(country)

    @api.model
    def _check_country(self, country):
        """No two areas of one level claim the same postcodes, state or country."""
        levels = defaultdict(list)
        for area in self.search([("country_id", "=", country.id)]):
            level = area.parent_path.count("/")
            for postcodes in area.postcode_ids:
                levels[level].append((postcodes.key_from, postcodes.key_to, area, postcodes))
            if not area.postcode_ids:
                # A state or a country is claimed as a whole: a range of one point.
                place = area.state_id or area.country_id
                key = f"{place._name} {place.id}"
                levels[level, key].append((key, key, area, place))
        for ranges in levels.values():
            ranges.sort(key=lambda item: item[:2])
            for (_start, end, area, place), (start, _end, other, rival) in zip(
                ranges, ranges[1:], strict=False
            ):
                if start <= end:
                    raise ValidationError(
                        self.env._(
                            "%(place)s of %(area)s overlaps with %(other_place)s of %(other)s, "
                            "which lies on the same level of the tree: an address would have two "
                            "areas. Correct one of them, or put one below the other.",
                            place=place.display_name,
                            area=area.display_name,
                            other_place=rival.display_name,
                            other=other.display_name,
                        )
                    )

    @api.model
    def _find_by_address(self, addresses):
        """Area of each address, the most specific one first (S7); no query once it is cached.

        :param addresses: list of (country id, state id, postcode), each may be False
        :return: list of aftersales.area, empty where no area says that it is there
        """
        found = []
        for country_id, state_id, code in addresses:
            levels, states, area_id = self._get_coverage(country_id or 0)
            key = get_key(code)
            by_code = key and next(filter(None, (_look_up(level, key) for level in levels)), None)
            found.append(self.browse(by_code or states.get(state_id) or area_id))
        return found

    @api.model
    @tools.ormcache("country_id")
    def _get_coverage(self, country_id):
        """What areas claim in a country, as it is looked up.

        :return: (levels of the tree from the deepest: (sorted first keys, [(last key, area id)]),
            {state id: area id}, area id of the country or False)
        """
        # sudo: where an address lies is the same for everybody.
        areas = self.sudo().search([("country_id", "=", country_id)], order="parent_path")
        ranges, states, whole = defaultdict(list), {}, False
        for area in areas.sorted(lambda area: area.parent_path.count("/")):
            for postcodes in area.postcode_ids:
                level = area.parent_path.count("/")
                ranges[level].append((postcodes.key_from, postcodes.key_to, area.id))
            if area.postcode_ids:
                continue
            if area.state_id:
                states[area.state_id.id] = area.id
            else:
                whole = area.id
        levels = []
        for level in sorted(ranges, reverse=True):
            rows = sorted(ranges[level])
            levels.append(([row[0] for row in rows], [row[1:] for row in rows]))
        return tuple(levels), states, whole


def _look_up(level, key):
    """Area id of the range that holds a key; ranges of a level do not overlap."""
    starts, ranges = level
    index = bisect_right(starts, key) - 1
    if index < 0:
        return None
    last, area_id = ranges[index]
    return area_id if key <= last else None
