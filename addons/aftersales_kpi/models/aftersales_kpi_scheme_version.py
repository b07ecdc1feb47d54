# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesKpiScheme(models.Model):
    """Dated versions of a scheme: from a day on other terms hold, what was agreed keeps its own."""

    _inherit = "aftersales.kpi.scheme"

    version = fields.Integer(required=True, default=1, readonly=True, copy=False)
    previous_id = fields.Many2one(
        "aftersales.kpi.scheme",
        string="Previous Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The version that held before.",
    )
    next_ids = fields.One2many(
        "aftersales.kpi.scheme", "previous_id", string="Next Version", readonly=True
    )
    change_note = fields.Text(
        copy=False, tracking=True, help="Why there is a new version, for those it is for."
    )
    changes = fields.Text(
        compute="_compute_changes", help="What differs from the version before, line by line."
    )

    @api.depends("name", "version")
    def _compute_display_name(self):
        for scheme in self:
            scheme.display_name = scheme.name
            if scheme.version > 1:
                scheme.display_name = self.env._(
                    "%(name)s, version %(version)s", name=scheme.name, version=scheme.version
                )

    @api.depends("previous_id", "line_ids", "gate_ids", "par_score")
    @api.depends_context("lang")
    def _compute_changes(self):
        for scheme in self:
            scheme.changes = "\n".join(scheme._describe_changes()) if scheme.previous_id else False

    def action_new_version(self):
        """Open the dialog in which a new version is started."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_kpi_renew_action"
        )
        action["context"] = {"default_scheme_id": self.id}
        return action

    def _renew(self, day, note):
        """Start a new version on a day; this one ends the day before.

        :param date day: first day of the new version
        :param str note: why
        :return: the new version, with the same terms, to be changed
        :raises UserError: when this version does not hold on that day, or has a successor
        """
        self.ensure_one()
        if day <= self.date_from or (self.date_to and day > self.date_to) or self.next_ids:
            raise UserError(
                self.env._(
                    "KPI scheme “%(scheme)s” cannot be followed by a version from %(day)s on: "
                    "choose a day after its first one, on which it is the last version and holds.",
                    scheme=self.display_name,
                    day=fields.Date.to_string(day),
                )
            )
        ends = self.date_to
        self.date_to = fields.Date.add(day, days=-1)
        return self.copy(
            {
                "name": self.name,
                "date_from": day,
                "date_to": ends,
                "version": self.version + 1,
                "previous_id": self.id,
                "change_note": note,
            }
        )

    # === WHAT CHANGED === #

    def _describe_changes(self):
        """Sentences: indicators that came, went or are graded otherwise; gates; par."""
        self.ensure_one()
        now, before = self._get_terms_in_words(), self.previous_id._get_terms_in_words()
        sentences = [self.env._("New: %s", now[key]) for key in now if key not in before]
        sentences += [self.env._("Gone: %s", before[key]) for key in before if key not in now]
        sentences += [
            self.env._("%(before)s → %(now)s", before=before[key], now=now[key])
            for key in now
            if key in before and now[key] != before[key]
        ]
        return sentences or [self.env._("Nothing yet.")]

    def _get_terms_in_words(self):
        """What the scheme says, each term with a key to compare it by."""
        self.ensure_one()
        words = {"par": self.env._("Par score %s %%", f"{self.par_score:g}")}
        for line in self.line_ids:
            words["line", line.indicator_id.id] = line._get_terms_in_words()
        for gate in self.gate_ids:
            words["gate", gate.indicator_id.id] = gate._get_terms_in_words()
        return words
