# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# What a dealer may type, and how much of it.
CLAIM_LIMITS = {
    "serial": 60,
    "user_name": 100,
    "user_phone": 40,
    "cause": 4000,
    "note": 1000,
}
MOST_PARTS = 20
MOST_HOURS = 100
MOST_PIECES = 1000


class AftersalesClaim(models.Model):
    """Claims that dealers file on the portal for units that they sold or serviced (S17).

    The claims clerk checks them, forwards them to the maker, or answers them where we are the
    maker. Amounts come from the dealer's price list and are typed by nobody.
    """

    _inherit = "aftersales.claim"

    dealer_user_id = fields.Many2one(
        "res.users", string="Filed By", readonly=True, copy=False, help="Login that filed it."
    )
    maker_id = fields.Many2one(
        "res.partner",
        string="Forward To",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Maker or supplier that a dealer's claim is forwarded to; empty: we made it.",
    )
    forward_ids = fields.One2many(
        "aftersales.claim", "origin_id", string="Forwarded As", readonly=True, copy=False
    )
    origin_id = fields.Many2one(
        "aftersales.claim",
        string="Claim of the Dealer",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Claim of a dealer that was forwarded.",
    )

    # === ACTIONS === #

    def action_forward(self):
        """Claim from the maker what a dealer claims from us.

        :return: action that opens the claims made
        :raises UserError: when no maker is chosen, or it was forwarded already
        """
        self._check_clerk("submitted", "answered")
        made = self.browse()
        for claim in self:
            made |= claim._forward()
        return made._get_records_action()

    def action_take_over_answer(self):
        """Answer the dealer as the maker has answered us: a draft of the answer."""
        self._check_clerk("submitted")
        for claim in self:
            forwarded = claim.forward_ids.filtered(
                lambda f: f.state in ("answered", "credited", "refused")
            )
            if not forwarded:
                raise UserError(
                    self.env._(
                        "%(claim)s: the maker has not answered yet.", claim=claim.display_name
                    )
                )
            for line in forwarded.line_ids.filtered("origin_line_id"):
                line.origin_line_id._take_over(line)
        return True

    def action_view_forwards(self):
        """Open the claims to the maker that were made from this one."""
        self.ensure_one()
        return self.forward_ids._get_records_action()

    # === BUSINESS METHODS === #

    def _forward(self):
        """Make the claim to the maker from a dealer's; the dealer's stays as it is."""
        self.ensure_one()
        if self.kind != "dealer":
            raise UserError(self.env._("Only claims of dealers are forwarded."))
        if not self.maker_id:
            raise UserError(
                self.env._("%(claim)s: choose the maker to forward it to.", claim=self.display_name)
            )
        if any(self.forward_ids.line_ids.mapped("is_live")):
            raise UserError(
                self.env._(
                    "%(claim)s was forwarded already: %(others)s.",
                    claim=self.display_name,
                    others=", ".join(self.forward_ids.mapped("name")),
                )
            )
        maker = self.maker_id
        currency = maker.aftersales_claim_currency_id or self.company_id.currency_id
        # sudo: claims are made by the steps only; the dealer's one was checked.
        claim = self.sudo().create(
            {
                "kind": "recovery",
                "company_id": self.company_id.id,
                "partner_id": maker.id,
                "currency_id": currency.id,
                "origin_id": self.id,
                "user_id": self.env.uid,
            }
        )
        for case in self.case_ids.sudo():
            copied = case.copy({"claim_id": claim.id, "voucher_id": False})
            self.env["aftersales.claim.line"].sudo().create(
                [line._prepare_forward_vals(copied) for line in case.line_ids]
            )
        claim._run_checks()
        return claim.with_env(self.env)

    # === ON THE PORTAL === #

    @api.model
    def _get_dealer_domain(self, user):
        """Claims that a dealer's login sees: those of its own house, and no other (S17).

        :param user: res.users
        """
        # sudo: the login's own house.
        dealer = user.sudo().partner_id.commercial_partner_id
        if not dealer.is_dealer:
            return Domain.FALSE
        return (
            Domain("kind", "=", "dealer")
            & Domain("partner_id", "=", dealer.id)
            & Domain("company_id", "in", user.sudo().company_ids.ids)
        )

    @api.model
    def _get_dealer_units(self, user, serial):
        """Units of a serial that the login's dealer sold or serviced; none for other serials.

        :param user: res.users
        :param str serial: as it was typed, whatever the case
        """
        # sudo: nothing but what this dealer sold or serviced itself leaves the method.
        dealer = user.sudo().partner_id.commercial_partner_id
        lots = self.env["stock.lot"].sudo()
        if not dealer.is_dealer or not serial:
            return lots
        own = Domain("dealer_id", "child_of", dealer.id) | Domain(
            "aftersales_voucher_ids",
            "any",
            [
                ("outlet_id.partner_id", "child_of", dealer.id),
                ("state", "in", ("done", "closed")),
            ],
        )
        return lots.search(
            own
            & Domain("name", "=ilike", re.sub(r"([\\%_])", r"\\\1", serial))
            & Domain("company_id", "in", [False, *user.sudo().company_ids.ids])
        )

    @api.model
    def _take_filing(self, user):
        """Count a claim that is filed, and each serial that is tried with it (S17).

        :raises TooManyRequests: beyond the company's limit
        """
        # sudo: counters are nobody's; the caller writes one and reads none.
        self.env["aftersales.request.counter"].sudo()._take(
            [("dealer_claim", str(user.id))], self.env.company.sudo().aftersales_claim_guesses
        )

    @api.model
    def _file_by_dealer(self, user, typed, parts, photos):
        """File a dealer's claim: submitted at once, checked by our clerk (S17).

        :param user: res.users of the dealer
        :param dict typed: by the names of ``CLAIM_LIMITS``, and ``failed_on``, ``repaired_on``
            (dates), ``meter``, ``hours`` (numbers), ``fault_id`` (aftersales.fault)
        :param parts: list of (part number, quantity)
        :param photos: list of (file name, content)
        :return: aftersales.claim, as superuser
        :raises UserError: when something is missing or wrong, in a sentence for the dealer
        """
        dealer = user.sudo().partner_id.commercial_partner_id
        if not dealer.is_dealer:
            raise UserError(self.env._("Only dealers file claims."))
        company = self.env.company
        values = {
            name: str(typed.get(name) or "").replace("\x00", "").strip()[:longest]
            for name, longest in CLAIM_LIMITS.items()
        }
        unit = self._get_dealer_units(user, values["serial"])
        if len(unit) != 1:
            # One sentence for serials that do not exist and those of others.
            raise UserError(
                self.env._(
                    "We know no unit %(serial)s that you sold or serviced: look at the serial on "
                    "its plate, or call us.",
                    serial=values["serial"] or "…",
                )
            )
        self._check_filed(values, typed)
        photos = self.env["aftersales.voucher"]._read_photos(photos)
        currency = dealer.property_product_pricelist.currency_id or company.currency_id
        lines = self._prepare_filed_lines(dealer, company, currency, parts, typed.get("hours"))
        # sudo: dealers have no right on claims. Unit and price are looked up, the rest is text.
        claim = (
            self.sudo()
            .with_context(mail_create_nosubscribe=True)
            .create(
                {
                    "kind": "dealer",
                    "company_id": company.id,
                    "partner_id": dealer.id,
                    "currency_id": currency.id,
                    "dealer_user_id": user.id,
                    "user_id": False,
                    "note": values["note"],
                }
            )
        )
        case = (
            self.env["aftersales.claim.case"]
            .sudo()
            .create(
                {
                    "claim_id": claim.id,
                    "lot_id": unit.id,
                    "product_id": unit.product_id.id,
                    "failed_on": typed["failed_on"],
                    "repaired_on": typed["repaired_on"],
                    "meter": typed.get("meter") or 0.0,
                    "fault_id": typed["fault_id"].id,
                    "cause": values["cause"],
                    "user_partner_id": unit.user_partner_id.id,
                    "user_name": values["user_name"],
                    "user_phone": values["user_phone"],
                }
            )
        )
        self.env["aftersales.claim.line"].sudo().create(
            [{**vals, "claim_id": claim.id, "case_id": case.id} for vals in lines]
        )
        self.env["ir.attachment"].sudo().create(
            [
                {"name": name, "raw": content, "res_model": self._name, "res_id": claim.id}
                for name, content in photos
            ]
        )
        claim._file(user)
        return claim

    def _file(self, user, at=None):
        """Submit what a dealer has filed; ``at`` for loaders of history."""
        at = at or fields.Datetime.now()
        self._run_checks()
        self._check_filed_once()
        self._write_step({"state": "submitted", "submitted_at": at})
        self._freeze_version("sent", at=at)
        for claim in self:
            claim.message_post(
                body=self.env._("Filed on the portal."), author_id=user.sudo().partner_id.id
            )

    def _check_filed_once(self):
        for claim in self:
            twins = claim.check_ids.filtered(
                lambda check: check.code == "claimed" and check.result == "failed"
            )
            if twins:
                raise UserError(twins[0].message)

    @api.model
    def _check_filed(self, values, typed):
        """What a dealer has to tell.

        :raises UserError: naming what is missing or cannot be
        """
        today = self.env.company._get_aftersales_date(fields.Datetime.now())
        failed_on, repaired_on = typed.get("failed_on"), typed.get("repaired_on")
        for given, label in (
            (failed_on, self.env._("the day on which the fault was reported")),
            (repaired_on, self.env._("the day of the repair")),
            (typed.get("fault_id"), self.env._("the fault")),
            (values["cause"], self.env._("the cause and what was done")),
            (values["user_name"], self.env._("the name of the user")),
            (values["user_phone"], self.env._("the phone of the user")),
        ):
            if not given:
                raise UserError(self.env._("Please enter %(what)s.", what=label))
        if repaired_on < failed_on or repaired_on > today:
            raise UserError(
                self.env._("The repair is not before the fault was reported, nor after today.")
            )
        if not self.env["aftersales.claim.case"]._is_phone_number(values["user_phone"]):
            raise UserError(
                self.env._("Please enter a phone number that the user can be called on.")
            )

    @api.model
    def _prepare_filed_lines(self, dealer, company, currency, parts, hours):
        """Values of the lines that a dealer claims, at the prices of his own list.

        :param parts: list of (part number, quantity)
        :param hours: of labour
        :raises UserError: for a part that he may not look up, or that has no price
        """
        wanted = [(code.strip(), quantity) for code, quantity in parts if code and code.strip()]
        labour = company.sudo().aftersales_claim_labour_id
        if len(wanted) > MOST_PARTS:
            raise UserError(self.env._("Please claim at most %(count)s parts.", count=MOST_PARTS))
        lines = []
        for code, quantity in wanted:
            part = self._find_dealer_part(company, code)
            if not part:
                raise UserError(self.env._("We know no part %(code)s.", code=code[:40]))
            if not 0 < quantity <= MOST_PIECES:
                raise UserError(self.env._("%(code)s: enter how many were fitted.", code=code[:40]))
            lines.append(self._prepare_filed_line(dealer, currency, part, "part", quantity))
        if hours and labour:
            if not 0 < hours <= MOST_HOURS:
                raise UserError(
                    self.env._("Enter hours of work above 0 and up to %(most)s.", most=MOST_HOURS)
                )
            lines.append(self._prepare_filed_line(dealer, currency, labour, "labour", hours))
        if not lines:
            raise UserError(self.env._("Please enter a part or hours of work."))
        return lines

    @api.model
    def _find_dealer_part(self, company, code):
        """A part by its number, among those that dealers may look up (P2)."""
        # sudo: dealers read no products; only one that the domain allows is found, by its number.
        products = self.env["product.product"].sudo()
        jobs = self.env["aftersales.voucher"].sudo().new({"company_id": company.id})
        return products.search(
            jobs._get_outlet_part_domain() & Domain("default_code", "=", code), limit=1
        )

    @api.model
    def _prepare_filed_line(self, dealer, currency, product, line_type, quantity):
        """Values of one line, at the price of the dealer's list.

        :raises UserError: when the product has no price there
        """
        # sudo: the dealer's own price.
        price = dealer.sudo().property_product_pricelist._get_product_price(
            product, quantity, currency=currency
        )
        if currency.compare_amounts(price, 0) <= 0:
            raise UserError(
                self.env._("%(part)s has no price: call us.", part=product.display_name)
            )
        return {
            "line_type": line_type,
            "product_id": product.id,
            "name": product.display_name,
            "quantity": quantity,
            "share": 100.0,
            "claimed_amount": currency.round(price * quantity),
        }

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"dealer_user_id", "forward_ids", "origin_id"}
