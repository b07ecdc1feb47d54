# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.exceptions import UserError

# What mail, activities and ratings keep on a record: no business of the record's own.
HOUSEKEEPING_PREFIXES = ("message_", "activity_", "rating_", "website_message_", "my_activity_")


def get_business_fields(names):
    """Names without those that mail and activities write, also on a record that is closed."""
    return {name for name in names if not name.startswith(HOUSEKEEPING_PREFIXES)}


class AftersalesProtectedMixin(models.AbstractModel):
    """Fields that nobody types: neither in a form, nor by RPC, import or a default of a context.

    A model lists them in ``_get_protected_fields`` and asks ``_check_protected`` before it
    creates or writes.
    """

    _name = "aftersales.protected.mixin"
    _description = "Fields Written by the System Only"

    @api.model_create_multi
    def create(self, vals_list):
        """Drop defaults of protected fields: a context comes from any client and any action."""
        protected = {f"default_{name}" for name in self._get_protected_fields()}
        kept = {key: value for key, value in self.env.context.items() if key not in protected}
        without_defaults = self.with_env(self.env(context=kept))
        return super(AftersalesProtectedMixin, without_defaults).create(vals_list)

    @api.model
    def _get_protected_fields(self):
        """Names of the fields that only the system writes. Hook: extend it with your own."""
        return frozenset()

    @api.model
    def _get_protected_advice(self):
        """What to do instead of typing a protected field: the end of the error message."""
        return self.env._("written by the system, not entered.")

    def _check_protected(self, vals):
        """Refuse values of protected fields.

        :raises UserError: naming the fields and what to do instead
        """
        names = self._get_protected_fields().intersection(vals)
        if names:
            labels = sorted(self._fields[name]._description_string(self.env) for name in names)
            raise UserError(
                self.env._(
                    "%(fields)s: %(advice)s",
                    fields=", ".join(labels),
                    advice=self._get_protected_advice(),
                )
            )
