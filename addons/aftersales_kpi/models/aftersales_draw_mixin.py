# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import secrets

from odoo import api, fields, models
from odoo.tools import SQL


class AftersalesDrawMixin(models.AbstractModel):
    """A round that draws at random, so that anybody can repeat the draw (K11, K12).

    The seed comes by chance when the round is made, before it is known who takes part, and nobody
    types it. Whose SHA-256 of ``seed:number`` is lowest is drawn.
    """

    _name = "aftersales.draw.mixin"
    _inherit = ["aftersales.protected.mixin"]
    _description = "Draw from a Seed"

    seed = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_hex(16),
        help="By chance, fixed when the round was made: with it and the list anybody can repeat "
        "the draw. The lowest SHA-256 of “seed:number” are drawn.",
    )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"seed"}

    def _get_digest_sql(self, number):
        """The digest that decides the draw.

        :param SQL number: expression of the number that takes part
        """
        self.ensure_one()
        return SQL(
            "encode(sha256(convert_to(%s || ':' || %s::text, 'UTF8')), 'hex')", self.seed, number
        )

    def _is_verified(self):
        """Do seed and list give exactly what was drawn? To be overridden."""
        raise NotImplementedError

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
