# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from itertools import count

from odoo import models


class AftersalesCodeMixin(models.AbstractModel):
    """Records with a name and a unique ``code``: a duplicate gets a free code of its own."""

    _name = "aftersales.code.mixin"
    _description = "Record with a Unique Code"

    def copy_data(self, default=None):
        """Mark the copy's name and give it the next free code, e.g. N01-2."""
        vals_list = super().copy_data(default=default)
        given = default or {}
        taken = set() if "code" in given else self._get_taken_codes()
        for record, vals in zip(self, vals_list, strict=True):
            if "name" not in given:
                vals["name"] = self.env._("%s (copy)", record.name)
            if "code" not in given and record.code:
                codes = (f"{record.code}-{number}" for number in count(2))
                vals["code"] = next(code for code in codes if code not in taken)
                taken.add(vals["code"])
        return vals_list

    def _get_taken_codes(self):
        """Codes that the unique index knows, archived records included."""
        # sudo: the index spans companies whose records the user may not see; only codes are read.
        everything = self.sudo().with_context(active_test=False)
        return set(everything.search_fetch([("code", "!=", False)], ["code"]).mapped("code"))
