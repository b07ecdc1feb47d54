# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import secrets
from ast import literal_eval

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_amount, format_date

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields
from odoo.addons.dealer_rebate.models.rebate_basis_mixin import check_filter
from odoo.addons.rate_table.calculators import to_decimal

from ..drawing import choose_winners, get_fingerprint, number_entries


class RebateDraw(models.Model):
    """A promotion that draws prizes among coupons, one for each full amount of purchases (R5).

    The seed is published before the promotion begins; when it is over, purchases less returns give
    the coupons, and the coupons with the lowest SHA-256 of ``seed:number`` win. Whoever has the
    seed and the list can repeat the choice. Amounts are in the draw's currency. What is drawn never
    changes.
    """

    _name = "rebate.draw"
    _description = "Draw"
    _inherit = [
        "rebate.basis.mixin",
        "aftersales.guarded.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    # What the basis query asks of an agreement: customer invoices, each customer for itself.
    direction = "dealer"
    subject = "dealer"

    name = fields.Char(required=True, tracking=True, help="As customers know the promotion.")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Currency of the full amount. Documents in other currencies count at their own rate.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("drawn", "Drawn")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        help="Draft: terms can be edited. Published: terms and seed are known and stay. Drawn: the "
        "winners are chosen, once for all.",
    )
    date_from = fields.Date(
        string="From", required=True, help="First day whose invoices bring coupons."
    )
    date_to = fields.Date(string="To", required=True, help="Last day whose invoices count.")
    partner_domain = fields.Char(
        string="Participants",
        default="[('is_dealer', '=', False)]",
        help="Customers that match take part, with all their addresses. End customers by default, "
        "that is who is no dealer (R5).",
    )
    amount_basis = fields.Selection(
        selection=lambda self: (
            self.env["rebate.agreement"]._fields["amount_basis"]._description_selection(self.env)
        ),
        string="Amounts",
        required=True,
        default="total",
        help="Which amount of an invoice line counts.",
    )
    paid_only = fields.Boolean(
        string="Only What Is Paid", help="Invoices count with the share that is paid by the draw."
    )
    full_amount = fields.Monetary(
        string="Coupon per Full",
        required=True,
        default=1000,
        help="Each full amount of a customer's purchases less returns, added up over the "
        "promotion, is one coupon.",
    )
    coupon_limit = fields.Integer(
        string="Coupons at Most", help="A customer has at most so many coupons. 0: no limit."
    )
    prize_count = fields.Integer(string="Prizes", required=True, default=1)
    prize_once = fields.Boolean(
        string="One Prize per Customer",
        default=True,
        help="A customer wins one prize at most, with its best coupon.",
    )
    program_id = fields.Many2one(
        "loyalty.program",
        string="Prize",
        check_company=True,
        domain="[('program_type', '=', 'coupons')]",
        index="btree_not_null",
        ondelete="restrict",
        help="Coupon program that gives the prize: each winner gets a coupon of it. Empty: "
        "prizes are handed over by yourselves.",
    )
    prize_expiration = fields.Date(
        string="Prizes Expire", help="Last day of the winners' coupons. Empty: they stay valid."
    )
    seed = fields.Char(
        required=True,
        copy=False,
        default=lambda self: secrets.token_hex(16),
        help="Chosen by chance or by you, and published before the promotion begins, so that "
        "nobody can choose it by who wins.",
    )
    note = fields.Html(string="Conditions", help="What customers read.")
    published_on = fields.Datetime(readonly=True, copy=False)
    drawn_on = fields.Datetime(readonly=True, copy=False)
    prizes_mailed_on = fields.Datetime(readonly=True, copy=False)
    fingerprint = fields.Char(
        readonly=True, copy=False, help="SHA-256 of the list of coupons that took part."
    )
    entry_ids = fields.One2many("rebate.draw.entry", "draw_id", string="Entries", readonly=True)
    winner_ids = fields.One2many("rebate.draw.winner", "draw_id", string="Winners", readonly=True)
    entry_count = fields.Integer(compute="_compute_counts")
    coupon_count = fields.Integer(compute="_compute_counts", string="Coupons")

    _dates_ordered = models.Constraint(
        "CHECK (date_to >= date_from)", "A promotion cannot end before it begins."
    )
    _numbers_positive = models.Constraint(
        "CHECK (full_amount > 0 AND prize_count > 0 AND coupon_limit >= 0)",
        "The full amount and the number of prizes are above zero; a limit is not negative.",
    )

    @api.depends("entry_ids")
    def _compute_counts(self):
        counts = {
            draw: (count, coupons)
            for draw, count, coupons in self.env["rebate.draw.entry"]._read_group(
                [("draw_id", "in", self.ids)], ["draw_id"], ["__count", "coupon_count:sum"]
            )
        }
        for draw in self:
            draw.entry_count, draw.coupon_count = counts.get(draw._origin, (0, 0))

    @api.constrains("partner_domain")
    def _check_partner_domain(self):
        for draw in self.filtered("partner_domain"):
            check_filter(draw, "partner_domain", "res.partner")

    def write(self, vals):
        """Keep what is published: terms never change, and nothing of a drawn one.

        :raise UserError: naming the draw and what to do instead
        """
        if get_business_fields(vals) - self._get_protected_fields():
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self._check_draft()

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_publish(self):
        """Publish terms and seed, no later than on the promotion's first day.

        :raise UserError: when the promotion has begun before
        """
        self.check_access("write")
        for draw in self.filtered(lambda draw: draw.state == "draft"):
            if draw._get_today() > draw.date_from:
                raise UserError(
                    self.env._(
                        "%(name)s began on %(date)s: a seed that is chosen afterwards could favour "
                        "somebody. Choose days to come.",
                        name=draw.name,
                        date=format_date(self.env, draw.date_from),
                    )
                )
            # sudo: write access was checked; the state only changes through these methods.
            draw.sudo().write({"state": "published", "published_on": fields.Datetime.now()})
            draw.message_post(body=draw._describe_terms())

    def action_draw(self):
        """Choose the winners of promotions that are over, once for all.

        :raise UserError: when it was done before, the promotion is not over, or nobody takes part
        """
        self.check_access("write")
        for draw in self:
            draw._check_can_draw()
            # sudo: as in action_publish. Written first: of two who draw at once the second fails
            # to serialise at this row, is tried again, and finds the draw done.
            draw.sudo().write({"state": "drawn", "drawn_on": fields.Datetime.now()})
            draw.env.flush_all()
            draw._take_snapshot()
            draw._write_winners()
            draw._give_prizes()
            draw.message_post(body=draw._describe_winners())

    def action_mail_prizes(self):
        """Mail the winners their coupons, once; a mail that fails does not touch the draw.

        :raise UserError: when it was done before
        """
        self.check_access("write")
        for draw in self.filtered(lambda draw: draw.program_id and draw.state == "drawn"):
            if draw.prizes_mailed_on:
                raise UserError(
                    self.env._(
                        "The winners of %(name)s have their coupons already.", name=draw.name
                    )
                )
            # sudo: as in action_publish; who draws need not have rights on coupons.
            draw.sudo().prizes_mailed_on = fields.Datetime.now()
            draw.sudo().winner_ids.card_id._send_creation_communication()

    def action_verify(self):
        """Repeat the choice from seed and list, and say whether it gives the same winners."""
        self.ensure_one()
        good = self._is_verified()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if good else "danger",
                "sticky": not good,
                "message": self.env._("Seed and list give exactly these winners.")
                if good
                else self.env._("Seed and list do not give these winners: they were changed."),
            },
        }

    def action_view_entries(self):
        """Open the list of all who took part."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dealer_rebate_loyalty.rebate_draw_entry_action"
        )
        action["domain"] = [("draw_id", "=", self.id)]
        return action

    # ------------------------------------------------------------------
    # Drawing
    # ------------------------------------------------------------------

    def _count_coupons(self):
        """What each customer bought less returns, and its coupons as of now (R5).

        :return: {partner id: (Decimal, number of coupons)}, in one query
        """
        self.ensure_one()
        window = (self.date_from, self.date_from, self.date_to)
        full = to_decimal(self.full_amount)
        coupons = {}
        for (subject, _key), (total, _lines) in self._read_basis(self, [window]).items():
            count = int(total // full) if total > 0 else 0
            if self.coupon_limit:
                count = min(count, self.coupon_limit)
            coupons[subject.partner_id] = (total, count)
        return coupons

    def _take_snapshot(self):
        """Write down who takes part with which coupons.

        :raise UserError: when nobody has a coupon
        """
        counted = self._count_coupons()
        numbered = number_entries({partner: count for partner, (_sum, count) in counted.items()})
        if not numbered:
            raise UserError(
                self.env._(
                    "Nobody has a coupon of %(name)s: no customer's purchases reached "
                    "%(amount)s. Look at the participants and the products that count.",
                    name=self.name,
                    amount=format_amount(self.env, self.full_amount, self.currency_id),
                )
            )
        # sudo: entries are written here only.
        self.env["rebate.draw.entry"].sudo().create(
            [
                {
                    "draw_id": self.id,
                    "partner_id": partner,
                    "partner_key": partner,
                    "amount": float(counted[partner][0]),
                    "coupon_count": last - first + 1,
                    "first_number": first,
                    "last_number": last,
                }
                for partner, first, last in numbered
            ]
        )
        # sudo: as above.
        self.sudo().fingerprint = get_fingerprint(numbered)

    def _get_entries(self):
        """The list as it was drawn from: (participant, first number, last number)."""
        return [
            (entry.partner_key, entry.first_number, entry.last_number)
            for entry in self.entry_ids.sorted("first_number")
        ]

    def _choose(self):
        return choose_winners(self.seed, self._get_entries(), self.prize_count, self.prize_once)

    def _write_winners(self):
        entries = {entry.partner_key: entry.id for entry in self.entry_ids}
        # sudo: winners are written here only.
        self.env["rebate.draw.winner"].sudo().create(
            [
                {
                    "draw_id": self.id,
                    "rank": rank,
                    "number": number,
                    "entry_id": entries[holder],
                    "digest": digest,
                }
                for rank, (digest, number, holder) in enumerate(self._choose(), 1)
            ]
        )

    def _give_prizes(self):
        """Give each winner a coupon of the prize's program, not yet mailed."""
        if not self.program_id:
            return
        # sudo: the draw gives prizes, whether or not who draws may make coupons of programs.
        program = self.sudo().program_id
        points = min(program.reward_ids.mapped("required_points"), default=1)
        winners = self.sudo().winner_ids
        cards = (
            self.env["loyalty.card"]
            .sudo()
            .with_context(loyalty_no_mail=True)
            .create(
                [
                    {
                        "program_id": program.id,
                        "partner_id": winner.partner_id.id,
                        "points": points,
                        "expiration_date": self.prize_expiration,
                    }
                    for winner in winners
                ]
            )
        )
        # sudo: who may draw was checked; the points follow from the draw.
        self.env["loyalty.history"].sudo().create(
            [{"card_id": card.id, "description": self.name, "issued": points} for card in cards]
        )
        for winner, card in zip(winners, cards, strict=True):
            winner.card_id = card

    def _is_verified(self):
        """Whether seed and list give exactly the winners that are written down."""
        self.ensure_one()
        winners = [
            (winner.digest, winner.number, winner.entry_id.partner_key)
            for winner in self.winner_ids.sorted("rank")
        ]
        return winners == self._choose() and self.fingerprint == get_fingerprint(
            self._get_entries()
        )

    # ------------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------------

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "state",
            "published_on",
            "drawn_on",
            "prizes_mailed_on",
            "fingerprint",
            "entry_ids",
            "winner_ids",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("use the buttons of the draw.")

    def _check_draft(self):
        for draw in self.filtered(lambda draw: draw.state != "draft"):
            raise UserError(
                self.env._(
                    "%(name)s is published: customers rely on it and it stays as it is. Duplicate "
                    "it for another promotion.",
                    name=draw.name,
                )
            )

    def _check_can_draw(self):
        self.ensure_one()
        if self.state == "drawn":
            raise UserError(
                self.env._(
                    "The winners of %(name)s are chosen already, once for all.", name=self.name
                )
            )
        if self.state != "published":
            raise UserError(
                self.env._(
                    "%(name)s is not published: publish its seed before the promotion begins.",
                    name=self.name,
                )
            )
        if self._get_today() <= self.date_to:
            raise UserError(
                self.env._(
                    "%(name)s runs until %(date)s: draw when it is over, so that all coupons and "
                    "returns are in.",
                    name=self.name,
                    date=format_date(self.env, self.date_to),
                )
            )

    def _get_today(self):
        zone = self.company_id.partner_id.tz or self.env.user.tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=zone))

    # ------------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------------

    def _get_dealer_sql(self, partner_ids=None):
        """Condition on who takes part, as the basis query asks an agreement."""
        self.ensure_one()
        domain = Domain(literal_eval(self.partner_domain or "[]"))
        # sudo: who takes part does not depend on who draws; only ids are used.
        partners = self.env["res.partner"].sudo().with_context(active_test=False)._search(domain)
        condition = SQL(
            "move.commercial_partner_id IN (%s)", partners.select(SQL("commercial_partner_id"))
        )
        if partner_ids is None:
            return condition
        return SQL("move.commercial_partner_id IN %s AND %s", tuple(partner_ids) or (0,), condition)

    def _describe_terms(self):
        return self._as_list(
            self.env._("Published. The coupons with the lowest SHA-256 of “seed:number” win."),
            [
                self.env._("Seed: %s", self.seed),
                self.env._(
                    "Days: %(first)s – %(last)s",
                    first=format_date(self.env, self.date_from),
                    last=format_date(self.env, self.date_to),
                ),
                self.env._(
                    "A coupon per full %s",
                    format_amount(self.env, self.full_amount, self.currency_id),
                ),
                self.env._("Prizes: %s", self.prize_count),
            ],
        )

    def _describe_winners(self):
        heading = self.env._(
            "Drawn among %(coupons)s coupons of %(count)s participants. Fingerprint of the list: "
            "%(fingerprint)s.",
            coupons=self.coupon_count,
            count=self.entry_count,
            fingerprint=self.fingerprint,
        )
        rows = [
            self.env._(
                "Prize %(rank)s: coupon %(number)s, %(name)s (%(digest)s)",
                rank=winner.rank,
                number=winner.number,
                name=winner.partner_id.display_name,
                digest=winner.digest,
            )
            for winner in self.winner_ids.sorted("rank")
        ]
        if len(rows) < self.prize_count:
            rows.append(
                self.env._("Prizes that nobody was there for: %s", self.prize_count - len(rows))
            )
        return self._as_list(heading, rows)

    def _as_list(self, heading, rows):
        return Markup("<p>%s</p><ul>%s</ul>") % (
            heading,
            Markup("").join(Markup("<li>%s</li>") % row for row in rows),
        )
