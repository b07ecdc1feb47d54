# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``python -m tools.generate.guides``: what the user guide takes from the sources.

Tables of roles and of scheduled actions and the list of hooks, between their marks; in other
languages the words of the screens, as the catalogues have them by now.
"""

import re

from lxml import etree

from tools.catalogue import joined, words
from tools.common import ADDONS, LANGUAGES, ROOT
from tools.database import addons, manifest

GUIDE = ROOT / "docs" / "guide"
#: What the guide says stands on a screen: *Menu ▸ Entry*, *Button*.
ITALICS = re.compile(r"(?<![*\w])\*([^*\n]+(?:\n[^*\n]+)?)\*(?![*\w])")
#: Words of Odoo's own, which our catalogues do not have.
ODOO = {
    "zh_CN": {
        "Create Invoices": "创建发票",
        "CSV": "CSV",
        "Dashboards": "仪表板",
        "Employees": "员工",
        "Finance": "财务",
        "Import": "导入",
        "Inventory": "库存",
        "Languages": "语言",
        "Logistics": "物流",
        "My Account": "我的账户",
        "New": "新建",
        "Outlets": "服务网点",
        "Pay": "支付",
        "Scheduled Actions": "计划的操作",
        "Send Money": "付款",
        "Services": "服务",
        "Settings": "设置",
        "Simplified Chinese": "简体中文",
        "Technical": "技术",
        "Translations": "翻译",
        "Users": "用户",
    }
}
HEADINGS = {
    "en": {
        "roles": ("Department", "Role", "What it gives"),
        "crons": ("Scheduled action", "Every"),
        "units": {"minutes": "minutes", "hours": "hours", "days": "days", "months": "months"},
    },
    "zh": {
        "roles": ("部门", "角色", "权限"),
        "crons": ("计划任务", "间隔"),
        "units": {"minutes": "分钟", "hours": "小时", "days": "天", "months": "个月"},
    },
}
# A hook as the fragments write it: ``model._get_something(day)``.
SHOWN = 8
HOOK = re.compile(r"``((?:[\w.]+\.)?_?\w+)\([^`]*\)``")


def say(text, language):
    """A text of the screens in a language; as it is, where it is not translated yet."""
    code = LANGUAGES[language]
    if code == "en_US" or not text:
        return text
    known = words(code)
    # What is ours and not translated yet stays as it is, to be found again.
    return known.of(text) or (text if known.has(text) else ODOO[code].get(text, text))


def say_path(path, language):
    """The same for each part of a path of menus."""
    return " ▸ ".join(say(part, language) for part in joined(path).split(" ▸ "))


def roles(language):
    """A table of all groups, by their department."""
    privileges, groups = {}, []
    for addon, record in _records("security", "res.groups.privilege", "res.groups"):
        values = _values(record)
        if record.get("model") == "res.groups.privilege":
            privileges[_full(addon, record.get("id"))] = values.get("name", "")
        elif values.get("name"):
            groups.append((_full(addon, values.get("privilege_id", "")), values))
    rows = sorted(
        (privileges.get(privilege, ""), values["name"], values.get("comment", ""))
        for privilege, values in groups
    )
    yield from _table(HEADINGS[language]["roles"], rows, language)


def crons(language):
    """A table of all scheduled actions."""
    units, rows = HEADINGS[language]["units"], []
    for _addon, record in _records("data", "ir.cron"):
        values = _values(record)
        if values.get("name"):
            number, unit = values.get("interval_number", "1"), units[values["interval_type"]]
            rows.append((values["name"], f"{number} {unit.removesuffix('s' * (number == '1'))}"))
    yield from _table(HEADINGS[language]["crons"], sorted(rows), language)


def hooks(_language):
    """What each add-on offers to others, with the page that explains it."""
    for name in addons():
        path = ADDONS / name / "readme" / "DEVELOP.rst"
        if path.is_file():
            found = dict.fromkeys(HOOK.findall(path.read_text()))
            told = ", ".join(f"`{hook}`" for hook in list(found)[:SHOWN])
            told += f" … ({len(found)})" if len(found) > SHOWN else ""
            link = f"[{manifest(name)['name']}](../../../addons/{name}/readme/DEVELOP.rst)"
            yield f"* {link}{': ' + told if told else ''}"


MARKS = {"roles": roles, "crons": crons, "hooks": hooks}


def targets():
    """Every page of the guide and its text, in order."""
    for language in LANGUAGES:
        for path in sorted((GUIDE / language).glob("*.md")):
            text = path.read_text()
            for mark, make in MARKS.items():
                text = _fill(text, mark, make, language)
            if language != "en":
                text = ITALICS.sub(lambda match: f"*{say_path(match[1], language)}*", text)  # noqa: B023
            yield path, text


def _fill(text, mark, make, language):
    begin, end = f"<!-- {mark} -->", f"<!-- end of {mark} -->"
    if begin not in text:
        return text
    before, after = text.split(begin)
    after = after.split(end)[-1]
    lines = "\n".join(make(language))
    return f"{before}{begin}\n\n{lines}\n\n{end}{after}"


def _records(folder, *models):
    for addon in addons():
        for path in sorted((ADDONS / addon / folder).glob("*.xml")):
            for record in etree.parse(path).iter("record"):
                if record.get("model") in models:
                    yield addon, record


def _values(record):
    return {
        field.get("name"): joined(field.text or "") or field.get("ref") or field.get("eval", "")
        for field in record.iter("field")
    }


def _full(addon, external_id):
    return external_id if "." in external_id else f"{addon}.{external_id}"


def _table(headings, rows, language):
    yield f"| {' | '.join(headings)} |"
    yield "|---" * len(headings) + "|"
    for row in rows:
        yield f"| {' | '.join(say(cell, language) for cell in row)} |"


if __name__ == "__main__":
    for target, content in targets():
        target.write_text(content)
        print(target.relative_to(ROOT))
