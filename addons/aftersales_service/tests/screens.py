# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the web client asks when a screen opens, read off its action and its views.

Tests of queries and the benchmarks ask the same, so that what is measured is what people wait for,
also after somebody has changed a view.
"""

import json
from unittest.mock import patch

from lxml import etree

from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

# Fields that a widget reads beside its own.
ACTIVITY_FIELDS = (
    *("activity_exception_decoration", "activity_exception_icon", "activity_state"),
    *("activity_summary", "activity_type_icon", "activity_type_id"),
)
WIDGET_FIELDS = {"list_activity": ACTIVITY_FIELDS, "kanban_activity": ACTIVITY_FIELDS}
LIST_LIMIT, KANBAN_LIMIT, COUNT_LIMIT = 80, 40, 10_001


class Screen:
    """A screen of somebody, as a menu opens it.

    :param env: environment of whoever looks
    :param action: external id of the window action
    :param view_type: list or kanban; the action's first by default
    """

    def __init__(self, env, action, view_type=None):
        vals = env["ir.actions.act_window"]._for_xml_id(action)
        names = {"uid": env.uid, "allowed_company_ids": env.companies.ids}
        context = vals["context"]
        context = safe_eval(context, names) if isinstance(context, str) else context or {}
        defaults = {key: value for key, value in context.items() if "search_default_" in key}
        kept = {key: value for key, value in context.items() if key not in defaults}
        self.model = env[vals["res_model"]].with_context(**kept)
        views = {kind: view_id for view_id, kind in vals["views"]}
        self.view_type = view_type or next(iter(views.keys() & {"list", "kanban"} and views))
        self.arch = self._get_arch(views.get(self.view_type), self.view_type)
        self.domain = Domain(safe_eval(vals["domain"] or "[]", names))
        self.groupby = self.arch.get("default_group_by")
        search_id = vals["search_view_id"] and vals["search_view_id"][0]
        self._apply_defaults(self._get_arch(search_id, "search"), defaults, names)
        self.specification = self._get_specification()

    def load(self):
        """Ask for everything that the screen shows first."""
        order = self.arch.get("default_order") or ""
        if self.view_type == "list" and not self.groupby:
            return self.model.web_search_read(
                self.domain,
                self.specification,
                order=order,
                limit=LIST_LIMIT,
                count_limit=COUNT_LIMIT,
            )
        is_kanban = self.view_type == "kanban"
        answer = self.model.web_read_group(
            self.domain,
            [self.groupby],
            [],
            order=order,
            auto_unfold=is_kanban,
            unfold_read_specification=self.specification,
            unfold_read_default_limit=KANBAN_LIMIT if is_kanban else LIST_LIMIT,
        )
        for bar in self.arch.iter("progressbar"):
            colors = json.loads(bar.get("colors"))
            self.model.read_progress_bar(
                self.domain, self.groupby, {"field": bar.get("field"), "colors": colors}
            )
        return answer

    def _get_arch(self, view_id, kind):
        return etree.fromstring(self.model.get_view(view_id or None, kind)["arch"])

    def _apply_defaults(self, search, defaults, names):
        """Filters and groups that the action switches on."""
        domains = []
        for node in search.iter("filter"):
            if not defaults.get(f"search_default_{node.get('name')}"):
                continue
            if node.get("domain"):
                domains.append(Domain(safe_eval(node.get("domain"), dict(names))))
            grouped = safe_eval(node.get("context") or "{}", dict(names)).get("group_by")
            self.groupby = grouped or self.groupby
        if domains:
            self.domain &= Domain.OR(domains)

    def _get_specification(self):
        fields, names = self.model._fields, {}
        for node in self.arch.iter("field"):
            if any(parent.tag == "field" for parent in node.iterancestors()):
                continue
            for name in (node.get("name"), *WIDGET_FIELDS.get(node.get("widget"), ())):
                many2one = fields[name].type == "many2one"
                names[name] = {"fields": {"display_name": {}}} if many2one else {}
        for bar in self.arch.iter("progressbar"):
            names.setdefault(bar.get("field"), {})
        return names


def multiply(record, count, **replaced):
    """Copies of a record's row, in one statement: what a register holds after years.

    :param replaced: SQL of columns that differ; ``nth`` is the number of the copy
    """
    env = record.env
    env.flush_all()
    rows = env.execute_query(
        SQL(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s",
            record._table,
        )
    )
    names = [name for (name,) in rows if name != "id"]
    values = [replaced.get(name) or SQL.identifier("origin", name) for name in names]
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s origin, generate_series(1, %s) AS nth"
            " WHERE origin.id = %s",
            SQL.identifier(record._table),
            SQL(", ").join(map(SQL.identifier, names)),
            SQL(", ").join(values),
            SQL.identifier(record._table),
            count,
            record.id,
        )
    )
    env.cr.execute(SQL("ANALYZE %s", SQL.identifier(record._table)))
    env.invalidate_all()


def explain(env, function, table):
    """Plans of the queries that a function makes on a table.

    :return: list of (query, indexes used on the table, whether the table is read from end to end)
    """
    queries = []
    execute = type(env.cr).execute

    def record(cursor, query, *args, **kwargs):
        result = execute(cursor, query, *args, **kwargs)
        text = cursor._obj.query.decode()
        if f'FROM "{table}"' in text and text.lstrip().startswith("SELECT"):
            queries.append(text)
        return result

    with patch.object(type(env.cr), "execute", record):
        function()
    # As on disks of today: on a small table the gap to reading it all is then wide enough to tell.
    env.cr.execute("SET LOCAL random_page_cost = 1.1")
    found = []
    for text in queries:
        env.cr.execute(f"EXPLAIN (FORMAT JSON) {text}")  # pylint: disable=sql-injection
        nodes = list(_walk(env.cr.fetchone()[0][0]["Plan"]))
        indexes = {node["Index Name"] for node in nodes if "Index Name" in node}
        whole = any(
            node["Node Type"].endswith("Seq Scan") and node.get("Relation Name") == table
            for node in nodes
        )
        found.append((text, indexes, whole))
    return found


def _walk(node):
    yield node
    for child in node.get("Plans", ()):
        yield from _walk(child)


class FormScreen:
    """The form of a record, as an action opens it.

    :param env: environment of whoever looks
    :param action: external id of the window action
    """

    def __init__(self, env, action):
        vals = env["ir.actions.act_window"]._for_xml_id(action)
        views = {kind: view_id for view_id, kind in vals["views"]}
        self.model = env[vals["res_model"]]
        arch = self.model.get_view(views.get("form") or None, "form")["arch"]
        self.specification = self._get_specification(self.model, etree.fromstring(arch))

    def load(self, record):
        """Ask for everything that the form shows first, its lists included."""
        return self.model.browse(record.id).web_read(self.specification)[0]

    def _get_specification(self, model, arch):
        """Fields of a view, without those of the lists inside it."""
        names = {}
        nested = {inner for node in arch.iter("field") for inner in node.iterdescendants("field")}
        for node in arch.iter("field"):
            if node in nested:
                continue
            field = model._fields[node.get("name")]
            names[field.name] = {}
            if field.type == "many2one":
                names[field.name] = {"fields": {"display_name": {}}}
            elif field.type in ("one2many", "many2many"):
                comodel = self.model.env[field.comodel_name]
                inner = next(iter(node), None)
                if inner is not None:
                    names[field.name] = {
                        "fields": self._get_specification(comodel, inner),
                        "limit": int(inner.get("limit") or LIST_LIMIT),
                    }
        return names
