# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.tools import float_round, format_date

# What changes how much a line draws, beside what decides who pays at all.
DRAW_FIELDS = frozenset({"quantity", "uom_id", "sequence"})


class AftersalesVoucherLine(models.Model):
    """Contracts pay what they include, up to what is left of it (S2 B)."""

    _inherit = "aftersales.voucher.line"

    # === CRUD METHODS === #

    def write(self, vals):
        """Ask the contract again where more or less is drawn."""
        result = super().write(vals)
        if DRAW_FIELDS.intersection(vals):
            self._get_contract_jobs()._propose_cover()
        return result

    def unlink(self):
        """What a line does not draw any more is there for the others."""
        jobs = self._get_contract_jobs()
        result = super().unlink()
        jobs._propose_cover()
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _get_cover_providers(self):
        return [*super()._get_cover_providers(), (40, "_get_contract_cover")]

    def _get_contract_cover(self):
        """Provider 40: contracts of the unit, on jobs of type B and for what warranty leaves on C.

        Rows of parts and work come before visits; the nearest comes first. What is used up, or not
        included, is the customer's on a job of type B, with the clause that says so.

        :return: as ``_get_cover_providers`` says
        """
        takes = {}
        jobs = self.voucher_id.filtered(lambda job: job.lot_id and job.service_type in ("B", "C"))
        units = jobs._get_contract_units()
        rests = jobs._get_contract_rests(units)
        for job in jobs:
            lines = self.filtered(lambda line, job=job: line.voucher_id == job)
            for line in lines.sorted(lambda line: (line.sequence, line._origin.id or line.id)):
                if units[job]:
                    takes[line] = line._take_from_contracts(units[job], rests)
                elif job.service_type == "B" and job._is_under_plain_contract():
                    takes[line] = [line._take_by_dates()]
        return takes

    def _take_from_contracts(self, units, rests):
        """Rows of one line; what is taken is taken off the rests.

        :param units: aftersales.contract.unit that are valid for the job
        :param dict rests: {balance: what is left}; visits that this job takes anyway are in it
        """
        self.ensure_one()
        fraction, taken, rows, clauses = 1.0, 0.0, [], []
        for balance in self._get_contract_balances(units):
            if fraction <= 0:
                break
            service = balance.service_id
            part, quantity = self._take_from_balance(balance, fraction, rests)
            if part < fraction:
                clauses.append(balance._get_clause_used(rests[balance]))
            if not part:
                continue
            share = service._get_share(self) * part
            if share:
                rows.append(
                    {
                        "payer": "contract",
                        "share": float_round(share, precision_digits=4),
                        "clause": balance._get_clause(),
                        "contract_id": balance.contract_id.id,
                        "contract_balance_id": balance.id,
                        "contract_quantity": quantity,
                    }
                )
                taken += share
            if service._get_share(self) < 100:
                clauses.append(balance._get_clause_share(self))
            fraction -= part
        contract = units[:1].contract_id
        if not rows and not clauses:
            clauses.append(
                self.env._("Not included in contract %(contract)s", contract=contract.name)
            )
        return self._get_takes(rows, taken, "; ".join(dict.fromkeys(clauses)), contract)

    def _get_takes(self, rows, taken, clause, contract):
        """Rows as the chain of providers counts them: each a percent of what is left before it."""
        takes, rest = [], 100.0
        for row in rows:
            takes.append({**row, "share": min(row["share"] * 100 / rest, 100.0)})
            rest -= row["share"]
        if taken < 100 and rest > 0.00005:
            refusal = {"share": 0.0, "clause": clause}
            if self.voucher_id.service_type == "B":
                # Nobody else is asked: what a contract does not include is the customer's.
                refusal.update(payer="customer", share=100.0, contract_id=contract.id)
            takes.append(refusal)
        return takes

    def _take_from_balance(self, balance, fraction, rests):
        """How much of the line a balance pays, at most so much as nobody has paid yet.

        :return: (part of the line, quantity that it takes from the balance)
        """
        self.ensure_one()
        service = balance.service_id
        if service.service_type == "visit":
            job = self.voucher_id
            if (balance, job) not in rests and (not service.is_limited or rests[balance] >= 1):
                # Once a job, for all its lines.
                rests[balance, job] = True
                rests[balance] -= 1
            return (fraction if (balance, job) in rests else 0.0), 0.0
        wanted = self._get_contract_quantity() * fraction
        given = min(wanted, max(rests[balance], 0.0)) if service.is_limited else wanted
        rests[balance] -= given
        return (fraction * given / wanted if wanted else 0.0), given

    def _get_contract_balances(self, units):
        """Balances that the line may draw from, in the order in which they are asked."""
        self.ensure_one()
        found = units.env["aftersales.contract.balance"]
        for unit in units:
            balances = unit.contract_id.balance_ids.filtered(
                lambda balance, unit=unit: not balance.unit_id or balance.unit_id == unit
            )
            items = balances.filtered(
                lambda balance: (
                    balance.service_id.service_type == "item"
                    and balance.service_id._matches_line(self)
                )
            )
            visits = balances.filtered(
                lambda balance: (
                    balance.service_id.service_type == "visit"
                    and balance.service_id.job_kind in (False, self.voucher_id.kind)
                )
            )
            found |= items.sorted(lambda balance: balance.service_id._get_rank())
            # Visits of the job's own kind before those of any.
            found |= visits.sorted(
                lambda balance: (not balance.service_id.job_kind, balance.service_id.sequence)
            )
        return found

    def _get_contract_quantity(self):
        """Quantity of the line in the product's own unit of measure."""
        self.ensure_one()
        return self.uom_id._compute_quantity(self.quantity, self.product_id.uom_id, round=False)

    def _take_by_dates(self):
        """A unit that only has the dates of its contract on file is covered in full."""
        self.ensure_one()
        return {
            "payer": "contract",
            "share": 100.0,
            "clause": self.env._(
                "Service contract until %(day)s",
                day=format_date(self.env, self.voucher_id.lot_id.contract_end),
            ),
        }

    def _get_contract_jobs(self):
        """Open jobs of these lines that draw, or could draw, from a contract."""
        return self.voucher_id.filtered(
            lambda job: job.service_type in ("B", "C") and not job._is_frozen() and job.lot_id
        )
