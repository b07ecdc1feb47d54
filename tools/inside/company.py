# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Give the demo's company its name, currency, paper and chart of accounts."""

import base64
import io
import sys

from PIL import Image, ImageDraw, ImageFont

from odoo.tools import file_path

from . import environment

INK = (31, 78, 121)


def prepare(env):
    """Prepare the main company; British pounds, as the public data set has them."""
    company = env.ref("base.main_company")
    pound = env.ref("base.GBP")
    pound.active = True
    company.write({"country_id": env.ref("base.uk").id, "currency_id": pound.id})
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    company.write(
        {
            "name": "Albion Machinery",
            "logo": _logo("Albion", "Machinery"),
            "currency_id": pound.id,
            "street": "1 Foundry Lane",
            "city": "Sheffield",
            "zip": "S1 2AB",
            "phone": "+44 114 496 0100",
            "email": "service@albion.example.com",
            "website": "https://albion.example.com",
            "paperformat_id": env.ref("base.paperformat_euro").id,
            "external_report_layout_id": env.ref("web.external_layout_standard").id,
        }
    )
    env["res.config.settings"].create({"group_product_pricelist": True}).execute()
    # Odoo made it as soon as there was a second currency, in the first one.
    pricelists = env["product.pricelist"].search([("company_id", "=", company.id)])
    pricelists.currency_id = pound


def _logo(first, second):
    """A word mark, so that no document shows a placeholder."""
    picture = Image.new("RGB", (760, 180), "white")
    draw = ImageDraw.Draw(picture)
    draw.polygon([(10, 150), (70, 20), (130, 150)], outline=INK, width=14)
    draw.line([(36, 105), (104, 105)], fill=INK, width=14)
    face = file_path("web/static/fonts/lato/Lato-Bol-webfont.ttf")
    draw.text((165, 18), first, INK, font=ImageFont.truetype(face, 84))
    draw.text((170, 112), second, (110, 110, 110), font=ImageFont.truetype(face, 44))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue())


if __name__ == "__main__":
    with environment(*sys.argv[1:3]) as environ:
        prepare(environ)
