# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.tools import format_date


class RebateAgreementContract(models.Model):
    """The agreement as it is printed and signed: clauses, policy schedule, forms (R12)."""

    _inherit = "rebate.agreement"

    def _get_contract_parties(self):
        """Dealers that get a contract each; one empty partner where none is named."""
        self.ensure_one()
        if self.dealer_scope == "selected":
            partners = self.partner_ids.commercial_partner_id
        elif self.dealer_scope == "member":
            partners = self.member_ids.partner_id.commercial_partner_id
        else:
            partners = self.env["res.partner"]
        return list(partners.sorted("display_name")) or [self.env["res.partner"]]

    def _get_contract_clauses(self, partner):
        """Clauses of the contract in words. For extension.

        :param partner: the dealer, or an empty record
        :return: list of (heading, text)
        """
        self.ensure_one()
        return [
            (self.env._("Term"), self._describe_term(partner)),
            (self.env._("What is counted"), self._describe_counting()),
            (self.env._("Rebate"), self._describe_components()),
            (self.env._("Periods"), self._describe_periods()),
            (self.env._("Pay-out"), self._describe_payout()),
            (
                self.env._("Late documents"),
                self.env._(
                    "Documents and credit notes dated in a settled period change it. The "
                    "difference is shown and taken into the next settlement."
                ),
            ),
            (
                self.env._("Changes"),
                self.env._(
                    "These terms are changed by both sides only, by a new version that names the "
                    "day from which it holds. What is earned before stays earned."
                ),
            ),
        ]

    def _describe_term(self, partner):
        start, end = self.date_start, self.date_end
        members = self.member_ids.filtered(
            lambda member: member.partner_id.commercial_partner_id == partner
        )
        if self.dealer_scope == "member" and members:
            start = max(start, min(member.date_from or start for member in members))
            ends = [member.date_to or end for member in members]
            end = max(ends) if all(ends) else end
        first = format_date(self.env, start)
        if not end:
            return self.env._("From %s until notice is given.", first)
        return self.env._("From %(start)s to %(end)s.", start=first, end=format_date(self.env, end))

    def _describe_counting(self):
        labels = self._get_labels("amount_basis", "subject", "group_mode")
        bases = set(self.component_ids.mapped("basis"))
        sentences = []
        if bases - {"metric", "fixed", "guarantee"}:
            sentences.append(
                self.env._("Posted documents by their date, %s.", labels["amount_basis"].lower())
            )
        if self.paid_only:
            sentences.append(self.env._("A document counts with the share of it that is paid."))
        if "metric" in bases:
            sentences.append(self.env._("What the dealer reports, once it is verified."))
        if self.direction == "dealer":
            sentences.append(
                self.env._(
                    "For each: %(subject)s; %(group)s.",
                    subject=labels["subject"].lower(),
                    group=labels["group_mode"].lower(),
                )
            )
        return " ".join(sentences)

    def _describe_components(self):
        names = ", ".join(self.component_ids.mapped("name"))
        return self.env._("As in annex 1: %s.", names)

    def _describe_periods(self):
        labels = self._get_labels("period", "negative_policy")
        text = self.env._("Settled by: %s.", labels["period"].lower())
        if self.period == "custom":
            spans = [
                f"{period.name} ({format_date(self.env, period.date_from)} – "
                f"{format_date(self.env, period.date_to)})"
                for period in self.period_ids
            ]
            text = self.env._("Settled by: %s.", ", ".join(spans))
        return f"{text} " + self.env._(
            "A negative result is %s.", labels["negative_policy"].lower()
        )

    def _describe_payout(self):
        label = self._get_labels("payout")["payout"].lower()
        text = self.env._(
            "By %(payout)s, in %(currency)s.", payout=label, currency=self.currency_id.name
        )
        if self.payout == "transfer":
            text += " " + self.env._("It is not set off against other charges.")
        rule = self._get_labels("due_rule")["due_rule"].lower()
        return f"{text} " + self.env._("Due: %(days)s %(rule)s.", days=self.due_days, rule=rule)

    def _get_labels(self, *names):
        return {
            name: dict(self._fields[name]._description_selection(self.env))[self[name]]
            for name in names
        }

    def _get_reported_metrics(self):
        """Metrics that the dealer has to report under this agreement."""
        self.ensure_one()
        metrics = self.component_ids._get_metrics()
        return (metrics | metrics._get_all_formula_parts()).filtered(lambda m: m.kind == "reported")

    def _get_application_lines(self, partner):
        """What the application form asks for: list of (question, answer if it is known)."""
        self.ensure_one()
        return [
            (self.env._("Agreement"), self.name),
            (self.env._("Dealer"), partner.name or ""),
            (self.env._("Dealer number"), partner.ref or ""),
            (self.env._("Period"), ""),
            (self.env._("Currency"), self.currency_id.name),
            (self.env._("Bank account"), partner.bank_ids[:1].acc_number or ""),
        ]
