# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.exceptions import ValidationError


class PosConfig(models.Model):
    """Counters take published prices along (P7), and sell to users at the guide price (P9)."""

    _inherit = "pos.config"

    @api.constrains("use_pricelist", "pricelist_id")
    def _check_default_parts_list(self):
        """Whoever walks in is no dealer: the default list is none of theirs (P9).

        :raise ValidationError: naming the point of sale, the list and what to do
        """
        for config in self.filtered("use_pricelist"):
            pricelist = config.pricelist_id
            if pricelist.parts_list_kind in ("settlement", "tier"):
                raise ValidationError(
                    self.env._(
                        "“%(list)s” is for dealers and cannot be the default list of “%(pos)s”: "
                        "take the guide list. Dealers get their own list when they are chosen as "
                        "the customer, if it is among the available ones.",
                        list=pricelist.name,
                        pos=config.name,
                    )
                )

    def _get_available_pricelists(self):
        """The lists that others start from come along: the browser walks the chain itself."""
        return self._get_chained_pricelists(super()._get_available_pricelists())

    def _get_offered_pricelists(self):
        """Lists that one may sell on here; what they start from is only calculated with."""
        self.ensure_one()
        pricelists = self.pricelist_id | self._get_preset_pricelists()
        return pricelists | self.available_pricelist_ids if self.use_pricelist else pricelists

    def _get_preset_pricelists(self):
        return (self.available_preset_ids | self.default_preset_id).pricelist_id

    @api.model
    def _get_chained_pricelists(self, pricelists):
        """These lists and all that their rules start from."""
        # sudo: only which list starts from which; a base list may be nobody's to choose.
        rules = self.env["product.pricelist.item"].sudo()
        found = new = pricelists
        while new:
            groups = rules._read_group(
                [
                    ("pricelist_id", "in", new.ids),
                    ("base", "=", "pricelist"),
                    ("compute_price", "!=", "fixed"),
                    ("base_pricelist_id", "not in", found.ids),
                ],
                aggregates=["base_pricelist_id:recordset"],
            )
            new = groups[0][0].sudo(self.env.su)
            found |= new
        return found

    @api.model
    def _search_by_pricelists(self, pricelists):
        """Points of sale that sell on one of these lists, or on one that starts from it."""
        return self.search([("active", "=", True)]).filtered(
            lambda config: config._get_loaded_pricelists() & pricelists
        )

    def _get_loaded_pricelists(self):
        """Lists that the browsers of these points of sale calculate with."""
        pricelists = self._get_preset_pricelists()
        for config in self:
            pricelists |= config._get_offered_pricelists()
        return self._get_chained_pricelists(pricelists)

    def _reload_loaded_data(self):
        """Have browsers throw away what they keep, when they open the point of sale next."""
        self.env.add_to_compute(self._fields["last_data_change"], self)

    @api.model
    def _load_pos_data_read(self, records, config):
        """The time zone in which the company's price days begin."""
        read = super()._load_pos_data_read(records, config)
        for values in read:
            # sudo: only the time zone of the company's address, as for the server's price day.
            timezone = config.company_id.sudo().partner_id.tz or self.env.user.tz or "UTC"
            values["_parts_timezone"] = timezone
        return read
