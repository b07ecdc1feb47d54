# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class AftersalesClaim(models.Model):
    """What the payer answered, line by line, and appeals against it (S17).

    Each sending and each answer is kept as a version that does not change.
    """

    _inherit = "aftersales.claim"

    result = fields.Selection(
        [("approved", "Approved"), ("partly", "Approved in Part"), ("refused", "Refused")],
        string="Answer",
        readonly=True,
        copy=False,
        tracking=True,
        help="What the last answer came to for the whole claim.",
    )
    version_number = fields.Integer(
        string="Version",
        readonly=True,
        copy=False,
        aggregator=None,
        help="1 when it is first sent, and one more for each appeal.",
    )
    version_ids = fields.One2many(
        "aftersales.claim.version",
        "claim_id",
        string="Versions",
        readonly=True,
        copy=False,
        help="What was claimed and what was answered, each as it was.",
    )

    # === ACTIONS === #

    def action_approve_all(self):
        """The payer pays all of what is not answered yet: a draft of the answer."""
        self._check_clerk("submitted")
        self.line_ids.filtered(lambda line: not line.answer).write({"answer": "approved"})
        return True

    def action_answer(self):
        """Take the answer down: what was approved per line is frozen as a version.

        :raises UserError: when a line has no answer, or an amount does not fit
        """
        self._check_clerk("submitted")
        self._answer()
        return True

    def action_appeal(self, reason=None):
        """Send what was refused or cut again, with a text, as a new version.

        :param str reason: why the payer should pay; without it a dialogue asks
        :raises UserError: when everything was approved, or somebody has claimed it anew
        """
        self._check_clerk("answered", "refused")
        if reason is None:
            return self._ask_reason("claim_appeal")
        self._appeal(self._check_reason(reason))
        return True

    # === STEPS === #

    def _answer(self, at=None):
        """Take answers down; ``at`` for loaders of history."""
        self._check_state("submitted")
        # sudo: a dealer's claim is answered by the claims clerk, a forwarded one by code.
        self.line_ids._check_answer()
        self.filtered(lambda claim: claim.kind == "dealer")._check_may_approve()
        at = at or fields.Datetime.now()
        for claim in self:
            result = claim._get_result()
            state = "refused" if result == "refused" else "answered"
            claim._write_step({"state": state, "result": result, "answered_at": at})
        self._freeze_version("received", at=at)
        self.line_ids._answer_old_parts()
        # What a dealer told about the user was checked by our clerk now.
        paid = self.filtered(lambda claim: claim.kind == "dealer" and claim.state == "answered")
        paid.case_ids._update_user_file(at)
        self._settle()

    def _check_may_approve(self):
        """S17: without a valid unit and user nothing is paid to a dealer either."""
        paying = self.filtered(
            lambda claim: any(line.answer != "refused" for line in claim.line_ids)
        )
        paying._run_checks()
        paying._check_valid()

    def _get_result(self):
        """What the answers of the lines come to."""
        self.ensure_one()
        answers = set(self.line_ids.mapped("answer"))
        return answers.pop() if len(answers) == 1 else "partly"

    def _appeal(self, text, at=None):
        """Open what was not approved in full again; see ``action_appeal``."""
        for claim in self:
            again = claim.line_ids.filtered(lambda line: line.answer != "approved")
            if not again:
                raise UserError(
                    self.env._(
                        "%(claim)s was approved in full: there is nothing to appeal against.",
                        claim=claim.display_name,
                    )
                )
            if claim.credit_ids.filtered("is_live"):
                raise UserError(
                    self.env._(
                        "%(claim)s has a refund bill: appeal before it is credited, or cancel the "
                        "bill first.",
                        claim=claim.display_name,
                    )
                )
            number = claim.version_number + 1
            # sudo: what an answer was is opened again by this step only; the version keeps it.
            again.sudo().write(
                {
                    "answer": False,
                    "answered_amount": 0.0,
                    "reason_id": False,
                    "answer_note": False,
                    "version_number": number,
                }
            )
            claim._write_step({"state": "submitted", "result": False})
            claim._freeze_version("sent", text=text, number=number, at=at)

    def _freeze_version(self, direction, text=None, number=None, at=None):
        """Keep what the claims say now.

        :param str direction: ``sent`` or ``received``
        :param int number: of a new version; by default that of the claim, 1 at first
        """
        self.env.flush_all()
        # sudo: versions are added by the steps only and belong to nobody.
        versions = self.env["aftersales.claim.version"].sudo()
        for claim in self.sudo():
            number_now = number or claim.version_number or 1
            if claim.version_number != number_now:
                claim.write({"version_number": number_now})
            fresh = claim.line_ids.filtered(lambda line: not line.version_number)
            fresh.write({"version_number": number_now})
        versions.create([claim._prepare_version_vals(direction, text, at) for claim in self.sudo()])

    def _prepare_version_vals(self, direction, text, at):
        """Values of a version: the claim's lines as they stand."""
        self.ensure_one()
        sent = direction == "sent"
        answers = dict(self.line_ids._fields["answer"]._description_selection(self.env))
        return {
            "claim_id": self.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "number": self.version_number,
            "direction": direction,
            "at": at or fields.Datetime.now(),
            "user_id": self.env.uid,
            "text": text or (self.note if sent else self.payer_reference),
            "amount": self.claimed_amount if sent else self.answered_amount,
            "line_ids": [
                Command.create(
                    {
                        "line_id": line.id,
                        "company_id": self.company_id.id,
                        "unit": line.case_id.display_name,
                        "user": ", ".join(
                            filter(None, (line.case_id.user_name, line.case_id.user_phone))
                        ),
                        "name": line.name,
                        "quantity": line.quantity,
                        "claimed_amount": line.claimed_amount,
                        "answer": answers.get(line.answer, ""),
                        "answered_amount": line.answered_amount,
                        "reason": line.reason_id.display_name or "",
                    }
                )
                for line in self.line_ids
            ],
        }

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"result", "version_number", "version_ids"}
