# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The default way in: Odoo's own create and post, in batches."""

from .books import Books, BooksProblem
from .outcome import Outcome

BATCH = 50


def load_with_orm(books: Books, invoices, progress) -> Outcome:
    """Create and post the invoices that are not in the books yet.

    :param invoices: iterable of `rules.Invoice`
    :param progress: called with (stage, done, total)
    :raises BooksProblem: a locked period, a missing rate, a document that Odoo would not post
        or whose total it computes otherwise than the file
    """
    todo = sorted(invoices, key=lambda invoice: (invoice.date, invoice.ref))
    outcome = Outcome()
    if not todo:
        return outcome
    known = books.known_refs([invoice.ref for invoice in todo])
    outcome.skip(invoice for invoice in todo if invoice.ref in known)
    todo = [invoice for invoice in todo if invoice.ref not in known]
    if not todo:
        return outcome
    books.check_period(todo[0].date, todo[-1].date)
    countries, labels = {}, {}
    for invoice in todo:
        countries.setdefault(invoice.customer, invoice.country)
        for line in invoice.lines:
            labels.setdefault(line.code, line.label)
    dealers, outcome.dealers_created = books.dealers(countries)
    products, outcome.products_created = books.products(labels)
    outcome.dealers, outcome.products = len(dealers), len(products)
    for start in range(0, len(todo), BATCH):
        progress("post", start, len(todo))
        batch = todo[start : start + BATCH]
        _post(books, batch, dealers, products)
        outcome.add(batch)
    progress("post", len(todo), len(todo))
    return outcome


def _post(books, batch, dealers, products):
    moves = books.env["account.move"].create(
        [books.move_values(invoice, dealers, products) for invoice in batch]
    )
    moves.action_post()
    for move, invoice in zip(moves, batch, strict=True):
        if move.state != "posted":
            raise BooksProblem(f"Odoo did not post invoice {invoice.number} of {invoice.date}.")
        if books.currency.compare_amounts(move.amount_total, float(invoice.total)):
            raise BooksProblem(
                f"Invoice {invoice.number} of {invoice.date} comes to {invoice.total} in the file"
                f" and to {move.amount_total} in Odoo: nothing was loaded."
            )
    books.env.flush_all()
    # A table that PostgreSQL last saw empty (an earlier load was broken off) is planned for as
    # one row: Odoo's query for the state of payment then takes minutes.
    books.env.cr.execute("ANALYZE account_move; ANALYZE account_move_line")
    moves.invalidate_recordset()
    moves.line_ids.invalidate_recordset()
