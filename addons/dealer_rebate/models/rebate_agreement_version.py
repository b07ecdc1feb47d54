# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import re
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount, format_date

# Only this very object lets a version end the one before it: it cannot come from a request.
SUPERSEDED = object()


class RebateAgreementVersion(models.Model):
    """Terms in force do not change: a new version follows them from a day on (R12).

    Versions share the keys of their components, so that what an earlier version settled for the
    days of a later one is never paid again: the later one pays the difference.
    """

    _inherit = "rebate.agreement"

    version = fields.Integer(default=1, readonly=True, copy=False)
    root_id = fields.Many2one(
        "rebate.agreement",
        string="First Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    previous_id = fields.Many2one(
        "rebate.agreement",
        string="Previous Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    version_count = fields.Integer(compute="_compute_version_count")
    difference = fields.Html(
        compute="_compute_difference",
        string="What Changes",
        help="The terms that differ from the previous version.",
    )
    submitted_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        help="Who asked for approval. Somebody else has to give it.",
    )
    needs_approval = fields.Boolean(
        related="company_id.rebate_four_eyes",
        help="Two people put an agreement in force: one submits it, another one approves it.",
    )

    _previous_once = models.UniqueIndex(
        "(previous_id) WHERE previous_id IS NOT NULL",
        "This agreement has a next version already.",
    )

    @api.depends("name", "version")
    def _compute_display_name(self):
        """Versions share a name: from the second on the number tells them apart."""
        for agreement in self:
            agreement.display_name = (
                self.env._("%(name)s, version %(version)s", name=agreement.name, version=number)
                if (number := agreement.version) > 1
                else agreement.name
            )

    @api.depends("root_id")
    def _compute_version_count(self):
        for agreement in self:
            agreement.version_count = len(agreement._get_versions())

    @api.depends("previous_id", "component_ids", "date_start", "date_end", "state")
    @api.depends_context("lang")
    def _compute_difference(self):
        for agreement in self:
            agreement.difference = agreement._get_difference_html() if agreement.previous_id else ""

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_submit(self):
        """Ask somebody else to put drafts in force (four eyes)."""
        self.check_access("write")
        for agreement in self.filtered(lambda a: a.state == "draft"):
            agreement._check_complete()
            # sudo: write access was checked; the state only changes through these methods.
            agreement.sudo().write({"state": "submitted", "submitted_by_id": self.env.uid})

    def action_activate(self):
        """Put agreements in force; a new version ends the one before it.

        :raise AccessError: when two people are needed and this is the same one
        """
        self.check_access("write")
        for agreement in self.filtered(lambda a: a.state in ("draft", "submitted")):
            agreement._check_four_eyes()
            if agreement.previous_id:
                agreement._supersede()
        return super().action_activate()

    def action_draft(self):
        """Take agreements back to draft; a version that ended another one stays."""
        for agreement in self.filtered(lambda a: a.state == "active" and a.previous_id):
            raise UserError(
                self.env._(
                    "%(name)s, version %(version)s, has ended the version before it. Follow it "
                    "with another version instead.",
                    name=agreement.name,
                    version=agreement.version,
                )
            )
        return super().action_draft()

    def action_new_version(self):
        """Open a draft that follows this agreement, by default from the next period on."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "active":
            raise UserError(
                self.env._("%(name)s is not in force: there is nothing to follow.", name=self.name)
            )
        today = fields.Date.context_today(self)
        _start, end = self._get_period_bounds(max(today, self.date_start))
        version = self._copy_as_version(end + timedelta(days=1))
        return version._get_form_action()

    def action_copy_next_year(self):
        """Open a draft with the same terms one year later, as an agreement of its own."""
        self.ensure_one()
        year = relativedelta(years=1)
        copy = self.copy(
            {
                "name": re.sub(r"\b20\d\d\b", lambda m: str(int(m[0]) + 1), self.name),
                "date_start": self.date_start + year,
                "date_end": self.date_end and self.date_end + year,
            }
        )
        for dated in (copy.member_ids, copy.period_ids):
            for record in dated:
                record.write(
                    {name: record[name] + year for name in ("date_from", "date_to") if record[name]}
                )
        for component in copy.component_ids:
            component.write(
                {
                    name: component[name] + year
                    for name in ("date_scope_from", "date_scope_to")
                    if component[name]
                }
            )
        return copy._get_form_action()

    def action_view_versions(self):
        """Open all versions of this agreement."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dealer_rebate.rebate_agreement_action"
        )
        action["domain"] = [("id", "in", self._get_versions().ids)]
        return action

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": "rebate.agreement",
            "view_mode": "form",
            "res_id": self.id,
        }

    # ------------------------------------------------------------------
    # Versions
    # ------------------------------------------------------------------

    def _get_versions(self):
        """All versions of this agreement, this one included."""
        self.ensure_one()
        root = self.root_id or self._origin
        return root | self.search([("root_id", "=", root.id)])

    def _copy_as_version(self, date_start):
        """A draft with the terms and the component keys of this agreement."""
        self.ensure_one()
        # After the last period it is a renewal: how long it runs is what both sides talk about.
        end = self.date_end if self.date_end and self.date_end >= date_start else False
        version = self.copy({"name": self.name, "date_start": date_start, "date_end": end})
        # sudo: keys and links of versions are written here only.
        version.sudo().write(
            {
                "version": self.version + 1,
                "root_id": (self.root_id or self).id,
                "previous_id": self.id,
            }
        )
        for old, new in zip(self.component_ids, version.component_ids, strict=True):
            # sudo: the copy was allowed; keys are written by versions only.
            new.sudo().component_key = old.component_key
        return version

    def _supersede(self):
        """End the previous version on the day before this one starts.

        :raise UserError: when this is no first day of a period, when a settlement is open, or
            when something that was settled for these days is missing in this version
        """
        self.ensure_one()
        previous = self.previous_id
        if self.date_start <= previous.date_start:
            raise UserError(
                self.env._(
                    "%(name)s, version %(version)s, has to start after the version before it "
                    "(%(date)s).",
                    name=self.name,
                    version=self.version,
                    date=format_date(self.env, previous.date_start),
                )
            )
        start, _end = previous._get_calendar_bounds(self.date_start, previous.period)
        if start != self.date_start:
            raise UserError(
                self.env._(
                    "A new version starts with a period, so that no table is read with half of "
                    "one: choose %(date)s or the start of another period.",
                    date=format_date(self.env, start),
                )
            )
        previous._check_nothing_open()
        self._check_nothing_dropped()
        last = self.date_start - timedelta(days=1)
        if not previous.date_end or previous.date_end > last:
            # sudo: the right to write was checked in action_activate.
            previous.sudo().with_context(rebate_superseded=SUPERSEDED).date_end = last

    def _check_nothing_dropped(self):
        keys = self.component_ids.mapped("component_key")
        line = self.env["rebate.settlement.line"].search(
            [
                ("agreement_id", "in", self._get_versions().ids),
                ("period_from", ">=", self.date_start),
                ("state", "=", "posted"),
                ("component_key", "not in", keys),
            ],
            limit=1,
        )
        if line:
            raise UserError(
                self.env._(
                    "%(component)s was settled for days from %(date)s on. Keep it in the new "
                    "version, with a table that gives nothing, so that what was paid is taken "
                    "back.",
                    component=line.component_id.name,
                    date=format_date(self.env, self.date_start),
                )
            )

    def _check_four_eyes(self):
        self.ensure_one()
        if self.env.su or not self.company_id.rebate_four_eyes:
            return
        if self.state != "submitted":
            raise UserError(
                self.env._(
                    "%(name)s needs two people: submit it, and let somebody else approve it.",
                    name=self.name,
                )
            )
        if self.submitted_by_id == self.env.user:
            raise AccessError(
                self.env._(
                    "You submitted %(name)s yourself: somebody else has to approve it.",
                    name=self.name,
                )
            )

    def _check_terms_editable(self):
        if self.env.context.get("rebate_superseded") is SUPERSEDED:
            return
        super()._check_terms_editable()

    # ------------------------------------------------------------------
    # The difference in words
    # ------------------------------------------------------------------

    def _get_difference_html(self):
        """Table of what changes: clause, before, now."""
        rows = self._get_differences()
        if not rows:
            return Markup("<p>%s</p>") % self.env._("Nothing but the dates.")
        head = (self.env._("Clause"), self.env._("Version before"), self.env._("This version"))
        return Markup(
            "<table class='table table-sm'><thead><tr>%s</tr></thead><tbody>%s</tbody></table>"
        ) % (
            Markup("").join(Markup("<th>%s</th>") % title for title in head),
            Markup("").join(
                Markup("<tr>%s</tr>")
                % Markup("").join(Markup("<td>%s</td>") % cell for cell in row)
                for row in rows
            ),
        )

    def _get_differences(self, hidden=frozenset()):
        """Terms that differ from the version before: [(term, before, now)].

        :param hidden: fields of the agreement that are left out
        """
        self.ensure_one()
        old, new = self.previous_id._describe_terms(hidden), self._describe_terms(hidden)
        return [
            (label, old.get(label, ""), new.get(label, ""))
            for label in dict.fromkeys((*old, *new))
            if old.get(label, "") != new.get(label, "")
        ]

    def _describe_terms(self, hidden=frozenset()):
        """Terms in words: {label: value}, components under their names."""
        self.ensure_one()
        terms = describe_fields(
            self,
            self._get_term_fields()
            - {"company_id", "component_ids", "date_start", "date_end"}
            - hidden,
        )
        for component in self.component_ids:
            for label, value in component._describe_terms().items():
                terms[f"{component.name}: {label}"] = value
        return terms


def describe_fields(record, names):
    """Values of fields as a reader sees them: {label: text}; empty ones are left out."""
    described = {}
    for name in sorted(names, key=lambda name: list(record._fields).index(name)):
        field, value = record._fields[name], record[name]
        if not value:
            continue
        if field.relational:
            text = ", ".join(value.sorted("id").mapped("display_name"))
        elif field.type == "selection":
            text = dict(field._description_selection(record.env))[value]
        elif field.type == "boolean":
            text = record.env._("yes")
        elif field.type == "date":
            text = format_date(record.env, value)
        elif field.type == "monetary":
            text = format_amount(record.env, value, record[field.get_currency_field(record)])
        else:
            text = str(value)
        described[field._description_string(record.env)] = text
    return described
