# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The page of an add-on in Odoo's store: what it is for, its pictures, then its README.

The store takes HTML without scripts and style sheets: Bootstrap's classes and plain style
attributes only. Pictures are copies of those of the user guide, with the words that the guide has
below them.
"""

import re
from html import escape

import docutils.core

from tools.common import ADDONS
from tools.database import manifest
from tools.guide import GUIDE, IMAGES

# Which pictures of the guide each add-on shows, the first as its cover.
PICTURES = {
    "aftersales_base": ("performance-start",),
    "aftersales_crm": ("crm-visits", "crm-leads"),
    "aftersales_knowledge": ("knowledge-article", "knowledge-procedure", "portal-help"),
    "aftersales_kpi": (
        "performance-dashboard",
        "performance-scheme",
        "performance-sheet",
        "performance-settlement",
    ),
    "aftersales_kpi_crm": ("performance-indicator", "crm-leads"),
    "aftersales_kpi_parts": ("performance-commission", "parts-differences"),
    "aftersales_kpi_skills": ("performance-pay",),
    "aftersales_network": ("network-prospects", "network-pack"),
    "aftersales_parts_pos": ("parts-publication", "parts-refusal"),
    "aftersales_parts_pricing": (
        "parts-publication",
        "parts-why",
        "parts-refusal",
        "portal-parts",
    ),
    "aftersales_round": ("round-walk", "round-findings", "round-count", "round-visitors"),
    "aftersales_service": (
        "service-board",
        "service-call",
        "service-phone-job",
        "warranty-cover",
    ),
    "aftersales_service_parts": ("service-phone-job", "parts-refusal"),
    "dealer_rebate": (
        "rebate-settlement",
        "rebate-line",
        "portal-progress",
        "rebate-simulation",
    ),
    "dealer_rebate_kpi": ("rebate-agreement", "performance-indicator"),
    "dealer_rebate_loyalty": ("rebate-template", "rebate-settlement"),
    "dealer_rebate_parts": ("rebate-agreement", "parts-publication"),
    "rate_table": ("rebate-line", "performance-scheme"),
}
SHOWN = IMAGES / "en"
CAPTION = re.compile(r"!\[([^\]]+)\]\(\.\./images/en/([\w-]+)\.png\)")
# What is written below pictures, in this order; the rest is for who installs it.
BELOW = (
    ("CONFIGURE", "Configuration"),
    ("USAGE", "Usage"),
    ("ROADMAP", "Roadmap"),
    ("HISTORY", "Changelog"),
)
PICTURE = """<figure class="{size} my-4 text-center">
<img class="img-fluid border rounded shadow-sm" src="{name}.png" alt="{caption}">
<figcaption class="text-muted mt-2">{caption}</figcaption>
</figure>
"""
PAGE = """<section class="oe_container py-4">
<div class="row align-items-center">
<div class="col-md-2 text-center"><img class="img-fluid" style="max-width: 96px;" src="icon.png" \
alt="{name}"></div>
<div class="col-md-10"><h1>{name}</h1>
<p class="lead mb-0">{claim}</p></div>
</div>
</section>
{cover}<section class="oe_container py-2">
{description}
</section>
{pictures}{below}<section class="oe_container py-2">
<p class="text-muted">{licence}, {author}. Version {version}. For Odoo 19.</p>
</section>
"""


def page(name):
    """Text of ``static/description/index.html`` of an add-on."""
    about, folder = manifest(name), ADDONS / name / "readme"
    told = captions()
    shown = [
        PICTURE.format(
            name=picture,
            caption=escape(told[picture]),
            size="mx-auto col-md-5" if "phone" in picture else "",
        )
        for picture in PICTURES.get(name, ())
    ]
    below = "".join(
        f'<section class="oe_container py-2">\n<h2>{title}</h2>\n{_html(path)}\n</section>\n'
        for fragment, title in BELOW
        if (path := folder / f"{fragment}.rst").is_file()
    )
    return PAGE.format(
        name=escape(about["name"]),
        claim=escape(about["summary"]),
        description=_html(folder / "DESCRIPTION.rst"),
        cover=_section(shown[:1]),
        pictures=_section(shown[1:]),
        below=below,
        licence=about["license"],
        author=escape(about["author"]),
        version=about["version"],
    )


def _section(parts):
    return f'<section class="oe_container py-2">\n{"".join(parts)}</section>\n' if parts else ""


def copies():
    """Every picture that an add-on shows, and the one of the guide that it is a copy of."""
    for name, pictures in PICTURES.items():
        for picture in pictures:
            yield (
                ADDONS / name / "static" / "description" / f"{picture}.png",
                SHOWN / f"{picture}.png",
            )


def captions():
    """{picture: what the guide says below it}."""
    return {
        picture: caption
        for path in sorted((GUIDE / "en").glob("*.md"))
        for caption, picture in CAPTION.findall(path.read_text())
    }


def _html(path):
    """A fragment as HTML; its own sections begin at the third level."""
    options = {"initial_header_level": 3, "doctitle_xform": False, "report_level": 5}
    parts = docutils.core.publish_parts(
        path.read_text(), writer_name="html5", settings_overrides=options
    )
    return re.sub(r"</?main[^>]*>", "", parts["html_body"]).strip()
