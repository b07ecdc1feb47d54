# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The table of our pages outside the back end: each with who opens it in the demo, and where."""

import dataclasses
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Page:
    """A page as somebody of the demo opens it."""

    #: The route that it shows, as its controller writes it.
    route: str
    #: Login of who opens it; a guest where there is none.
    login: str | None
    #: The address, where the route has no parameters; else what gives it from an environment.
    address: str | Callable

    def find(self, env):
        """The address in the demo."""
        return self.address(env) if callable(self.address) else self.address


def _first(env, model, *domain):
    return env[model].search(list(domain), limit=1)


def _of_dealer(env, model, *domain):
    dealer = env.ref("aftersales_base.dealer_northstar")
    return _first(env, model, ("partner_id", "=", dealer.id), *domain)


def _settlement(env):
    return env.ref("sandbox.last_quarter")


def _supplied(env):
    return env.ref("sandbox.supplier").agreement_id


def _with_token(record, address):
    return f"{address}?access_token={record._portal_ensure_token()}"


def _estimate(env):
    return env.ref("aftersales_service.voucher_estimate")


def _statement(env):
    return _of_dealer(env, "parts.statement", ("state", "in", ("sent", "objected")))


def _delivery(env):
    return _of_dealer(
        env,
        "stock.picking",
        ("state", "=", "done"),
        ("picking_type_code", "=", "outgoing"),
        ("sale_id", "!=", False),
    )


PAGES = (
    # aftersales_service: its users, dealers and outlets
    Page("/service/request", None, "/service/request"),
    Page("/service/request", "farm", "/service/request"),
    Page("/service/request/thanks", None, "/service/request/thanks"),
    Page(
        "/service/rate/<string:token>",
        None,
        lambda env: f"/service/rate/{env.ref('sandbox.service_rating').access_token}",
    ),
    Page("/my/service", "farm", "/my/service"),
    Page("/my/service/<int:job_id>", "farm", lambda env: f"/my/service/{_estimate(env).id}"),
    Page(
        "/my/service/<int:job_id>",
        None,
        lambda env: _with_token(_estimate(env), f"/my/service/{_estimate(env).id}"),
    ),
    Page("/my/outlet-jobs", "lakeside", "/my/outlet-jobs"),
    Page(
        "/my/outlet-jobs/<int:job_id>",
        "lakeside",
        lambda env: f"/my/outlet-jobs/{env.ref('aftersales_service.voucher_outlet_planned').id}",
    ),
    Page("/my/aftersales/claims", "dealer", "/my/aftersales/claims"),
    Page(
        "/my/aftersales/claims/<int:claim_id>",
        "dealer",
        lambda env: f"/my/aftersales/claims/{env.ref('aftersales_service.claim_dealer').id}",
    ),
    Page("/my/aftersales/claims/new", "dealer", "/my/aftersales/claims/new"),
    Page("/my/aftersales/registrations", "dealer", "/my/aftersales/registrations"),
    Page(
        "/my/aftersales/registrations/<int:registration_id>",
        "dealer",
        lambda env: f"/my/aftersales/registrations/{_registration(env).id}",
    ),
    Page("/my/aftersales/registrations/new", "dealer", "/my/aftersales/registrations/new"),
    # aftersales_knowledge
    Page("/service/help", None, "/service/help"),
    Page("/service/help", "dealer", "/service/help"),
    Page(
        "/service/help/<int:article_id>",
        None,
        lambda env: f"/service/help/{env.ref('aftersales_knowledge.article_start').id}",
    ),
    # aftersales_parts_pricing
    Page("/my/parts", "dealer", "/my/parts"),
    Page("/my/parts/cart", "dealer", "/my/parts/cart"),
    Page(
        "/my/parts/ordered/<int:order_id>",
        "dealer",
        lambda env: f"/my/parts/ordered/{_order(env).id}",
    ),
    Page("/my/parts/deliveries", "dealer", "/my/parts/deliveries"),
    Page(
        "/my/parts/deliveries/<int:picking_id>",
        "dealer",
        lambda env: f"/my/parts/deliveries/{_delivery(env).id}",
    ),
    Page("/my/parts/statements", "dealer", "/my/parts/statements"),
    Page(
        "/my/parts/statements/<int:statement_id>",
        "dealer",
        lambda env: f"/my/parts/statements/{_statement(env).id}",
    ),
    Page(
        "/my/parts/statements/<int:statement_id>",
        None,
        lambda env: _with_token(_statement(env), f"/my/parts/statements/{_statement(env).id}"),
    ),
    Page("/my/return-offers", "lakeside", "/my/return-offers"),
    Page(
        "/my/return-offers/<int:offer_id>",
        "dealer",
        lambda env: f"/my/return-offers/{_of_dealer(env, 'parts.return.offer').id}",
    ),
    # aftersales_kpi
    Page("/my/outlet-settlements", "lakeside", "/my/outlet-settlements"),
    Page(
        "/my/outlet-settlements/<int:settlement_id>",
        "lakeside",
        lambda env: f"/my/outlet-settlements/{_outlet_settlement(env).id}",
    ),
    Page(
        "/service/survey/<string:key>",
        None,
        lambda env: f"/service/survey/{_sample(env)._get_key()}",
    ),
    Page("/my/outlet-survey", "lakeside", "/my/outlet-survey"),
    # dealer_rebate
    Page("/my/rebates", "dealer", "/my/rebates"),
    Page(
        "/my/rebates/<int:agreement_id>",
        "dealer",
        lambda env: f"/my/rebates/{_settlement(env).agreement_id.id}",
    ),
    Page(
        "/my/rebates/settlement/<int:settlement_id>",
        "dealer",
        lambda env: f"/my/rebates/settlement/{_settlement(env).id}",
    ),
    Page(
        "/my/rebates/offers/<int:agreement_id>",
        "dealer",
        lambda env: f"/my/rebates/offers/{env.ref('sandbox.growth').id}?try=1",
    ),
    Page("/my/wallets", "dealer", "/my/wallets"),
    Page(
        "/my/wallets/<int:balance_id>",
        "dealer",
        lambda env: f"/my/wallets/{_of_dealer(env, 'rebate.wallet.balance').id}",
    ),
    Page(
        "/my/rebates/supplier/<int:agreement_id>",
        "supplier",
        lambda env: f"/my/rebates/supplier/{_supplied(env).id}",
    ),
)


def _registration(env):
    return _first(env, "aftersales.registration", ("dealer_id", "!=", False))


def _order(env):
    return _of_dealer(env, "sale.order", ("state", "in", ("sent", "sale")))


def _outlet_settlement(env):
    outlets = env.ref("aftersales_service.voucher_outlet_planned").outlet_id
    domain = [("outlet_id", "=", outlets.id), ("state", "=", "sent")]
    return _first(env, "aftersales.outlet.settlement", *domain)


def _sample(env):
    return _first(env, "aftersales.survey.sample", ("state", "=", "waiting"))


# What is handed out as a file, or leads on to a screen of the back end.
FILES = {
    "/aftersales/call",
    "/service/help/<int:article_id>/file/<int:file_id>",
    "/my/parts/list.csv",
    "/my/parts/list.xlsx",
    "/my/parts/statements/<int:statement_id>/pdf",
    "/my/parts/statements/<int:statement_id>/xlsx",
    "/parts/statements/<int:statement_id>/xlsx",
    "/my/rebates/settlement/<int:settlement_id>/statement",
    "/my/rebates/settlement/<int:settlement_id>/lines.csv",
    "/my/rebates/offers/<int:agreement_id>/contract",
    "/my/rebates/expected/<int:expected_id>/statement",
    "/my/wallets/<int:balance_id>/statement",
}
