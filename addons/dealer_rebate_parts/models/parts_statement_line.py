# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class PartsStatementLine(models.Model):
    """Rebates and virtual currency on a statement of parts (P12)."""

    _inherit = "parts.statement.line"

    section = fields.Selection(
        selection_add=[("wallet", "Virtual Currency")], ondelete={"wallet": "cascade"}
    )
    kind = fields.Selection(
        selection_add=[
            ("credit_note",),
            ("rebate", "Rebate"),
            ("payment",),
            ("wallet", "Virtual Currency"),
            ("entry",),
        ],
        ondelete={
            "rebate": lambda lines: lines.write({"kind": "credit_note"}),
            "wallet": lambda lines: lines.write({"kind": "entry"}),
        },
    )
