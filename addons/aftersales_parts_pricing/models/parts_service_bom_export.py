# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models

from odoo.addons.aftersales_base.export import as_xlsx, make_download


class PartsServiceBomExport(models.Model):
    """Service BOMs on paper and as files; core parts are on neither (P2, P5)."""

    _inherit = "parts.service.bom"

    def action_export_xlsx(self):
        """Download the BOMs in the form that the import reads."""
        header = ["product", "position", "part", "quantity", "unit"]
        rows = [
            [
                bom.product_id.default_code or "",
                line.position or "",
                line.product_id.default_code or "",
                line.quantity,
                line.uom_id.name,
            ]
            for bom in self
            for line in bom.line_ids
            if line.part_class != "restricted"
        ]
        name = self.env._("Service BOM")
        content = as_xlsx({"Service BOM": (header, rows)})
        return make_download(self.browse(), f"{name}.xlsx", content)

    def _get_print_lines(self):
        """What is printed: (lines of the exploded BOM, number of core parts left out) (P2)."""
        self.ensure_one()
        lines = (
            self.env["parts.service.bom.part"]
            .with_context(service_bom_ids=self.ids)
            .search([("bom_id", "in", self.ids)])
        )
        printed = lines.filtered(lambda line: line.part_class != "restricted")
        return printed, len(lines) - len(printed)
