# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..measures import SUBJECT_MODELS

SUBJECT_FIELDS = {
    "employee": "employee_id",
    "team": "team_id",
    "outlet": "outlet_id",
    "dealer": "dealer_id",
}


class AftersalesKpiSubjectMixin(models.AbstractModel):
    """Whom a record is about: an employee, a team, an outlet, a dealer, or the company itself.

    The inheriting model has a field ``company_id``.
    """

    _name = "aftersales.kpi.subject.mixin"
    _description = "Subject of a Measure"

    subject_kind = fields.Selection(
        [
            ("employee", "Employee"),
            ("team", "Team"),
            ("outlet", "Outlet"),
            ("dealer", "Dealer"),
            ("company", "Company"),
        ],
        string="Kind of Subject",
        required=True,
        default="employee",
        help="Who is measured.",
    )
    employee_id = fields.Many2one(
        "hr.employee", index="btree_not_null", ondelete="restrict", check_company=True
    )
    team_id = fields.Many2one(
        "aftersales.team", index="btree_not_null", ondelete="restrict", check_company=True
    )
    outlet_id = fields.Many2one(
        "aftersales.outlet", index="btree_not_null", ondelete="restrict", check_company=True
    )
    dealer_id = fields.Many2one(
        "res.partner", index="btree_not_null", ondelete="restrict", check_company=True
    )

    @api.constrains("subject_kind", *SUBJECT_FIELDS.values())
    def _check_subject(self):
        """Exactly the subject that its kind names."""
        for record in self:
            filled = {kind for kind, name in SUBJECT_FIELDS.items() if record[name]}
            if filled != ({record.subject_kind} & set(SUBJECT_FIELDS)):
                raise ValidationError(
                    self.env._(
                        "“%(record)s” must name the %(kind)s that is measured, and nobody else.",
                        record=record._description,
                        kind=record._get_subject_label(),
                    )
                )

    def _get_subject(self):
        """The record that is measured.

        :return: record of one of ``SUBJECT_MODELS``
        """
        self.ensure_one()
        return self[SUBJECT_FIELDS.get(self.subject_kind, "company_id")]

    @api.model
    def _prepare_subject_vals(self, kind, subject_id):
        """Values that name a subject.

        :param str kind: key of ``SUBJECT_MODELS``
        :param int subject_id: id in its model
        """
        if kind not in SUBJECT_MODELS:
            raise ValueError(f"{kind} cannot be measured")
        vals = {"subject_kind": kind}
        if kind in SUBJECT_FIELDS:
            vals[SUBJECT_FIELDS[kind]] = subject_id
        return vals

    def _get_subject_label(self):
        """Kind of subject in the reader's language."""
        self.ensure_one()
        selection = dict(self._fields["subject_kind"]._description_selection(self.env))
        return selection.get(self.subject_kind, "").lower()
