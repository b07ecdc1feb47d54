# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The pictures of the user guide: pages of the running demo, each as the person who works there."""

import contextlib
import json
import sys
import urllib.parse
from pathlib import Path

from tools import catalogue, common

from . import environment
from .browser import Browser, BrowserError
from .camera import PHONE, WIDE, Camera, Picture
from .rebate_story import RebateStory
from .service_story import ServiceStory

FORM = ".o_form_statusbar, .o_form_sheet"
WHOLE_FORM = ".o_form_statusbar, .o_form_view .alert, .o_form_sheet"
LIST = ".o_control_panel, .o_list_table"
DIALOG = ".modal-content"
PORTAL = "#wrap"


def pictures(env):
    """The pictures of all chapters."""
    chapters = (
        service_pictures,
        warranty_pictures,
        performance_pictures,
        parts_pictures,
        rebate_pictures,
        knowledge_pictures,
        network_pictures,
        crm_pictures,
        round_pictures,
    )
    return [picture for chapter in chapters for picture in chapter(env)]


def service_pictures(env):
    """The pictures of the chapter on service, in the order of the chapter."""
    module, story = "aftersales_service", ServiceStory(env)

    def form(action, record):
        return f"/odoo/action-{module}.{action}/{record.id}"

    def listed(action):
        return f"/odoo/action-{module}.{action}"

    def demo(name):
        return env.ref(f"{module}.{name}")

    register, complaints = "aftersales_voucher_action_register", "aftersales_complaint_action"
    caller = urllib.parse.quote(env.ref("aftersales_base.user_farm").phone)
    all_of_it = ((".o_facet_remove", ""),)
    return [
        Picture(
            *("service-call", "clerk", f"/aftersales/call?phone={caller}", FORM),
            width=WIDE,
            height=1000,
        ),
        Picture(
            *("service-waiting", "clerk"),
            form(register, demo("voucher_waiting")),
            WHOLE_FORM,
            height=620,
        ),
        Picture(
            *("service-callbacks", "clerk", listed("aftersales_voucher_action_callback"), LIST),
            width=WIDE,
        ),
        Picture(
            *("service-complaint", "clerk"),
            form(complaints, demo("complaint_high")),
            WHOLE_FORM,
            width=WIDE,
            height=1180,
        ),
        Picture(
            *("service-board", "supervisor", listed("aftersales_voucher_action_board")),
            ".o_control_panel, .o_kanban_renderer",
            width=WIDE,
            height=760,
            # What the activity of a late promise was called when it was made.
            written=".o_field_kanban_activity",
        ),
        Picture(
            *("service-appointments", "supervisor", listed("aftersales_appointment_action")),
            ".o_control_panel, .o_calendar_view",
            width=WIDE,
        ),
        Picture(
            *("service-rework", "supervisor", form(register, demo("voucher_registered"))),
            WHOLE_FORM,
            height=620,
        ),
        Picture(
            *(
                "service-card",
                "supervisor",
                form("repair_order_action_card", demo("voucher_bench").repair_ids),
                FORM,
            ),
            clicks=((".nav-link[name=checklist]", ""),),
            width=WIDE,
            height=1000,
        ),
        Picture(
            *("service-deadlines", "supervisor", listed("aftersales_sla_deadline_action"), LIST),
            clicks=all_of_it,
            width=WIDE,
        ),
        Picture(
            *("service-monthly", "supervisor", listed("aftersales_service_report_action")),
            ".o_control_panel, .o_pivot",
        ),
        Picture(
            *("service-phone-jobs", "technician", listed("aftersales_phone_action")),
            ".o_aftersales_phone",
            ready=".o_aftersales_job",
            width=PHONE,
            height=760,
        ),
        Picture(
            *("service-phone-job", "technician", listed("aftersales_phone_action")),
            ".o_aftersales_phone",
            clicks=((".o_aftersales_job", "In Progress"),),
            ready=".o_aftersales_breakdown",
            width=PHONE,
            height=1500,
        ),
        Picture(
            *("service-receipt", "storekeeper"),
            form("aftersales_goods_receipt_action", demo("goods_receipt_bench")),
            FORM,
        ),
        Picture(
            *("service-goods", "storekeeper", listed("aftersales_goods_receipt_action"), LIST),
            clicks=all_of_it,
            width=WIDE,
        ),
        Picture(
            *("service-walk-in", "clerk", form(register, demo("voucher_walk_in")), FORM),
            clicks=((".nav-link", "Checklist"),),
            width=WIDE,
            height=1500,
        ),
        Picture(
            *("service-cash", "accountant", listed("aftersales_cash_report_action"), LIST),
            clicks=all_of_it,
        ),
        Picture(
            *("service-handover", "accountant"),
            form("aftersales_cash_handover_action", story.find("service_being_counted")),
            FORM,
        ),
        Picture(
            *("service-invoices", "accountant", listed("aftersales_voucher_action_invoice"), LIST),
            clicks=all_of_it,
            width=WIDE,
        ),
        Picture(
            *("service-late", "supervisor"),
            form(complaints, demo("complaint_late")),
            WHOLE_FORM,
            clicks=((".nav-link[name=delay]", ""),),
            width=WIDE,
            height=1180,
        ),
        Picture(
            *("service-discipline", "hr"),
            form("aftersales_discipline_action", demo("complaint_judged").discipline_ids),
            FORM,
        ),
        Picture(
            *("portal-request", "farm", "/service/request", PORTAL),
            height=1000,
            written="label[for=o_request_consent]",
        ),
        Picture(
            *("portal-job", "farm", f"/my/service/{demo('voucher_estimate').id}", PORTAL),
            height=1000,
        ),
        Picture(
            *("portal-rating", "farm"),
            f"/service/rate/{story.find('service_rating').access_token}",
            PORTAL,
            width=PHONE,
            height=760,
        ),
        Picture(
            *(
                "portal-outlet",
                "lakeside",
                f"/my/outlet-jobs/{demo('voucher_outlet_planned').id}",
                PORTAL,
            ),
            height=1000,
        ),
    ]


def warranty_pictures(env):
    """The pictures of the chapter on units, warranty and contracts, in the order of the chapter."""
    module, story = "aftersales_service", ServiceStory(env)

    def form(action, record):
        return f"/odoo/action-{module}.{action}/{record.id}"

    def listed(action):
        return f"/odoo/action-{module}.{action}"

    def demo(name):
        return env.ref(f"{module}.{name}")

    def claim_of(job):
        return env["aftersales.claim"].search([("case_ids.voucher_id", "=", demo(job).id)])

    register, units = "aftersales_voucher_action_register", "stock_lot_action_unit"
    claims, contracts = "aftersales_claim_action", "aftersales_contract_action"
    sold, job = demo("unit_tx200_5").name, form(register, demo("voucher_warranty"))
    cover = (".nav-link[name=cover]", "")
    all_of_it = ((".o_facet_remove", ""),)
    return [
        Picture(
            *("portal-registration", "dealer"),
            f"/my/aftersales/registrations/new?serial={sold}",
            PORTAL,
            height=1000,
        ),
        Picture(
            *("portal-claim", "dealer", f"/my/aftersales/claims/{demo('claim_dealer').id}", PORTAL),
            height=1000,
            # The dealer's own words for what he did.
            written="tbody",
        ),
        Picture(
            *("warranty-unit", "clerk", form(units, demo("unit_tx200_1")), WHOLE_FORM),
            width=WIDE,
            height=1180,
        ),
        Picture(
            *("warranty-transfer", "clerk", form(units, demo("unit_tx200_1")), DIALOG),
            clicks=(("button[name=action_change_user]", ""),),
        ),
        Picture(
            *("warranty-insurance", "clerk", listed("aftersales_insurance_policy_action"), LIST),
            width=WIDE,
        ),
        Picture(
            *("warranty-cover", "clerk", job, WHOLE_FORM),
            clicks=(cover,),
            width=WIDE,
            height=1300,
        ),
        Picture(
            *("warranty-goodwill", "clerk", job, DIALOG),
            clicks=(cover, ("button[name=action_decide_cover]", "")),
        ),
        Picture(
            *("warranty-reminders", "clerk", listed("aftersales_reminder_action"), LIST), width=WIDE
        ),
        Picture(
            *("warranty-campaign", "supervisor", listed("aftersales_campaign_unit_action"), LIST),
            width=WIDE,
        ),
        Picture(
            *("warranty-accident", "supervisor", form(register, demo("voucher_accident"))),
            WHOLE_FORM,
            clicks=(cover,),
            width=WIDE,
            height=1500,
        ),
        Picture(
            *("warranty-replaced", "supervisor", form(register, demo("voucher_replaced"))),
            WHOLE_FORM,
            clicks=(cover,),
            width=WIDE,
            height=1120,
        ),
        Picture(
            *("warranty-contract", "supervisor", form(contracts, demo("contract_quarry"))),
            WHOLE_FORM,
            clicks=((".nav-link[name=balances]", ""),),
            width=WIDE,
            height=1180,
        ),
        Picture(
            *("warranty-phone-part", "technician", listed("aftersales_phone_action")),
            "section:has(.o_aftersales_nongenuine)",
            clicks=((".o_aftersales_job", "A hose of the front loader"),),
            width=PHONE,
            height=2000,
        ),
        Picture(
            *("warranty-phone-ask", "technician", listed("aftersales_phone_action")),
            ".o_aftersales_store",
            clicks=((".o_aftersales_job", "Service at 3,000 hours"),),
            width=PHONE,
            height=1500,
        ),
        Picture(
            *("warranty-requisitions", "storekeeper"),
            listed("aftersales_part_requisition_action"),
            LIST,
            width=WIDE,
        ),
        Picture(
            *("warranty-old-parts", "storekeeper", listed("aftersales_part_return_action"), LIST),
            clicks=all_of_it,
            width=WIDE,
        ),
        Picture(
            *("warranty-parcel", "storekeeper"),
            form("aftersales_claim_parcel_action", demo("claim_parcel_sent")),
            FORM,
            width=WIDE,
        ),
        Picture(
            *("warranty-to-claim", "supervisor", listed("aftersales_cover_action_claim"), LIST),
            width=WIDE,
        ),
        Picture(
            *("warranty-checks", "supervisor", form(claims, claim_of("voucher_claim_waiting"))),
            WHOLE_FORM,
            clicks=((".nav-link[name=checks]", ""),),
            width=WIDE,
            height=1180,
        ),
        Picture(
            *("warranty-credit", "accountant"),
            form("aftersales_claim_action_credit", story.find("service_credit_short")),
            WHOLE_FORM,
            width=WIDE,
        ),
        Picture(
            *("warranty-instalments", "accountant"),
            listed("aftersales_contract_instalment_action"),
            LIST,
            # By night they are invoiced: then the list of those due is empty.
            clicks=((".o_facet_remove", ""),),
            width=WIDE,
        ),
        Picture(
            *("warranty-cost", "supervisor", listed("aftersales_warranty_cost_action")),
            ".o_control_panel, .o_pivot",
            height=1000,
        ),
    ]


def performance_pictures(env):
    """The pictures of the chapter on figures, pay and outlets, in the order of the chapter."""
    module = "aftersales_kpi"

    def listed(action):
        return f"/odoo/action-{module}.{action}"

    def form(action, model, *domain):
        return f"{listed(action)}/{env[model].search(list(domain), limit=1).id}"

    def seen(login, model, *domain):
        user = env["res.users"].search([("login", "=", login)])
        return env[model].with_user(user).search(list(domain), limit=1)

    sheets, mine = "aftersales_kpi_sheet_action", seen("technician", "aftersales.kpi.sheet")
    dashboard = env.ref(f"{module}.dashboard_service")
    return [
        Picture(
            *("performance-start", "supervisor", "/odoo/aftersales-start"),
            ".o_control_panel, .o_kanban_group",
            width=WIDE,
            height=700,
        ),
        Picture(
            *("performance-indicator", "supervisor"),
            form("aftersales_kpi_indicator_action", "aftersales.kpi.indicator"),
            FORM,
        ),
        Picture(
            *("performance-scheme", "supervisor"),
            form("aftersales_kpi_scheme_action", "aftersales.kpi.scheme"),
            WHOLE_FORM,
            width=WIDE,
        ),
        Picture(
            *("performance-closing", "supervisor", listed("aftersales_kpi_closing_action"), LIST),
            width=WIDE,
        ),
        Picture(
            *("performance-sheet", "technician", f"{listed(sheets)}/{mine.id}", WHOLE_FORM),
            width=WIDE,
        ),
        Picture(
            *("performance-pay", "hr"),
            form("aftersales_pay_statement_action", "aftersales.pay.statement"),
            WHOLE_FORM,
            width=WIDE,
        ),
        Picture(
            *("performance-commission", "hr"),
            form("aftersales_commission_statement_action", "aftersales.commission.statement"),
            WHOLE_FORM,
            width=WIDE,
        ),
        Picture(
            *("performance-evaluation", "supervisor"),
            form("aftersales_outlet_evaluation_action", "aftersales.outlet.evaluation"),
            WHOLE_FORM,
            width=WIDE,
        ),
        Picture(
            *("performance-settlement", "accountant"),
            form("aftersales_outlet_settlement_action", "aftersales.outlet.settlement"),
            WHOLE_FORM,
            width=WIDE,
        ),
        Picture(
            *("performance-survey", "supervisor"),
            form("aftersales_survey_round_action", "aftersales.survey.round"),
            WHOLE_FORM,
            width=WIDE,
        ),
        Picture(
            *("performance-audit", "supervisor"),
            form("aftersales_audit_action", "aftersales.audit"),
            WHOLE_FORM,
            width=WIDE,
        ),
        Picture(
            *("performance-dashboard", "supervisor"),
            f"/odoo/dashboards?dashboard_id={dashboard.id}",
            ".o_spreadsheet_dashboard_action .o-grid, .o-figure",
            height=1000,
        ),
    ]


def parts_pictures(env):
    """The pictures of the chapter on parts and prices, in the order of the chapter."""
    module = "aftersales_parts_pricing"

    def form(action, record):
        number = env.ref(f"{module}.{record}").id if isinstance(record, str) else record.id
        return f"/odoo/action-{module}.{action}/{number}"

    def listed(action):
        return f"/odoo/action-{module}.{action}"

    objected = env["parts.statement"].search([("state", "=", "objected")], limit=1)
    receipt = env["parts.transfer.difference"].search([("state", "=", "reported")]).picking_id[:1]
    refused = env.ref(f"{module}.picking_controller")
    proposed = "parts_price_publication_action", "publication_next"
    return [
        Picture(*("parts-publication", "pricing", form(*proposed), FORM), width=WIDE, height=800),
        Picture(
            *("parts-why", "pricing", listed("parts_price_action"), DIALOG),
            clicks=((".o_data_row button[name=action_why]", ""),),
        ),
        Picture(*("parts-kept-prices", "pricing", listed("parts_price_entry_action"), LIST)),
        Picture(
            *("parts-approve", "supervisor"),
            form("parts_transfer_request_action", "transfer_request"),
            DIALOG,
            clicks=(("button[name=action_parts_approve]", ""),),
        ),
        Picture(
            *("parts-differences", "supervisor"),
            form("parts_transfer_receipt_action", receipt),
            FORM,
            clicks=((".nav-link[name=parts_differences]", ""),),
            width=WIDE,
            height=700,
        ),
        Picture(
            *("parts-on-the-way", "storekeeper", listed("parts_transfer_open_action"), LIST),
            width=WIDE,
        ),
        Picture(
            *("parts-returns", "storekeeper", listed("parts_return_request_action"), LIST),
            clicks=((".o_facet_remove", ""),),
            width=WIDE,
        ),
        Picture(
            *("parts-refusal", "storekeeper"),
            f"/odoo/action-stock.action_picking_tree_all/{refused.id}",
            ".o_form_statusbar, .o_form_view .alert, .o_form_sheet",
            width=WIDE,
            height=700,
        ),
        Picture(
            *("parts-release", "supervisor"),
            form("parts_core_release_action", "release_controller"),
            FORM,
        ),
        Picture(
            *("parts-plan", "storekeeper"),
            form("parts_reserve_plan_action", "reserve_plan_main"),
            LIST,
            clicks=(("button[name=action_view_lines]", ""),),
            width=WIDE,
        ),
        Picture(*("parts-stock-age", "storekeeper", listed("parts_stock_age_action"), LIST)),
        Picture(
            *("parts-statement", "accountant", form("parts_statement_action", objected), FORM),
            height=1000,
        ),
        Picture(*("portal-parts", "dealer", "/my/parts", PORTAL), height=700),
        Picture(*("portal-cart", "dealer", "/my/parts/cart", PORTAL)),
        Picture(
            *("portal-statement", "dealer", f"/my/parts/statements/{objected.id}", PORTAL),
            height=1000,
            written=".border-start",
        ),
    ]


def rebate_pictures(env):
    """The pictures of the chapter on rebates, in the order of the chapter."""
    story = RebateStory(env)

    def form(action, record):
        return f"/odoo/action-dealer_rebate.{action}/{record.id}"

    def listed(action):
        return f"/odoo/action-dealer_rebate.{action}"

    sent, posted = story.find("last_quarter"), story.find("quarter_before_last")
    restated = sent.line_ids.filtered(lambda line: line.period_from < sent.date_from)
    northstar = env.ref("aftersales_base.dealer_northstar")
    balance = env["rebate.wallet.balance"].search([("partner_id", "=", northstar.id)], limit=1)
    accountant = "accountant"
    return [
        Picture(
            *("rebate-template", accountant, listed("rebate_agreement_action"), DIALOG),
            clicks=(
                ("button", "New from Template"),
                (".modal [name=template] input, .modal [name=template] .o_select_menu_toggler", ""),
                (".o_select_menu_item, .dropdown-item", "Commercial vehicles"),
            ),
        ),
        Picture(
            *("rebate-agreement", accountant),
            form("rebate_agreement_action", story.find("vehicles")),
            FORM,
            height=1400,
        ),
        Picture(*("rebate-due", accountant, listed("rebate_due_action"), LIST)),
        Picture(
            *("rebate-settlement", accountant, form("rebate_settlement_action", sent), FORM),
        ),
        Picture(
            *("rebate-line", accountant),
            form("rebate_settlement_line_action", story._line(sent, "northstar")),
            FORM,
        ),
        Picture(
            *("rebate-objection", accountant),
            form("rebate_objection_action", sent.objection_ids),
            FORM,
        ),
        Picture(*("rebate-posted", accountant, form("rebate_settlement_action", posted), FORM)),
        Picture(
            *("rebate-restated", accountant, form("rebate_settlement_line_action", restated), FORM)
        ),
        Picture(
            *("rebate-payout", accountant),
            form("rebate_payout_action", story.find("transfers")),
            FORM,
        ),
        Picture(
            *("rebate-accruals", accountant, listed("rebate_accrual_action"), LIST), width=WIDE
        ),
        Picture(
            *("rebate-figures", accountant, listed("rebate_metric_value_action"), LIST),
            clicks=((".o_facet_remove", ""),),
            width=WIDE,
        ),
        Picture(
            *("rebate-supplier", accountant),
            form("rebate_expected_credit_action", story.find("supplier")),
            FORM,
        ),
        Picture(
            *("rebate-wallet", accountant, form("rebate_wallet_balance_action", balance), FORM)
        ),
        Picture(
            *("rebate-simulation", accountant),
            form("rebate_simulation_action", story.find("next_year")),
            FORM,
        ),
        Picture(
            *("portal-progress", "dealer", f"/my/rebates/{story.agreement.id}", PORTAL),
        ),
        Picture(
            *("portal-answer", "dealer", f"/my/rebates/settlement/{sent.id}", PORTAL),
            clicks=(("summary", "Object to this line"),),
            height=1000,
        ),
    ]


def knowledge_pictures(env):
    """The pictures of the knowledge base."""
    module = "aftersales_knowledge"

    def form(action, record):
        return f"/odoo/action-{module}.{action}/{env.ref(f'{module}.{record}').id}"

    return [
        Picture(
            *("knowledge-article", "clerk", form("aftersales_article_action", "article_fuse")),
            WHOLE_FORM,
        ),
        Picture(
            *("knowledge-procedure", "supervisor"),
            form("aftersales_article_action_work", "article_parking"),
            WHOLE_FORM,
            clicks=((".nav-link[name=opinions]", ""),),
        ),
        Picture(*("portal-help", "farm", "/service/help", PORTAL), height=760),
    ]


def network_pictures(env):
    """The pictures of the network of outlets."""
    pack = env["aftersales.welcome.pack"].search([], limit=1)
    return [
        Picture(
            *("network-prospects", "supervisor", "/odoo/prospects"),
            ".o_control_panel, .o_kanban_renderer",
            width=WIDE,
            height=760,
        ),
        Picture(
            *("network-pack", "supervisor"),
            f"/odoo/action-aftersales_network.aftersales_welcome_pack_action/{pack.id}",
            WHOLE_FORM,
            width=WIDE,
            # Items keep the names that they had when the pack was made.
            written="[name=item_ids] td[name=name]",
        ),
    ]


def crm_pictures(_env):
    """The pictures of leads and visits."""
    return [
        Picture(*("crm-leads", "clerk", "/odoo/action-aftersales_crm.crm_lead_action", LIST)),
        Picture(
            *("crm-visits", "supervisor", "/odoo/action-aftersales_crm.aftersales_visit_action"),
            LIST,
            width=WIDE,
        ),
    ]


def round_pictures(env):
    """The pictures of rounds, tools, visitors and trainings."""
    module = "aftersales_round"

    def form(action, record):
        return f"/odoo/action-{module}.{action}/{record.id}"

    def demo(name):
        return env.ref(f"{module}.{name}")

    walk = env["aftersales.voucher"].search(
        [("round_plan_id", "=", demo("plan_walk").id), ("state", "in", ("done", "closed"))],
        order="round_date desc",
        limit=1,
    )
    return [
        Picture(
            *("round-walk", "supervisor", form("aftersales_voucher_action_round", walk)),
            WHOLE_FORM,
            clicks=((".nav-link[name=round_scores]", ""),),
            width=WIDE,
            written="[name=round_plan_id]",
        ),
        Picture(
            *("round-findings", "supervisor", "/odoo/service-round-findings", LIST), width=WIDE
        ),
        Picture(*("round-checks", "technician", "/odoo/service-safety-checks", LIST), width=WIDE),
        Picture(
            *("round-count", "technician"),
            form("aftersales_tool_count_action", demo("tool_count_last")),
            WHOLE_FORM,
        ),
        Picture(
            *("round-visitors", "supervisor"),
            form("aftersales_reception_action", demo("reception_quarry")),
            WHOLE_FORM,
            width=WIDE,
        ),
        Picture(
            *("round-training", "supervisor"),
            form("aftersales_training_action", demo("training_lifts")),
            WHOLE_FORM,
        ),
    ]


def take_all(env, choice):
    """Take every picture in every language; returns what went wrong."""
    wanted = pictures(env)
    if choice["names"]:
        begins = tuple(choice["names"])
        wanted = [picture for picture in wanted if picture.name.startswith(begins)]
    troubles = []
    for language in choice["languages"]:
        folder = Path(choice["images"]) / language
        folder.mkdir(parents=True, exist_ok=True)
        troubles += _take(env, choice, wanted, language, folder)
        if not choice["names"]:
            _sweep(folder, wanted)
    return troubles


def _take(env, choice, wanted, language, folder):
    """The pictures of one language; what went wrong with them."""
    code, troubles = common.LANGUAGES[language], []
    words = catalogue.words(code) if code != "en_US" else None
    people = env["res.users"].search([("login", "in", [picture.login for picture in wanted])])
    with _speaking(people, code), contextlib.ExitStack() as browsers:
        camera = None
        for picture in wanted:
            for _try in range(2):
                camera = camera or _load_camera(choice, folder, words, browsers)
                try:
                    left = camera.take(picture)
                    break
                except BrowserError as error:
                    # A browser that has run for long may fall asleep: once more, with another one.
                    left = [str(error)]
                    browsers.close()
                    camera = None
            troubles += [f"{language}/{picture.name}: {trouble}" for trouble in left]
            print(f"  {language}/{picture.name}", flush=True)
    return troubles


def _load_camera(choice, folder, words, browsers):
    """A camera with a browser of its own, which is closed with the others."""
    language = words.code if words else "en_US"
    browser = browsers.enter_context(Browser(choice["browser"], language))
    return Camera(browser, choice["port"], folder, words)


@contextlib.contextmanager
def _speaking(people, code):
    """Let people have a language for the time of the pictures."""
    before = {person: person.lang for person in people}
    try:
        people.write({"lang": code})
        _publish(people.env)
        yield
    finally:
        for person, lang in before.items():
            person.lang = lang
        _publish(people.env)


def _publish(env):
    """Let the running server know at once."""
    env.cr.commit()  # pylint: disable=invalid-commit
    env.registry.signal_changes()


def _sweep(folder, wanted):
    """Remove pictures that are none any more."""
    names = {picture.name for picture in wanted}
    for path in folder.glob("*.png"):
        if path.stem not in names:
            path.unlink()


if __name__ == "__main__":
    with environment(*sys.argv[1:3]) as environ:
        failed = take_all(environ, json.loads(sys.argv[3]))
    if failed:
        print("\n".join(failed))
        sys.exit(f"Error: {len(failed)} troubles, {failed[0]}")
