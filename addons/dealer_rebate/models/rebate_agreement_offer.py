# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import base64
import binascii
import hashlib
import json

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

SHOWN_HASH = 16


class RebateAgreementOffer(models.Model):
    """Terms are offered to the dealers, who read, try and sign that very version (R12).

    An offer holds for one fingerprint of the terms. Who edits the terms withdraws it, and what was
    signed is void: both stand in the chatter. Each signature and each withdrawal writes the
    agreement's row, so that of two at once the second is tried again and sees the first one.
    """

    _inherit = "rebate.agreement"

    offer_hash = fields.Char(
        string="Offered Fingerprint", readonly=True, copy=False, help="Of the offered terms."
    )
    offered_on = fields.Datetime(readonly=True, copy=False, help="When dealers could first sign.")
    offered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    offer_run = fields.Integer(
        readonly=True, copy=False, help="Counts signatures and withdrawals, one after another."
    )
    signatures_required = fields.Boolean(
        string="Needs All Signatures",
        tracking=True,
        help="The agreement is put in force only after each of its dealers has signed it.",
    )
    signature_ids = fields.One2many("rebate.signature", "agreement_id", string="Signatures")
    signature_count = fields.Integer(
        compute="_compute_signature_count", help="Dealers whose signature is valid."
    )
    void_signature_count = fields.Integer(compute="_compute_signature_count")

    @api.depends("signature_ids.state")
    def _compute_signature_count(self):
        counts = {
            (agreement.id, state): count
            for agreement, state, count in self.env["rebate.signature"]._read_group(
                [("agreement_id", "in", self.ids)], ["agreement_id", "state"], ["__count"]
            )
        }
        for agreement in self:
            key = agreement._origin.id
            agreement.signature_count = counts.get((key, "valid"), 0)
            agreement.void_signature_count = counts.get((key, "void"), 0)

    def write(self, vals):
        """Name and words are printed above the signature: who changes them withdraws the offer."""
        if {"name", "note"} & set(vals):
            self._withdraw_edited_offer()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        self.signature_ids._unlink_except_valid()

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_offer(self):
        """Show these terms to the dealers on the portal, where they can try and sign them.

        :raise UserError: when they are not complete, are a supplier's, or are in force
        """
        self.check_access("write")
        for agreement in self:
            if agreement.state not in ("draft", "submitted") or agreement.direction != "dealer":
                raise UserError(
                    self.env._(
                        "%(name)s cannot be offered: only agreements with dealers can, before "
                        "they are in force.",
                        name=agreement.name,
                    )
                )
            agreement._check_complete()
            if agreement._is_offered():
                continue
            agreement._withdraw_offer(self.env._("The terms are offered anew."))
            fingerprint = agreement._get_offer_hash()
            # sudo: write access was checked; an offer is made and withdrawn by these methods only.
            agreement.sudo().write(
                {
                    "offer_hash": fingerprint,
                    "offered_on": fields.Datetime.now(),
                    "offered_by_id": self.env.uid,
                }
            )
            agreement.message_post(
                body=self.env._(
                    "Offered to the dealers. Fingerprint of the terms: %s.",
                    fingerprint[:SHOWN_HASH],
                )
            )

    def action_withdraw_offer(self):
        """Take an offer back before the agreement is in force; what was signed is void."""
        self.check_access("write")
        self.filtered(lambda a: a.state in ("draft", "submitted"))._withdraw_offer(
            self.env._("The offer was withdrawn.")
        )

    def action_activate(self):
        for agreement in self.filtered(lambda a: a.state in ("draft", "submitted")):
            agreement._check_signed()
        return super().action_activate()

    def action_view_signatures(self):
        """Open who signed, and whose signature is void."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dealer_rebate.rebate_signature_action"
        )
        return action | {"domain": [("agreement_id", "=", self.id)], "context": {}}

    # ------------------------------------------------------------------
    # Offer
    # ------------------------------------------------------------------

    def _is_offered(self):
        """Whether the terms as they are now are those that are offered."""
        self.ensure_one()
        return bool(self.offer_hash) and self.offer_hash == self._get_offer_hash()

    def _get_offer_hash(self):
        """Fingerprint of all that is signed: the terms, what else is promised, and the words.

        The terms' own fingerprint leaves out what does not decide amounts, like due days.
        """
        self.ensure_one()
        promised = {
            name: str(self[name])
            for name in ("name", "note", *self._get_term_fields())
            if not self._fields[name].relational and self[name]
        }
        text = json.dumps([self._get_terms(), promised], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def _check_terms_editable(self):
        result = super()._check_terms_editable()
        self._withdraw_edited_offer()
        return result

    def _withdraw_edited_offer(self):
        """Terms of drafts are about to change, or just did."""
        self.filtered(lambda a: a.state in ("draft", "submitted"))._withdraw_offer(
            self.env._("The terms were edited.")
        )

    def _withdraw_offer(self, reason):
        """Nobody can sign any more, and what was signed is void: visibly.

        :param reason: a sentence, for chatter and dealers
        """
        for agreement in self.filtered("offer_hash"):
            # sudo: signatures have no write access for anyone; who edits terms voids them.
            signed = agreement.sudo().signature_ids.filtered(lambda s: s.state == "valid")
            agreement.sudo().write({"offer_hash": False, "offered_on": False})
            agreement.sudo()._count_offer_run()
            signed._void(reason)
            body = self.env._("No longer offered to the dealers. %s", reason)
            if signed:
                body = Markup("%s<br/>%s") % (
                    body,
                    self.env._(
                        "Void signatures: %s.",
                        ", ".join(signed.partner_id.mapped("display_name")),
                    ),
                )
            agreement.message_post(body=body)

    def _count_offer_run(self):
        """Write the row that signatures and withdrawals meet in."""
        self.offer_run += 1
        self.flush_recordset(["offer_run"])

    # ------------------------------------------------------------------
    # Signatures
    # ------------------------------------------------------------------

    def _get_signature(self, partner):
        """The valid signature of a dealer under this agreement; empty where there is none."""
        self.ensure_one()
        return self.signature_ids.filtered(
            lambda signature: (
                signature.state == "valid"
                and signature.partner_id.commercial_partner_id == partner.commercial_partner_id
            )
        )[:1]

    def _get_signing_dealers(self):
        """Everybody who is a party of these terms now."""
        self.ensure_one()
        if self.dealer_scope == "selected":
            return self.partner_ids.commercial_partner_id
        if self.dealer_scope == "member":
            return self.member_ids.partner_id.commercial_partner_id
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT commercial_partner_id FROM (%s) AS marked", self._get_marked_sql())
        )
        return self.env["res.partner"].browse(partner for (partner,) in rows)

    def _check_signed(self):
        """Raise where all dealers have to sign first and one has not."""
        self.ensure_one()
        if not self.signatures_required or self.direction != "dealer":
            return
        fingerprint = self._get_offer_hash()
        valid = self.signature_ids.filtered(
            lambda s: s.state == "valid" and s.terms_hash == fingerprint
        )
        missing = self._get_signing_dealers() - valid.partner_id.commercial_partner_id
        if missing:
            # sudo: names of dealers of an agreement that the user may read.
            names = missing.sudo().sorted("display_name").mapped("display_name")
            raise UserError(
                self.env._(
                    "%(name)s needs the signatures of all its dealers. %(count)s are missing: "
                    "%(dealers)s. Offer it to them, or switch “Needs All Signatures” off.",
                    name=self.name,
                    count=len(names),
                    dealers=", ".join(names[:10]) + (" …" if names[10:] else ""),
                )
            )

    def _sign(self, dealer, name, signature, fingerprint, contact):
        """Sign the offered terms for a dealer, and keep the contract as it was signed.

        :param dealer: the commercial partner who signs
        :param name: as the signer wrote it
        :param signature: image, base64
        :param fingerprint: of the terms that the signer had before the eyes
        :param contact: partner whose login it is
        :return: the ``rebate.signature``
        :raise UserError: when the terms are not offered any more, or not these
        """
        self.ensure_one()
        if not (name or "").strip() or not self._is_picture(signature):
            raise UserError(self.env._("Write your name and sign in the field."))
        # sudo: the caller found this agreement among the offers of this very dealer.
        agreement = self.sudo()
        agreement._count_offer_run()
        if not agreement._is_offered() or fingerprint != agreement.offer_hash:
            raise UserError(
                self.env._(
                    "The terms have changed since you opened this page, or are no longer offered. "
                    "Open it again and read them before you sign."
                )
            )
        if not agreement._get_parties(dealer):
            raise UserError(self.env._("These terms are not offered to you."))
        if agreement._get_signature(dealer):
            raise UserError(self.env._("You have signed these terms already."))
        signed = agreement.env["rebate.signature"].create(
            {
                "agreement_id": agreement.id,
                "partner_id": dealer.id,
                "contact_id": contact.id,
                "signed_by": name.strip()[:200],
                "signed_on": fields.Datetime.now(),
                "signature": signature,
                "terms_hash": fingerprint,
            }
        )
        agreement._keep_contract(signed)
        return signed

    def _is_picture(self, signature):
        """Whether it can be one: what is in it is judged by the field."""
        try:
            return bool(base64.b64decode(signature or "", validate=True))
        except (TypeError, binascii.Error):
            return False

    def _keep_contract(self, signed):
        """Print the contract with the signature, keep it, and say so in the chatter."""
        self.env.flush_all()
        dealer = signed.partner_id
        content = self._print_contract(dealer)
        name = f"{self.name} - {dealer.name}.pdf"
        # Through the raw file: this field takes base64, and large contracts are not copied twice.
        signed.write({"contract_name": name})
        self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "res_model": "rebate.signature",
                "res_field": "contract",
                "res_id": signed.id,
                "mimetype": "application/pdf",
            }
        )
        signed.invalidate_recordset(["contract"])
        self.message_post(
            body=self.env._(
                "Signed by %(name)s for %(dealer)s. Fingerprint of the terms: %(hash)s.",
                name=signed.signed_by,
                dealer=dealer.display_name,
                hash=signed.terms_hash[:SHOWN_HASH],
            ),
            author_id=signed.contact_id.id,
        )

    def _print_contract(self, dealer):
        """The contract of one dealer as PDF, in the dealer's language."""
        report = self.env["ir.actions.report"].with_company(self.company_id)
        content, _type = report.with_context(rebate_contract_partner=dealer.id)._render_qweb_pdf(
            "dealer_rebate.report_rebate_contract", self.ids
        )
        return content

    def _get_contract_parties(self):
        """One dealer alone, where one is asked for; those who signed, where none is named."""
        parties = super()._get_contract_parties()
        wanted = self.env.context.get("rebate_contract_partner")
        if wanted:
            return self.env["res.partner"].browse(wanted)
        signers = self.signature_ids.filtered(lambda s: s.state == "valid").partner_id
        return (
            list(signers.sorted("display_name"))
            if signers and parties == [signers[:0]]
            else parties
        )

    @api.model
    def _get_process_fields(self):
        return super()._get_process_fields() | {
            "offer_hash",
            "offered_on",
            "offered_by_id",
            "offer_run",
        }
