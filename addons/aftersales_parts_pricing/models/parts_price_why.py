# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import Decimal

from odoo import fields, models

from ..pricing import (
    HUNDRED,
    ClassTerms,
    PriceRule,
    get_guide,
    get_settlement,
    get_share,
)


class PartsPriceWhy(models.Model):
    """A published price explains itself: from the cost to the price, in words and figures."""

    _inherit = "parts.price"

    def action_why(self):
        """Open the chain that led to this price."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_parts_pricing.parts_price_why_action"
        )
        return action | {
            "context": {
                "default_product_id": self.product_id.id,
                "default_pricelist_id": self.pricelist_id.id,
                "default_date": fields.Date.to_string(self.date_from),
            }
        }

    def _explain(self):
        """The steps that led to this price, with the terms that were in force then.

        :return: list of (sentence, amount or None, is it for the pricing department only?)
        """
        self.ensure_one()
        # sudo: the proposal's line holds the cost; the steps that show it are marked.
        price = self.sudo()
        line = price.env["parts.price.publication.line"].search(
            [
                ("publication_id", "=", price.publication_id.id),
                ("product_id", "=", price.product_id.id),
                ("pricelist_id", "=", price.pricelist_id.id),
            ],
            limit=1,
        )
        steps = price._explain_from_cost(line) if line else []
        return [*steps, price._explain_publication()]

    def _explain_publication(self):
        publication = self.publication_id
        return (
            self.env._(
                "Published by %(publication)s on “%(list)s” from %(date)s, by %(user)s.",
                publication=publication.name,
                list=self.pricelist_id.name,
                date=fields.Date.to_string(self.date_from),
                user=publication.published_by_id.name,
            ),
            self.price,
            False,
        )

    def _explain_from_cost(self, line):
        """Settlement, guide and share of the tier, as far as this list needs them."""
        publication = line.publication_id
        terms = publication.terms or {}
        entered = terms.get("classes", {}).get(line.part_class)
        if not entered:
            return []
        kind, percent = terms["lists"][str(line.pricelist_id.id)]
        cost = Decimal(str(line.cost))
        if terms["mode"] == "manual" and not entered["zero_profit"]:
            return self._explain_kept(kind)
        described = self._read_terms(entered, terms, publication)
        settlement = get_settlement(cost, *described)
        steps = self._explain_settlement(cost, settlement, entered, *described)
        if kind == "settlement":
            return steps
        class_terms, rule, _multiplier = described
        guide = get_guide(cost, settlement, class_terms, rule)
        steps.append(self._explain_guide(guide, class_terms))
        if kind == "tier":
            share = get_share(cost, guide, Decimal(percent), class_terms, rule)
            steps.append(self._explain_share(share, Decimal(percent), class_terms))
        return steps

    def _read_terms(self, entered, terms, publication):
        """Terms as the calculators take them: (class, rule, solved multiplier or None)."""
        zero_profit = entered["zero_profit"]
        rule = PriceRule(
            Decimal(terms["currency_step"] if zero_profit else terms["step"]),
            Decimal(0 if zero_profit else terms["ending"]),
        )
        described = ClassTerms(
            zero_profit=zero_profit,
            floor_at_cost=entered["floor_at_cost"],
            **{
                name: Decimal(entered[name])
                for name in (
                    "markup_percent",
                    "handling_charge",
                    "guide_factor",
                    "min_margin_percent",
                )
            },
        )
        solved = entered["is_solved"] and publication.multiplier
        return described, rule, Decimal(str(publication.multiplier)) if solved else None

    def _explain_kept(self, kind):
        """What somebody entered; a tier pays its share of the guide price that was entered."""
        if kind == "tier":
            sentence = self.env._("The tier's share of the guide price, which is kept by hand.")
        else:
            sentence = self.env._("Kept by hand: entered or imported, not computed.")
        return [(sentence, self.price, False)]

    def _explain_settlement(self, cost, settlement, entered, terms, rule, multiplier):
        steps = [(self.env._("Cost of one unit on the day of the proposal."), cost, True)]
        amount = cost
        if terms.zero_profit:
            steps.append(
                (self.env._("Parts of this class carry no profit: no mark-up."), amount, True)
            )
        elif multiplier is not None:
            amount = cost * multiplier
            steps.append(
                (
                    self.env._(
                        "× %s, the mark-up that the doubling rule was solved for.",
                        f"{multiplier:f}",
                    ),
                    amount,
                    True,
                )
            )
        else:
            amount = cost * (1 + terms.markup_percent / HUNDRED)
            steps.append(
                (
                    self.env._("+ %s %% mark-up of the class.", f"{terms.markup_percent:f}"),
                    amount,
                    True,
                )
            )
        if terms.handling_charge:
            amount += terms.handling_charge
            steps.append((self.env._("+ handling charge."), amount, True))
        return [*steps, self._explain_rounding(cost, settlement, amount, terms, rule)]

    def _explain_rounding(self, cost, settlement, amount, terms, rule):
        if rule.apply(amount) < settlement:
            sentence = self.env._(
                "Raised to the lowest price that cost and minimum margin of the class allow: the "
                "settlement price."
            )
        elif rule.ending:
            sentence = self.env._(
                "Rounded to the nearest price that ends in %s: the settlement price.",
                f"{rule.ending:f}",
            )
        else:
            sentence = self.env._("Rounded half up to %s: the settlement price.", f"{rule.step:f}")
        return sentence, settlement, False

    def _explain_guide(self, guide, terms):
        if terms.zero_profit:
            sentence = self.env._("No profit, no factor: the guide price is the same.")
        else:
            sentence = self.env._(
                "× %s, the class's factor, rounded: the guide price.", f"{terms.guide_factor:f}"
            )
        return sentence, guide, False

    def _explain_share(self, share, percent, terms):
        if terms.zero_profit:
            sentence = self.env._("Parts without a profit take no tier discount.")
        else:
            sentence = self.env._(
                "%s %% of the guide price, the share of the tier, rounded.", f"{percent:f}"
            )
        return sentence, share, False
