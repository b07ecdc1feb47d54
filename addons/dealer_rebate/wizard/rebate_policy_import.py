# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import base64
import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.rebate_agreement_policy import MAX_SIZE, POLICIES


class RebatePolicyImport(models.TransientModel):
    """Start an agreement from a ready scheme of the trade, or from a policy file (R12)."""

    _name = "rebate.policy.import"
    _description = "New Agreement from a Template or File"

    source = fields.Selection(
        [("template", "Ready scheme"), ("file", "Policy file")], required=True, default="template"
    )
    template = fields.Selection(
        selection="_get_template_selection", help="Every scheme of R1 to R13, to be edited."
    )
    summary = fields.Text(compute="_compute_summary")
    file = fields.Binary(help="A file that was exported from an agreement.")
    file_name = fields.Char()
    date_start = fields.Date(
        required=True,
        default=lambda self: self.env.company.compute_fiscalyear_dates(
            fields.Date.context_today(self)
        )["date_from"],
        help="First day of the agreement, where the scheme or file does not say it.",
    )

    @api.model
    def _get_template_selection(self):
        templates = self.env["rebate.agreement"]._get_templates()
        return [(key, name) for key, (name, _summary) in templates.items()]

    @api.depends("template")
    def _compute_summary(self):
        templates = self.env["rebate.agreement"]._get_templates()
        for wizard in self:
            wizard.summary = templates.get(wizard.template, ("", ""))[1]

    def action_import(self):
        """Make the draft agreement and open it.

        :raise UserError: listing all that is wrong with a file; then nothing was made
        """
        self.ensure_one()
        data = self._read()
        if isinstance(data, dict) and isinstance(data.get("agreement"), dict):
            data["agreement"].setdefault("date_start", fields.Date.to_string(self.date_start))
        agreement = self.env["rebate.agreement"]._import_policy(data)
        return agreement._get_form_action()

    def _read(self):
        if self.source == "template":
            if not self.template:
                raise UserError(self.env._("Choose the scheme to start from."))
            return json.loads((POLICIES / f"{self.template}.json").read_text())
        content = base64.b64decode(self.file or b"")
        if not content:
            raise UserError(self.env._("Choose the policy file to import."))
        if len(content) > MAX_SIZE:
            raise UserError(
                self.env._(
                    "%(name)s is larger than %(size)s MB: this is no policy file.",
                    name=self.file_name,
                    size=MAX_SIZE // 1_000_000,
                )
            )
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            raise UserError(
                self.env._(
                    "%(name)s is no policy file: %(error)s.", name=self.file_name, error=str(error)
                )
            ) from error
