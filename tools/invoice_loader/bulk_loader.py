# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The way in for volume: set-based inserts of the rows that Odoo itself would have written.

How it stays true to Odoo. For every class of dealer (same country, accounts, sales person …)
and of product, Odoo creates and posts one *prototype* invoice and credit note, whose rows are
read and then rolled back. The real rows are the prototype's, column by column, except for the
columns that differ between two invoices of one class, which are computed here. So defaults,
fiscal positions, accounts, teams and the columns of other add-ons come from Odoo, not from
this file; what it can't compute it refuses (`_check_prototypes`).

Not written: chatter and followers (the ORM way does without them too), and whatever add-ons
do in ``_post`` besides filling columns of the document.
"""

import csv
import json
import tempfile
from decimal import Decimal
from itertools import groupby

from .books import Books, BooksProblem
from .outcome import Outcome

PROTOTYPE_LIMIT = 20000
INSERT_BATCH = 2000
# Columns that make no difference to an invoice of the dealer or product.
SAME_DEALER = (
    "id name ref complete_name commercial_company_name commercial_partner_id create_date"
    " create_uid write_date write_uid customer_rank supplier_rank message_bounce signup_type"
    " color comment phone phone_sanitized website message_main_attachment_id"
).split()
SAME_PRODUCT = (
    "id name default_code barcode list_price description description_sale description_purchase"
    " description_picking description_pickingin description_pickingout create_date create_uid"
    " write_date write_uid active color volume weight sequence product_tmpl_id"
    " combination_indices standard_price message_main_attachment_id"
).split()
# Money columns of the prototypes that are computed here. Any other numeric column that is not
# zero in a prototype (and is not one of the constants) is unknown to the loader: it refuses.
MOVE_SIGNS = {
    "amount_untaxed": "total",
    "amount_total": "total",
    "amount_residual": "total",
    "amount_untaxed_in_currency_signed": "sign * total",
    "amount_total_in_currency_signed": "sign * total",
    "amount_untaxed_signed": "sign * balance",
    "amount_total_signed": "sign * balance",
    "amount_residual_signed": "sign * balance",
}
LINE_MONEY = (
    "debit credit balance amount_currency amount_residual amount_residual_currency quantity"
    " price_unit price_subtotal price_total"
).split()
# Expressions for both kinds of line: m is the document's line, p the prototype's.
LINE_COLUMNS = {
    "id": "nextval('account_move_line_id_seq')",
    "move_id": "m.id",
    "move_name": "m.name",
    "ref": "m.ref",
    "partner_id": "m.commercial_id",
    "debit": "greatest(m.balance, 0)",
    "credit": "greatest(-m.balance, 0)",
    "balance": "m.balance",
    "amount_currency": "m.amount",
    # zero on lines that are not to be reconciled
    "amount_residual": "CASE WHEN (p.r).amount_residual = 0 THEN 0 ELSE m.balance END",
    "amount_residual_currency": (
        "CASE WHEN (p.r).amount_residual_currency = 0 THEN 0 ELSE m.amount END"
    ),
}
CONSTANTS = {"invoice_currency_rate", "deductible_amount"}


def load_in_bulk(books: Books, invoices, progress) -> Outcome:
    """Insert the invoices that are not in the books yet.

    :param invoices: iterable of `rules.Invoice`, read once
    :param progress: called with (stage, done, total)
    :raises BooksProblem: a locked period, a missing rate, or settings of the database whose
        effect on an invoice this loader doesn't know
    """
    return _BulkLoad(books, progress).run(invoices)


class _BulkLoad:
    """One bulk load; its working tables are temporary and dropped at the end."""

    def __init__(self, books, progress):
        self.books, self.env, self.progress = books, books.env, progress
        self.outcome = Outcome()

    def run(self, invoices):
        self.env.flush_all()
        self._create_tables()
        self._copy_in(invoices)
        self._set_known_aside()
        span = self._one("SELECT min(date), max(date) FROM loader_invoice")
        if span[0]:
            self.books.check_period(*span)
            self._dealers_and_products()
            self._classes()
            self._rates()
            self._balances()
            self._prototypes()
            self._insert()
        self._drop_tables()
        return self.outcome

    # -- small helpers ---------------------------------------------------------------------

    def _sql(self, query, *args, **kwargs):
        from odoo.tools import SQL

        query = SQL(query, *args, **kwargs)
        self.env.cr.execute(query)
        return self.env.cr.rowcount

    def _one(self, query, *args, **kwargs):
        self._sql(query, *args, **kwargs)
        return self.env.cr.fetchone()

    def _all(self, query, *args, **kwargs):
        self._sql(query, *args, **kwargs)
        return self.env.cr.fetchall()

    def _copy_rows(self, target, rows):
        with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as stream:
            # quoted throughout: COPY takes an unquoted empty cell for NULL
            csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(rows)
            stream.seek(0)
            self.env.cr.copy_expert(f"COPY {target} FROM STDIN (FORMAT csv)", stream)

    # -- what the file says ----------------------------------------------------------------

    _TABLES = (
        "loader_invoice",
        "loader_line",
        "loader_dealer",
        "loader_product",
        "loader_rate",
        "loader_balance",
        "loader_number",
        "loader_proto_move",
        "loader_proto_line",
        "loader_move",
    )

    def _drop_tables(self):
        for table in self._TABLES:
            self._sql(f"DROP TABLE IF EXISTS pg_temp.{table}")

    def _create_tables(self):
        self._drop_tables()
        self._sql(
            """
            CREATE TEMP TABLE loader_invoice (
                id integer, ref varchar COLLATE "C", credit boolean, date date,
                customer varchar, country varchar);
            CREATE TEMP TABLE loader_line (
                invoice integer, position integer, code varchar, label varchar,
                quantity numeric, price numeric, amount numeric, balance numeric);
            CREATE TEMP TABLE loader_dealer (
                customer varchar, partner_id integer, commercial_id integer,
                display varchar, class integer);
            CREATE TEMP TABLE loader_product (code varchar, product_id integer, class integer);
            CREATE TEMP TABLE loader_rate (date date, rate numeric);
            CREATE TEMP TABLE loader_number (
                credit boolean, month date, prefix varchar, suffix varchar, length integer,
                start integer, gap boolean);
            CREATE TEMP TABLE loader_proto_move (
                class integer, credit boolean, r account_move);
            CREATE TEMP TABLE loader_proto_line (
                class integer, credit boolean, product_class integer, r account_move_line)
            """
        )

    def _copy_in(self, invoices):
        """Stream the invoices into the working tables."""
        with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines)
            heads = []
            for at, invoice in enumerate(invoices):
                heads.append(
                    (
                        at,
                        invoice.ref,
                        invoice.credit_note,
                        invoice.date,
                        invoice.customer,
                        invoice.country,
                    )
                )
                writer.writerows(
                    (at, position, line.code, line.label, line.quantity, line.price, line.amount)
                    for position, line in enumerate(invoice.lines)
                )
            lines.seek(0)
            self._copy_rows("loader_invoice", heads)
            self.env.cr.copy_expert(
                "COPY loader_line (invoice, position, code, label, quantity, price, amount)"
                " FROM STDIN (FORMAT csv)",
                lines,
            )
        self._sql(
            """
            CREATE INDEX ON loader_line (invoice); CREATE INDEX ON loader_invoice (id);
            ANALYZE loader_line; ANALYZE loader_invoice
            """
        )

    def _set_known_aside(self):
        refs = [ref for (ref,) in self._all("SELECT ref FROM loader_invoice")]
        known = list(self.books.known_refs(refs))
        if known:
            self.outcome.skipped_lines = self._sql(
                """
                DELETE FROM loader_line USING loader_invoice i
                 WHERE loader_line.invoice = i.id AND i.ref = ANY(%s)
                """,
                known,
            )
            self.outcome.skipped = self._sql(
                "DELETE FROM loader_invoice WHERE ref = ANY(%s)", known
            )

    # -- dealers, products and what tells them apart ---------------------------------------

    def _dealers_and_products(self):
        countries = dict(
            self._all(
                """
                SELECT DISTINCT ON (customer) customer, country
                  FROM loader_invoice ORDER BY customer, date, ref
                """
            )
        )
        labels = dict(
            self._all(
                """
                SELECT DISTINCT ON (l.code) l.code, l.label
                  FROM loader_line l JOIN loader_invoice i ON i.id = l.invoice
                 ORDER BY l.code, i.date, i.ref, l.position
                """
            )
        )
        total = len(countries) + len(labels)
        self.progress("dealers and products", 0, total)
        self.dealers, self.outcome.dealers_created = self.books.dealers(countries)
        self.progress("dealers and products", len(countries), total)
        self.products, self.outcome.products_created = self.books.products(labels)
        self.progress("dealers and products", total, total)
        self.outcome.dealers, self.outcome.products = len(countries), len(labels)
        self.env.flush_all()

    def _classes(self):
        """Number the classes of dealers and of products by what may show on an invoice."""
        customers, partners = zip(*self.dealers.items(), strict=True)
        # relatives (addresses, branches) may bring their own terms: a class of their own
        self._sql(
            """
            INSERT INTO loader_dealer
            SELECT d.customer, p.id, p.commercial_partner_id, p.complete_name,
                   dense_rank() OVER (ORDER BY (to_jsonb(p) - %s)::text, CASE
                       WHEN p.parent_id IS NOT NULL
                         OR EXISTS (SELECT 1 FROM res_partner c WHERE c.parent_id = p.id)
                       THEN p.id END)
              FROM unnest(%s, %s) AS d(customer, id) JOIN res_partner p ON p.id = d.id
            """,
            SAME_DEALER,
            list(customers),
            list(partners),
        )
        codes, products = zip(*self.products.items(), strict=True)
        self._sql(
            """
            INSERT INTO loader_product
            SELECT d.code, p.id, dense_rank() OVER (
                       ORDER BY (to_jsonb(t) - %s)::text, (to_jsonb(p) - %s)::text)
              FROM unnest(%s, %s) AS d(code, id)
              JOIN product_product p ON p.id = d.id
              JOIN product_template t ON t.id = p.product_tmpl_id
            """,
            SAME_PRODUCT,
            SAME_PRODUCT,
            list(codes),
            list(products),
        )
        self._sql("ANALYZE loader_dealer; ANALYZE loader_product")

    def _rates(self):
        """The rate of each date as Odoo gives it (1 in the company's currency)."""
        Currency = self.env["res.currency"]
        dates = [date for (date,) in self._all("SELECT DISTINCT date FROM loader_invoice")]
        self._copy_rows(
            "loader_rate",
            [
                (
                    date,
                    repr(
                        Currency._get_conversion_rate(
                            self.books.company.currency_id,
                            self.books.currency,
                            self.books.company,
                            date,
                        )
                    ),
                )
                for date in dates
            ],
        )

    def _balances(self):
        """Balance of each line in a foreign currency, shared out by Odoo's own method.

        The document is converted as a whole; what its rounded lines lack goes to the largest.
        """
        if self.books.currency == self.books.company.currency_id:
            return
        rows = self._all(
            """
            SELECT l.invoice, l.position, l.quantity, l.price, l.amount, r.rate
              FROM loader_line l
              JOIN loader_invoice i ON i.id = l.invoice
              JOIN loader_rate r ON r.date = i.date
             ORDER BY l.invoice, l.position
            """
        )
        per_line = self.books.company.tax_calculation_rounding_method == "round_per_line"
        self._sql(
            "CREATE TEMP TABLE loader_balance (invoice integer, position integer, balance numeric)"
        )
        self._copy_rows(
            "loader_balance",
            (
                (invoice, position, f"{balance:.6f}")
                for invoice, lines in groupby(rows, key=lambda row: row[0])
                for position, balance in self._shares(list(lines), per_line)
            ),
        )
        self._sql(
            """
            UPDATE loader_line l SET balance = b.balance FROM loader_balance b
             WHERE b.invoice = l.invoice AND b.position = l.position
            """
        )

    def _shares(self, lines, per_line):
        currency = self.books.company.currency_id
        raw = [
            (amount if per_line else quantity * price) / rate
            for _invoice, _position, quantity, price, amount, rate in lines
        ]
        balances = [currency.round(value) for value in raw]
        if not per_line:
            shares = self.env["account.tax"]._distribute_delta_amount_smoothly(
                currency.decimal_places,
                currency.round(sum(raw)) - sum(balances),
                [{"factor": value} for value in raw],
            )
            balances = [sum(pair) for pair in zip(balances, shares, strict=True)]
        return [
            (line[1], currency.round(balance))
            for line, balance in zip(lines, balances, strict=True)
        ]

    # -- prototypes ------------------------------------------------------------------------

    def _prototypes(self):
        """Let Odoo post the prototypes, keep their rows, undo them."""
        ranks = self._pending_ranks()
        savepoint = self.env.cr.savepoint()
        try:
            self._sequence_cache().clear()
            numbers = self._number_prototypes()
            moves, lines = self._class_prototypes()
        finally:
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.invalidate_all()
            self._sequence_cache().clear()
            self._restore_ranks(ranks)
        self._copy_rows("loader_number", numbers)
        self._sql(
            """
            INSERT INTO loader_proto_move
            SELECT (m->>0)::integer, (m->>1)::boolean,
                   jsonb_populate_record(NULL::account_move, m->2)
              FROM jsonb_array_elements(%s::jsonb) AS m
            """,
            json.dumps(moves),
        )
        self._sql(
            """
            INSERT INTO loader_proto_line
            SELECT (l->>0)::integer, (l->>1)::boolean, (l->>2)::integer,
                   jsonb_populate_record(NULL::account_move_line, l->3)
              FROM jsonb_array_elements(%s::jsonb) AS l
            """,
            json.dumps(lines),
        )

    def _sequence_cache(self):
        return self.env["account.move"]._get_sequence_cache()

    def _pending_ranks(self):
        """Odoo raises the customer rank after the commit: the prototypes must not count."""
        key = "account.res.partner.increase_rank.customer_rank"
        return dict(self.env.cr.postcommit.data.get(key, {}))

    def _restore_ranks(self, ranks):
        key = "account.res.partner.increase_rank.customer_rank"
        pending = self.env.cr.postcommit.data.get(key)
        if pending is not None:
            pending.clear()
            pending.update(ranks)

    def _prototype(self, credit, date, partner_id, product_ids):
        from .rules import Invoice, Line

        price = 7  # whole and odd: nothing rounds, and no flag or constant looks like it
        lines = [Line(str(product), f"line {product}", 3, price, 21) for product in product_ids]
        invoice = Invoice("PROTOTYPE", credit, date, "dealer", "", tuple(lines), 21 * len(lines))
        return self.books.move_values(
            invoice, {"dealer": partner_id}, {str(product): product for product in product_ids}
        )

    def _post(self, values):
        moves = self.env["account.move"].create(values)
        moves.action_post()
        self.env.flush_all()
        if any(move.state != "posted" for move in moves):
            raise BooksProblem("Odoo did not post a prototype: load without --bulk to see why.")
        return moves

    def _number_prototypes(self):
        """One document of each kind and month: it shows how Odoo numbers them."""
        months = self._all(
            """
            SELECT credit, date_trunc('month', date)::date, min(date)
              FROM loader_invoice GROUP BY 1, 2 ORDER BY 1, 2
            """
        )
        partner_id, product_id = (
            next(iter(self.dealers.values())),
            next(iter(self.products.values())),
        )
        moves = self._post(
            [
                self._prototype(credit, first, partner_id, [product_id])
                for credit, _m, first in months
            ]
        )
        rows = []
        for (credit, month, _first), move in zip(months, moves, strict=True):
            suffix, length = self._number_format(move)
            rows.append(
                [
                    credit,
                    month,
                    move.sequence_prefix,
                    suffix,
                    length,
                    move.sequence_number,
                    move.made_sequence_gap,
                ]
            )
        # months that share a prefix share its numbers: they go on from the first of them
        rows.sort(key=lambda row: (row[2], row[5]))
        for _prefix, group in groupby(rows, key=lambda row: row[2]):
            group = list(group)
            for row in group:
                row[5:] = group[0][5:]
        return rows

    def _number_format(self, move):
        _format, values = move._get_sequence_format_param(move.name)
        suffix, length = values.get("suffix") or "", values["seq_length"]
        rebuilt = f"{move.sequence_prefix}{move.sequence_number:0{length}d}{suffix}"
        if rebuilt != move.name:
            raise BooksProblem(
                f"The journal {move.journal_id.name} numbers its documents in a way"
                f" ({move.name}) that --bulk doesn't know: load without it."
            )
        return suffix, length

    def _class_prototypes(self):
        """One invoice and credit note for each class of dealer, one line a class of product."""
        dealers = self._all(
            "SELECT class, min(partner_id) FROM loader_dealer GROUP BY 1 ORDER BY 1"
        )
        products = self._all(
            "SELECT class, min(product_id) FROM loader_product GROUP BY 1 ORDER BY 1"
        )
        if 2 * len(dealers) * len(products) > PROTOTYPE_LIMIT:
            raise BooksProblem(
                f"The dealers and products in the database are too unlike ({len(dealers)} x"
                f" {len(products)} kinds) for --bulk: load without it."
            )
        (date,) = self._one("SELECT min(date) FROM loader_invoice")
        keys = [
            (number, partner, credit) for number, partner in dealers for credit in (False, True)
        ]
        moves = self._post(
            [
                self._prototype(credit, date, partner, [product for _n, product in products])
                for _number, partner, credit in keys
            ]
        )
        self._check_prototypes(moves, len(products))
        classes = {product: number for number, product in products}
        move_rows, line_rows = [], []
        for (number, _partner, credit), move in zip(keys, moves, strict=True):
            (row,) = self._one("SELECT to_jsonb(m) FROM account_move m WHERE id = %s", move.id)
            self._check_numbers(row, [*MOVE_SIGNS])
            move_rows.append((number, credit, row))
            for (row,) in self._all(
                "SELECT to_jsonb(l) FROM account_move_line l WHERE move_id = %s", move.id
            ):
                self._check_numbers(row, LINE_MONEY)
                line_rows.append((number, credit, classes.get(row["product_id"]), row))
        return move_rows, line_rows

    def _check_numbers(self, row, known):
        """Refuse a number of Odoo's (or of an add-on's) that isn't computed here."""
        for column, value in row.items():
            if (
                isinstance(value, float)
                and value
                and column not in known
                and column not in CONSTANTS
            ):
                raise BooksProblem(
                    f"An add-on writes {column} on invoices, which --bulk doesn't know how to"
                    " compute: load without it."
                )

    def _check_prototypes(self, moves, product_count):
        many = [
            (model, name)
            for model in ("account.move", "account.move.line")
            for name, field in self.env[model]._fields.items()
            if field.type == "many2many" and field.store and not field.related
        ]
        for move in moves:
            lines = move.line_ids
            terms = lines.filtered(lambda line: line.display_type == "payment_term")
            goods = lines.filtered(lambda line: line.display_type == "product")
            label = f"{move.ref} - {move.name}"
            unknown = (
                len(terms) != 1
                or len(goods) != product_count
                or len(lines) != product_count + 1
                or move.payment_reference not in (False, move.name)
                or terms.name not in (False, move.name, label)
                or move.invoice_partner_display_name != move.partner_id.complete_name
                or move.inalterable_hash
                or any((move if model == "account.move" else lines)[name] for model, name in many)
            )
            if unknown:
                raise BooksProblem(
                    f"Odoo books an invoice of {move.partner_id.display_name} in a way that --bulk"
                    " doesn't know (payment terms, taxes, cost lines, secured journal or kind of"
                    " payment reference): load without it."
                )

    # -- the rows --------------------------------------------------------------------------

    def _insert(self):
        self._number_moves()
        (moves,) = self._one("SELECT count(*) FROM loader_move")
        # Without fresh statistics PostgreSQL checks each line's foreign keys by a scan of the
        # whole table (0.2 ms a line with 7,000 invoices).
        self._sql("ANALYZE res_partner; ANALYZE product_product")
        self._insert_moves()
        self._sql("ANALYZE account_move")
        self._insert_lines(moves)
        self._raise_ranks()
        self._count()
        self._sql("ANALYZE account_move_line; ANALYZE res_partner")
        self._sequence_cache().clear()
        self.env.invalidate_all()
        self.progress("insert", moves, moves)

    def _number_moves(self):
        """Ids and numbers in Odoo's order (date, reference); totals from rounded lines."""
        self._sql(
            """
            CREATE TEMP TABLE loader_move AS
            WITH total AS (
                SELECT invoice, sum(amount) AS total, sum(coalesce(balance, amount)) AS balance
                  FROM loader_line GROUP BY invoice
            ), numbered AS (
                SELECT i.id AS invoice, i.ref, i.credit, i.date, d.partner_id, d.commercial_id,
                       d.display, d.class, r.rate, t.total, t.balance,
                       CASE WHEN i.credit THEN -1 ELSE 1 END AS sign,
                       n.prefix, n.suffix, n.length, n.start, n.gap,
                       n.start - 1 + row_number() OVER (
                           PARTITION BY n.prefix ORDER BY i.date, i.ref) AS number
                  FROM loader_invoice i
                  JOIN total t ON t.invoice = i.id
                  JOIN loader_dealer d ON d.customer = i.customer
                  JOIN loader_rate r ON r.date = i.date
                  JOIN loader_number n ON n.credit = i.credit
                                      AND n.month = date_trunc('month', i.date)::date
                 ORDER BY i.date, i.ref
            )
            SELECT nextval('account_move_id_seq')::integer AS id, n.*,
                   n.gap AND n.number = n.start AS made_gap,
                   prefix || lpad(number::text, greatest(length, length(number::text)), '0')
                          || suffix AS name
              FROM numbered n
            """
        )
        self._sql(
            """
            CREATE INDEX ON loader_move (invoice); CREATE INDEX ON loader_move (id);
            ANALYZE loader_move
            """
        )

    def _columns(self, table, date_column, computed):
        """(columns, expressions): the computed ones, else the prototype's value.

        A date that is the prototype's invoice date becomes the document's.
        """
        from odoo.tools import SQL

        rows = self._all(
            """
            SELECT column_name, data_type FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name = %s
               AND is_generated = 'NEVER'
             ORDER BY ordinal_position
            """,
            table,
        )
        names, expressions = [], []
        for name, kind in rows:
            column = SQL("(p.r).%s", SQL.identifier(name))
            if name in computed:
                expression = SQL(computed[name])
            elif name in ("create_date", "write_date"):
                expression = SQL("now() AT TIME ZONE 'UTC'")
            elif kind == "date":
                expression = SQL(
                    "CASE WHEN %s = %s THEN m.date ELSE %s END", column, SQL(date_column), column
                )
            else:
                expression = column
            names.append(SQL.identifier(name))
            expressions.append(expression)
        return SQL(", ").join(names), SQL(", ").join(expressions)

    def _insert_moves(self):
        names, expressions = self._columns(
            "account_move",
            "(p.r).invoice_date",
            {
                "id": "m.id",
                "name": "m.name",
                "ref": "m.ref",
                "sequence_prefix": "m.prefix",
                "sequence_number": "m.number",
                "made_sequence_gap": "m.made_gap",
                "payment_reference": "replace((p.r).payment_reference, (p.r).name, m.name)",
                "partner_id": "m.partner_id",
                "commercial_partner_id": "m.commercial_id",
                # a class has one dealer where a delivery address could be another partner
                "partner_shipping_id": """CASE WHEN (p.r).partner_shipping_id = (p.r).partner_id
                    THEN m.partner_id ELSE (p.r).partner_shipping_id END""",
                "invoice_partner_display_name": "m.display",
                "invoice_currency_rate": "m.rate",
                **{
                    column: f"m.{text}".replace("* ", "* m.") for column, text in MOVE_SIGNS.items()
                },
            },
        )
        self._sql(
            """
            INSERT INTO account_move (%s)
            SELECT %s
              FROM loader_move m
              JOIN loader_proto_move p ON p.class = m.class AND p.credit = m.credit
             ORDER BY m.id
            """,
            names,
            expressions,
        )

    def _insert_lines(self, moves):
        """Goods lines, then the line due, of each document; some thousands at a time."""
        goods, terms = self._goods_columns(), self._terms_columns()
        ids = self._all("SELECT id FROM loader_move ORDER BY id")
        for start in range(0, len(ids), INSERT_BATCH):
            self.progress("insert", start, moves)
            first, last = ids[start][0], ids[min(start + INSERT_BATCH, len(ids)) - 1][0]
            self._sql(
                """
                INSERT INTO account_move_line (%s)
                SELECT %s
                  FROM (
                    SELECT v.id, v.name, v.ref, v.date, v.class, v.credit, v.commercial_id,
                           l.position, l.label, l.quantity, l.price, l.amount AS subtotal,
                           -v.sign * l.amount AS amount,
                           -v.sign * coalesce(l.balance, l.amount) AS balance,
                           d.product_id, d.class AS product_class
                      FROM loader_move v
                      JOIN loader_line l ON l.invoice = v.invoice
                      JOIN loader_product d ON d.code = l.code
                     WHERE v.id BETWEEN %s AND %s
                  ) m
                  JOIN loader_proto_line p
                    ON p.class = m.class AND p.credit = m.credit
                   AND p.product_class = m.product_class
                 ORDER BY m.id, m.position
                """,
                *goods,
                first,
                last,
            )
            self._sql(
                """
                INSERT INTO account_move_line (%s)
                SELECT %s
                  FROM (
                    SELECT v.id, v.name, v.ref, v.date, v.class, v.credit, v.commercial_id,
                           v.sign * v.total AS amount, v.sign * v.balance AS balance
                      FROM loader_move v
                     WHERE v.id BETWEEN %s AND %s
                  ) m
                  JOIN loader_proto_line p
                    ON p.class = m.class AND p.credit = m.credit AND p.product_class IS NULL
                 ORDER BY m.id
                """,
                *terms,
                first,
                last,
            )

    def _goods_columns(self):
        return self._columns(
            "account_move_line",
            "(p.r).invoice_date",
            {
                **LINE_COLUMNS,
                "product_id": "m.product_id",
                "name": "m.label",
                "quantity": "m.quantity",
                "price_unit": "m.price",
                "price_subtotal": "m.subtotal",
                "price_total": "m.subtotal",
            },
        )

    def _terms_columns(self):
        label = "replace(replace((p.r).name, (p.r).move_name, m.name), (p.r).ref, m.ref)"
        return self._columns(
            "account_move_line", "(p.r).invoice_date", {**LINE_COLUMNS, "name": label}
        )

    def _raise_ranks(self):
        """Each document raises the rank of its partner and of that partner's company."""
        self._sql(
            """
            UPDATE res_partner p SET customer_rank = coalesce(p.customer_rank, 0) + n.documents
              FROM (
                SELECT partner, count(*) AS documents
                  FROM (SELECT id, partner_id AS partner FROM loader_move
                         UNION SELECT id, commercial_id FROM loader_move) u
                 GROUP BY partner
              ) n
             WHERE p.id = n.partner
            """
        )

    def _count(self):
        # as text: Odoo's cursor turns numeric into float
        rows = self._all(
            "SELECT credit, count(*), sum(total)::text FROM loader_move GROUP BY credit"
        )
        for credit, documents, text in rows:
            total = Decimal(text)
            if credit:
                self.outcome.credit_notes, self.outcome.credited = documents, total
            else:
                self.outcome.invoices, self.outcome.invoiced = documents, total
        (self.outcome.lines,) = self._one("SELECT count(*) FROM loader_line")
