# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import re

import psycopg2

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount, format_date


class RebateWalletBalance(models.Model):
    """Counter of one dealer's wallet: balance, held, available (P12).

    The figures are the account's and the holds' sums. The row is *written* in each transaction
    that changes them: of two transactions at once the second fails to serialise and is retried, so
    neither can spend what the other spent. Nobody writes it by hand.
    """

    _name = "rebate.wallet.balance"
    _description = "Dealer's Wallet Balance"
    _order = "wallet_id, partner_id"
    _rec_name = "partner_id"

    wallet_id = fields.Many2one(
        "rebate.wallet", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="wallet_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="wallet_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Dealer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The dealer with all its addresses.",
    )
    # A plain number, so that merging two dealers finds no unique index with a partner in it and
    # deletes nothing; see base.partner.merge.automatic.wizard.
    owner = fields.Integer(required=True, readonly=True)
    balance = fields.Monetary(
        readonly=True, help="Sum of the dealer's posted items on the wallet's account."
    )
    held = fields.Monetary(readonly=True, help="Held by confirmed orders that are not invoiced.")
    available = fields.Monetary(readonly=True, help="Balance less what orders hold.")
    entry_ids = fields.One2many(
        "rebate.wallet.entry", compute="_compute_entry_ids", string="Entries"
    )
    hold_ids = fields.One2many("rebate.wallet.hold", compute="_compute_entry_ids", string="Holds")
    next_expiry = fields.Date(
        compute="_compute_next_expiry", help="First day after which some of it expires."
    )
    next_expiry_amount = fields.Monetary(
        string="Expiring Next", compute="_compute_next_expiry", help="What expires then."
    )

    _owner_once = models.Constraint(
        "UNIQUE (wallet_id, owner)", "A dealer has one balance in a wallet."
    )
    _available_not_negative = models.Constraint(
        "CHECK (available >= 0 AND available = balance - held)",
        "Nobody can spend more than what is available in the wallet.",
    )

    def _compute_entry_ids(self):
        for model, name in (("entry", "entry_ids"), ("hold", "hold_ids")):
            groups = {}
            for wallet, partner, records in self.env[f"rebate.wallet.{model}"]._read_group(
                [
                    ("wallet_id", "in", self.wallet_id.ids),
                    ("partner_id", "in", self.partner_id.ids),
                ],
                ["wallet_id", "partner_id"],
                ["id:recordset"],
            ):
                groups[wallet, partner] = records
            empty = self.env[f"rebate.wallet.{model}"]
            for row in self:
                row[name] = groups.get((row.wallet_id, row.partner_id), empty)

    def _compute_next_expiry(self):
        days = {}
        for wallet, partner, day, amount in self.env["rebate.wallet.entry"]._read_group(
            [
                ("wallet_id", "in", self.wallet_id.ids),
                ("partner_id", "in", self.partner_id.ids),
                ("remaining", ">", 0),
                ("expires_on", "!=", False),
            ],
            ["wallet_id", "partner_id", "expires_on:day"],
            ["remaining:sum"],
            order="expires_on:day",
        ):
            days.setdefault((wallet, partner), (day, amount))
        for row in self:
            found = days.get((row.wallet_id, row.partner_id), (False, 0))
            row.next_expiry, row.next_expiry_amount = found

    def action_view_entries(self):
        """Open the entries behind this balance."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dealer_rebate.rebate_wallet_entry_action"
        )
        return action | {
            "domain": [
                ("wallet_id", "=", self.wallet_id.id),
                ("partner_id", "=", self.partner_id.id),
            ],
            "context": {},
        }

    def action_print_statement(self):
        """Print the statements of these dealers."""
        return self.env.ref("dealer_rebate.action_report_wallet_statement").report_action(self)

    def _refresh(self, keys):
        """Write the counters of these dealers from account and holds, in this transaction.

        :param keys: set of (wallet id, commercial partner id)
        :raise UserError: when a dealer would have less than nothing available
        """
        if not keys:
            return
        self.env.flush_all()
        pairs = tuple(sorted(keys))
        self.env.cr.execute(
            SQL(
                """INSERT INTO rebate_wallet_balance
                          (wallet_id, company_id, partner_id, owner, balance, held, available,
                           create_uid, create_date, write_uid, write_date)
                   SELECT wallet.id, wallet.company_id, partner.id, partner.id, 0, 0, 0,
                          %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                     FROM rebate_wallet wallet, res_partner partner
                    WHERE (wallet.id, partner.id) IN %(pairs)s
                    ORDER BY wallet.id, partner.id
                       ON CONFLICT (wallet_id, owner) DO NOTHING""",
                uid=self.env.uid,
                pairs=pairs,
            )
        )
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(self._get_refresh_sql(pairs))
        except psycopg2.errors.CheckViolation as violation:
            raise UserError(self._explain_overdrawn(pairs)) from violation
        self.invalidate_model(["balance", "held", "available"])
        self.env["rebate.wallet"].invalidate_model(["balance", "balance_ids", "dealer_count"])
        self.env["rebate.wallet.entry"].invalidate_model()

    def _get_refresh_sql(self, pairs):
        return SQL(
            """UPDATE rebate_wallet_balance row
                  SET balance = sums.balance, held = sums.held,
                      available = sums.balance - sums.held,
                      write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
                 FROM (%(sums)s) AS sums
                WHERE row.wallet_id = sums.wallet_id AND row.owner = sums.partner_id""",
            uid=self.env.uid,
            sums=self._get_sums_sql(pairs),
        )

    def _get_sums_sql(self, pairs):
        """Balance and held amount of (wallet, dealer) as account and holds say."""
        return SQL(
            """SELECT wallet.id AS wallet_id, dealer.id AS partner_id,
                      COALESCE((SELECT -SUM(line.amount_currency)
                                  FROM account_move_line line
                                  JOIN res_partner partner ON partner.id = line.partner_id
                                 WHERE line.account_id = wallet.account_id
                                   AND line.parent_state = 'posted'
                                   AND partner.commercial_partner_id = dealer.id), 0) AS balance,
                      COALESCE((SELECT SUM(hold.remaining)
                                  FROM rebate_wallet_hold hold
                                  JOIN res_partner partner ON partner.id = hold.partner_id
                                 WHERE hold.wallet_id = wallet.id
                                   AND hold.state = 'held'
                                   AND partner.commercial_partner_id = dealer.id), 0) AS held
                 FROM rebate_wallet wallet, res_partner dealer
                WHERE (wallet.id, dealer.id) IN %s""",
            pairs,
        )

    def _explain_overdrawn(self, pairs):
        rows = self.env.execute_query(
            SQL(
                "SELECT wallet_id, partner_id, balance - held FROM (%s) AS sums "
                "WHERE balance < held LIMIT 1",
                self._get_sums_sql(pairs),
            )
        )
        wallet_id, partner_id, missing = rows[0]
        # sudo: only the name, for the sentence.
        wallet = self.env["rebate.wallet"].sudo().browse(wallet_id)
        return self.env._(
            "%(dealer)s does not have that much available in %(wallet)s: %(amount)s are missing. "
            "Spend less, or release an order that holds some.",
            # sudo: the name of the partner of a document that the user is posting.
            dealer=self.env["res.partner"].sudo().browse(partner_id).display_name,
            wallet=wallet.name,
            amount=format_amount(self.env, -missing, wallet.currency_id),
        )

    def _get_keys_of(self, partners, keys=()):
        """Keys of partners that have a balance, or now stand for one in the same wallets."""
        owners = partners.commercial_partner_id
        found = {
            (row.wallet_id.id, row.owner) for row in self.search([("owner", "in", owners.ids)])
        }
        return found | {(wallet_id, owner.id) for wallet_id, _owner in keys for owner in owners}

    def _merge_rows(self, partners):
        """After a merge of partners: one row for each wallet and dealer, counted anew.

        :param partners: dealers that what was merged belongs to now
        """
        for rows in self.grouped(lambda row: (row.wallet_id, row.partner_id)).values():
            rows[1:].unlink()
            rows[:1].owner = rows[:1].partner_id.id
        rows = self.exists()
        self.env["rebate.wallet"]._rematch(
            {(row.wallet_id.id, owner) for row in rows for owner in (row.owner, *partners.ids)}
        )

    def _get_entries(self):
        """All entries of this dealer in this wallet, oldest first."""
        self.ensure_one()
        return self.env["rebate.wallet.entry"].search(self._get_entry_domain(), order="date, id")

    def _get_open_lots(self):
        """What is left of grants, earliest expiry first; what never expires comes last."""
        self.ensure_one()
        lots = self._get_entries().filtered(lambda entry: entry.remaining > 0)
        return lots.sorted(lambda lot: (not lot.expires_on, lot.expires_on, lot.date, lot.id))

    def _get_statement(self, date_from=None):
        """Opening balance and entries with the running balance, for statement and portal.

        :param date_from: first day to list; what was before is the opening balance
        :return: (opening, [(entry, running balance)])
        """
        self.ensure_one()
        running, rows = 0.0, []
        opening = 0.0
        for entry in self._get_entries():
            running = self.currency_id.round(running + entry.amount)
            if date_from and entry.date < date_from:
                opening = running
            else:
                rows.append((entry, running))
        return opening, rows

    def _get_statement_start(self):
        """First day on the statement: twelve months back, from the first of that month."""
        today = fields.Date.context_today(self)
        return today.replace(year=today.year - 1, day=1)

    def _get_file_name(self):
        """File name of the statement, without anything a path could use."""
        self.ensure_one()
        name = f"{self.wallet_id.name}_{self.partner_id.name}"
        return re.sub(r"\W+", "_", name).strip("_") + ".pdf"

    def _get_rules_text(self):
        """The wallet's rules in sentences, for statement and portal."""
        self.ensure_one()
        wallet = self.wallet_id
        rules = []
        if wallet.max_share < 100:
            rules.append(
                self.env._(
                    "Up to %(share)s percent of an invoice can be paid with it.",
                    share=f"{wallet.max_share:g}",
                )
            )
        if wallet.min_invoice:
            rules.append(
                self.env._(
                    "It can be used on invoices from %(amount)s on.",
                    amount=format_amount(self.env, wallet.min_invoice, wallet.currency_id),
                )
            )
        if wallet.categ_ids:
            rules.append(
                self.env._(
                    "It can be used for: %(categories)s.",
                    categories=", ".join(wallet.categ_ids.mapped("name")),
                )
            )
        if wallet.expiry_months:
            rules.append(
                self.env._(
                    "What is credited expires after %(months)s months; what expires first is "
                    "spent first.",
                    months=wallet.expiry_months,
                )
            )
        return rules

    def _count_entries(self):
        """How many entries there are, for the pager of a page."""
        self.ensure_one()
        return self.env["rebate.wallet.entry"].search_count(self._get_entry_domain())

    def _get_entry_domain(self):
        return [("wallet_id", "=", self.wallet_id.id), ("partner_id", "=", self.partner_id.id)]

    def _get_portal_entries(self, limit=None, offset=0):
        """A page of entries, the newest first, as plain data with the running balance.

        The balances are the database's: no entry before or after the page is read here.
        """
        self.ensure_one()
        entries = self.env["rebate.wallet.entry"]
        query = entries._search(
            self._get_entry_domain(), limit=limit, offset=offset, order="date DESC, id DESC"
        )
        alias = query.table
        running = SQL(
            "SUM(%s) OVER (ORDER BY %s, %s)",
            SQL.identifier(alias, "amount"),
            SQL.identifier(alias, "date"),
            SQL.identifier(alias, "id"),
        )
        rows = self.env.execute_query(query.select(SQL.identifier(alias, "id"), running))
        return [
            {
                "date": entry.date,
                "kind": entry._get_kind_label(),
                "document": entry.document,
                "reference": entry._get_reference(),
                "label": entry.name,
                "amount": entry.amount,
                "running": self.currency_id.round(float(balance)),
                "expires_on": entry.expires_on,
            }
            for entry, balance in zip(
                entries.browse(row[0] for row in rows), (row[1] for row in rows), strict=True
            )
        ]

    def _prepare_portal_row(self):
        """This balance as plain data; see ``rebate.wallet._get_portal_rows``."""
        self.ensure_one()
        return self._prepare_portal_summary() | {"entries": self._get_portal_entries()[::-1]}

    def _prepare_portal_summary(self):
        """This balance as plain data, without its entries: a page shows them by and by."""
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.wallet_id.name,
            "currency": self.currency_id.name,
            "currency_id": self.currency_id.id,
            "balance": self.balance,
            "held": self.held,
            "available": self.available,
            "rules": self._get_rules_text(),
            "lots": [
                {
                    "document": lot.document,
                    "date": lot.date,
                    "amount": lot.amount,
                    "remaining": lot.remaining,
                    "expires_on": lot.expires_on,
                }
                for lot in self._get_open_lots()
            ],
            "holds": [
                {
                    "order": hold.order_id.name,
                    "order_id": hold.order_id.id,
                    "date": hold.date,
                    "amount": hold.remaining,
                }
                for hold in self.hold_ids.filtered(
                    lambda hold: hold.state == "held" and hold.remaining
                )
            ],
        }

    def _send_expiry_notice(self, lots):
        """Tell the dealer by mail, and the wallet's responsible by an activity.

        :param lots: journal items that are about to expire
        """
        self.ensure_one()
        amount = format_amount(
            self.env, -sum(lots.mapped("amount_residual_currency")), self.currency_id
        )
        day = min(lots.mapped("rebate_wallet_expiry"))
        dealer = self.with_context(lang=self.partner_id.lang or self.env.lang)
        body = dealer.env._(
            "%(amount)s of your %(wallet)s expire after %(day)s. Use them on an order before then.",
            amount=amount,
            wallet=self.wallet_id.name,
            day=format_date(dealer.env, day),
        )
        self.partner_id.message_post(
            body=body,
            subject=dealer.env._("%(wallet)s: credit expires soon", wallet=self.wallet_id.name),
            partner_ids=self.partner_id.ids,
            message_type="notification",
            subtype_xmlid="mail.mt_comment",
        )
        user = self.partner_id.user_id or self.wallet_id.user_id
        if user:
            self.partner_id.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=day,
                user_id=user.id,
                summary=self.env._(
                    "%(amount)s of %(wallet)s expire", amount=amount, wallet=self.wallet_id.name
                ),
            )
