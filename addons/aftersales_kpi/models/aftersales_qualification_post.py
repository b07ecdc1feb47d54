# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class AftersalesQualificationPost(models.Model):
    """Who holds a role in an outlet, from when to when (K13)."""

    _name = "aftersales.qualification.post"
    _description = "Post"
    _order = "outlet_id, requirement_id, date_from, id"
    _rec_name = "employee_id"
    _check_company_auto = True

    requirement_id = fields.Many2one(
        "aftersales.qualification.requirement",
        string="Role",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    outlet_id = fields.Many2one(
        "aftersales.outlet", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="outlet_id.company_id", store=True, index=True)
    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, ondelete="cascade", check_company=True
    )
    employee_user_id = fields.Many2one(
        "res.users",
        related="employee_id.user_id",
        store=True,
        index="btree_not_null",
        string="Employee's User",
    )
    date_from = fields.Date(string="From", required=True, default=fields.Date.context_today)
    date_to = fields.Date(string="To", help="Last day; empty: until further notice.")

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A post ends before it begins: correct the dates."
    )
    _post_uniq = models.UniqueIndex(
        "(requirement_id, outlet_id, employee_id, date_from)",
        "This employee has this post from that day on already.",
    )

    @api.constrains("requirement_id", "outlet_id", "employee_id", "date_from", "date_to")
    def _check_post(self):
        """Right kind of outlet, not too many people, no second post where none may be (K13)."""
        self._check_outlet_kind()
        others = self.search(
            [
                "|",
                ("employee_id", "in", self.employee_id.ids),
                "&",
                ("requirement_id", "in", self.requirement_id.ids),
                ("outlet_id", "in", self.outlet_id.ids),
            ]
        )
        for post in self:
            parallel = others.filtered(post._is_parallel)
            post._check_second_post(
                (parallel - post).filtered(lambda other, post=post: other._is_other_post(post))
            )
            post._check_people(
                parallel.filtered(
                    lambda other, post=post: (
                        other.requirement_id == post.requirement_id
                        and other.outlet_id == post.outlet_id
                    )
                )
            )

    def _check_outlet_kind(self):
        for post in self:
            kind = post.requirement_id.outlet_kind
            if kind and kind != post.outlet_id.kind:
                raise ValidationError(
                    self.env._(
                        "%(role)s is no role of %(outlet)s: it is for outlets of another kind.",
                        role=post.requirement_id.name,
                        outlet=post.outlet_id.display_name,
                    )
                )

    def _check_second_post(self, others):
        for other in others:
            lonely = (self | other).requirement_id.filtered(lambda role: not role.second_post)
            if lonely:
                raise ValidationError(
                    self.env._(
                        "%(role)s may not be held as a second post: %(employee)s is %(other)s in "
                        "%(outlet)s at the same time. End the one post first.",
                        role=lonely[0].name,
                        employee=self.employee_id.name,
                        other=other.requirement_id.name,
                        outlet=other.outlet_id.name,
                    )
                )

    def _check_people(self, posts):
        """At most so many at the same time: counted on each day that a post begins."""
        limit = self.requirement_id.people_max
        if not limit:
            return
        for day in {max(post.date_from, self.date_from) for post in posts}:
            people = posts.filtered(lambda post, day=day: post._holds_on(day)).employee_id
            if len(people) > limit:
                raise ValidationError(
                    self.env._(
                        "%(outlet)s would have %(count)s people as %(role)s: at most %(limit)s may "
                        "hold it. End another post first.",
                        outlet=self.outlet_id.display_name,
                        count=len(people),
                        role=self.requirement_id.name,
                        limit=limit,
                    )
                )

    def _is_parallel(self, other):
        return (not other.date_to or other.date_to >= self.date_from) and (
            not self.date_to or self.date_to >= other.date_from
        )

    def _is_other_post(self, post):
        return self.employee_id == post.employee_id and (
            self.requirement_id != post.requirement_id or self.outlet_id != post.outlet_id
        )

    def _holds_on(self, day):
        return self.date_from <= day and (not self.date_to or self.date_to >= day)

    @api.model
    def _get_status_sql(self, day, company=None):
        """What each outlet must hold and holds on a day, by role and certificate (K13).

        A certificate counts when it is valid on the day, its holder has the role in the outlet, and
        meets what the role asks for. More than the people required do not count *(ours)*: a surplus
        in one role covers no lack in another.

        :param SQL day: expression of the day
        :param company: ``res.company``, default all
        :return: SQL of a SELECT with ``outlet_id``, ``company_id``, ``requirement_id``,
            ``kind_id``, ``required`` and ``held``
        """
        self.flush_model()
        for model in (
            "aftersales.qualification.requirement",
            "aftersales.outlet",
            "hr.employee",
            "aftersales.certificate.kind",
        ):
            self.env[model].flush_model()
        kinds = self.env["aftersales.qualification.requirement"]._fields["kind_ids"]
        return SQL(
            """SELECT outlet.id AS outlet_id, outlet.company_id, role.id AS requirement_id,
                      wanted.kind_id, role.people_min AS required,
                      LEAST(role.people_min, COALESCE(held.people, 0)) AS held
                 FROM aftersales_qualification_requirement AS role
                 JOIN %(wanted)s AS wanted ON wanted.requirement_id = role.id
                 JOIN aftersales_outlet AS outlet
                   ON outlet.active AND outlet.phase IN ('operation', 'extension')
                  AND (role.company_id IS NULL OR role.company_id = outlet.company_id)
                  AND (role.outlet_kind IS NULL OR role.outlet_kind = outlet.kind)
            LEFT JOIN LATERAL (
                      SELECT count(DISTINCT post.employee_id) AS people
                        FROM aftersales_qualification_post AS post
                        JOIN hr_employee AS person
                          ON person.id = post.employee_id AND person.active
                        JOIN (%(holding)s) AS holding
                          ON holding.employee_id = person.id AND holding.kind_id = wanted.kind_id
                         AND holding.date_from <= %(day)s
                         AND (holding.date_to IS NULL OR holding.date_to >= %(day)s)
                       WHERE post.requirement_id = role.id AND post.outlet_id = outlet.id
                         AND post.date_from <= %(day)s
                         AND (post.date_to IS NULL OR post.date_to >= %(day)s)
                         AND (role.education IS NULL
                              OR person.aftersales_education >= role.education)
                         AND (role.years_min = 0 OR person.aftersales_trade_since
                              <= (%(day)s - make_interval(years => role.years_min))::date)
                 ) AS held ON TRUE
                WHERE role.active AND role.people_min > 0 AND %(company)s""",
            wanted=SQL(
                "(SELECT %s AS requirement_id, %s AS kind_id FROM %s)",
                SQL.identifier(kinds.column1),
                SQL.identifier(kinds.column2),
                SQL.identifier(kinds.relation),
            ),
            holding=self.env["aftersales.certificate"]._get_holding_sql(),
            day=day,
            company=SQL("outlet.company_id = %s", company.id) if company else SQL("TRUE"),
        )
