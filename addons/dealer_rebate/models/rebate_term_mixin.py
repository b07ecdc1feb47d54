# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.exceptions import ValidationError

#: What a number of terms stays below: amounts that are exact to the cent, and database integers.
LIMITS = {"float": 1e15, "monetary": 1e15, "integer": 2**31}


class RebateTermMixin(models.AbstractModel):
    """A part of an agreement's terms: frozen once the agreement is in force (R12).

    The model has a field ``agreement_id``, its own or through the component that it belongs to.
    """

    _name = "rebate.term.mixin"
    _description = "Part of a Rebate Agreement's Terms"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_numbers(vals)
        terms = super().create(vals_list)
        terms.agreement_id._check_terms_editable()
        return terms

    def write(self, vals):
        if set(vals) - self._get_free_fields():
            self.agreement_id._check_terms_editable()
        self._check_numbers(vals)
        result = super().write(vals)
        if {"agreement_id", "component_id"} & set(vals):
            # The agreement that it comes into may be in force as well.
            self.agreement_id._check_terms_editable()
        return result

    def _check_numbers(self, vals):
        """Refuse NaN, infinity and figures that no column holds exactly, before they are rounded.

        :raise ValidationError: naming field and value
        """
        for name, value in vals.items():
            field = self._fields.get(name)
            if not field or field.type not in LIMITS or not isinstance(value, (int, float, str)):
                continue
            try:
                # Written so that NaN, which compares with nothing, is refused as well.
                ordinary = abs(float(value)) < LIMITS[field.type]
            except (ValueError, OverflowError):
                ordinary = False
            if not ordinary:
                raise ValidationError(
                    self.env._(
                        "“%(field)s” of %(model)s cannot be %(value)s: enter an ordinary number.",
                        field=field._description_string(self.env),
                        model=self._description,
                        value=str(value)[:30],
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        self.agreement_id._check_terms_editable()

    @api.model
    def _get_free_fields(self):
        """Fields that promise nothing and may change at any time."""
        return {"sequence"}
