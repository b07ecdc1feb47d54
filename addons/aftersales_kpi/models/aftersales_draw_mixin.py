# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import secrets

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields


class AftersalesDrawMixin(models.AbstractModel):
    """A round that draws at random, so that anybody can repeat the draw (K11, K12).

    The seed comes by chance when the round is made, before it is known who takes part, and nobody
    types it. Whose SHA-256 of ``seed:number`` is lowest is drawn. A round is edited and deleted as
    a draft only; from then on its steps write it.
    """

    _name = "aftersales.draw.mixin"
    _inherit = ["aftersales.protected.mixin", "aftersales.state.mixin"]
    _description = "Draw from a Seed"

    seed = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_hex(16),
        help="By chance, fixed when the round was made: with it and the list anybody can repeat "
        "the draw. The lowest SHA-256 of “seed:number” are drawn.",
    )

    drawn_at = fields.Datetime(readonly=True, copy=False)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse what the steps write.

        :raises UserError: naming the fields
        """
        for vals in vals_list:
            self._check_protected(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Keep what the draw went by: a round that has begun does not change.

        :raises UserError: naming the fields, or the round and its state
        """
        if not self.env.su:
            self._check_protected(vals)
            if get_business_fields(vals) - self._get_later_fields():
                self._check_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        self._check_state("draft")

    # === ACTIONS === #

    def action_draw(self):
        """Draw, each round for itself."""
        self.check_access("write")
        for one in self:
            one._draw()

    def action_verify(self):
        """Repeat the draw from seed and list, and say whether it gives the same."""
        self.ensure_one()
        self.check_access("read")
        good = self._is_verified()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if good else "danger",
                "sticky": not good,
                "message": self.env._("Seed and list give exactly what was drawn.")
                if good
                else self.env._("Seed and list do not give what was drawn: it was changed."),
            },
        }

    # === STEPS === #

    def _draw(self):
        """Hook: check that the round may draw, take the step, draw."""
        raise NotImplementedError

    def _begin(self, vals):
        """Write a step before it is carried out: of two at once the second fails to serialise here.

        The caller has checked the user's right.
        """
        # sudo: states and stamps are written by the steps only.
        self.sudo().write(vals)
        self.env.flush_all()

    def _is_verified(self):
        """Hook: do seed and list give exactly what was drawn?"""
        raise NotImplementedError

    # === HELPERS === #

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"seed", "state", "drawn_at"}

    @api.model
    def _get_later_fields(self):
        """Names of the fields that are still written once the round has begun. Hook."""
        return frozenset()

    def _get_digest_sql(self, number):
        """The digest that decides the draw.

        :param SQL number: expression of the number that takes part
        """
        self.ensure_one()
        return SQL(
            "encode(sha256(convert_to(%s || ':' || %s::text, 'UTF8')), 'hex')", self.seed, number
        )
