# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``python -m tools.generate.icons``: the icon of each add-on, drawn large and scaled down."""

import math

from PIL import Image, ImageDraw

from tools.common import ADDONS

SIZE = 1024
INK = (255, 255, 255, 255)
SOFT = (255, 255, 255, 150)


def network(draw):
    """Outlets around a centre: aftersales_base."""
    centre = (512, 512)
    for turn in range(5):
        angle = math.radians(72 * turn - 90)
        end = (512 + 270 * math.cos(angle), 512 + 270 * math.sin(angle))
        draw.line([centre, end], fill=SOFT, width=34)
        _dot(draw, end, 82, INK)
    _dot(draw, centre, 120, INK)


def stairs(draw):
    """Tiers: rate_table."""
    for index in range(4):
        left = 220 + 150 * index
        fill = INK if index == 3 else SOFT
        draw.rounded_rectangle([left, 660 - 130 * index, left + 125, 790], 24, fill=fill)


def wrench(draw):
    """A spanner over a voucher: aftersales_service."""
    draw.rounded_rectangle([250, 190, 690, 830], 50, fill=SOFT)
    for line in range(4):
        draw.rounded_rectangle([320, 290 + 110 * line, 620, 326 + 110 * line], 18, fill=INK)
    draw.line([(500, 800), (760, 540)], fill=INK, width=100)
    draw.ellipse([650, 350, 880, 580], fill=INK)
    draw.polygon([(765, 465), (800, 300), (930, 430)], fill=(0, 0, 0, 0))


def tag(draw):
    """A price tag: aftersales_parts_pricing."""
    draw.polygon([(220, 500), (500, 220), (820, 220), (820, 540), (540, 820)], fill=INK)
    draw.ellipse([660, 290, 750, 380], fill=(0, 0, 0, 0))
    draw.line([(420, 500), (560, 640)], fill=(0, 0, 0, 90), width=40)
    draw.line([(500, 420), (640, 560)], fill=(0, 0, 0, 90), width=40)


def gauge(draw):
    """A gauge: aftersales_kpi."""
    draw.arc([200, 260, 824, 884], 180, 300, fill=SOFT, width=90)
    draw.arc([200, 260, 824, 884], 300, 360, fill=INK, width=90)
    draw.line([(512, 580), (690, 380)], fill=INK, width=50)
    _dot(draw, (512, 580), 62, INK)


def coins(draw):
    """Money coming back: dealer_rebate."""
    for index, fill in enumerate((SOFT, SOFT, INK)):
        top = 640 - 120 * index
        draw.ellipse([270, top, 650, top + 150], fill=fill)
    draw.arc([400, 200, 860, 660], 200, 60, fill=INK, width=70)
    draw.polygon([(690, 560), (850, 740), (910, 520)], fill=INK)


def visitor(draw):
    """Somebody, and the days of a calendar: aftersales_crm."""
    draw.rounded_rectangle([430, 240, 840, 640], 40, fill=SOFT)
    for row in range(2):
        for column in range(3):
            left, top = 490 + 110 * column, 350 + 120 * row
            draw.rounded_rectangle([left, top, left + 70, top + 70], 14, fill=INK)
    _dot(draw, (330, 470), 110, INK)
    draw.pieslice([160, 600, 500, 1000], 180, 360, fill=INK)


def rounds(draw):
    """A way round that ends with a tick: aftersales_round."""
    draw.arc([210, 210, 814, 814], 300, 240, fill=SOFT, width=70)
    draw.polygon([(590, 150), (590, 330), (740, 240)], fill=SOFT)
    draw.line([(370, 520), (480, 640), (670, 400)], fill=INK, width=80, joint="curve")


def book(draw):
    """An open book: aftersales_knowledge."""
    draw.polygon([(180, 320), (490, 390), (490, 800), (180, 730)], fill=INK)
    draw.polygon([(844, 320), (534, 390), (534, 800), (844, 730)], fill=SOFT)
    _dot(draw, (512, 250), 70, INK)


def growth(draw):
    """An outlet that comes to be: aftersales_network."""
    draw.line([(250, 760), (500, 560), (780, 300)], fill=SOFT, width=40)
    for centre, radius in (((250, 760), 60), ((500, 560), 90), ((780, 300), 130)):
        _dot(draw, centre, radius, INK)


def puzzle(draw):
    """Two pieces: a glue add-on."""
    draw.rounded_rectangle([200, 340, 520, 690], 40, fill=SOFT)
    draw.rounded_rectangle([520, 340, 830, 690], 40, fill=INK)
    _dot(draw, (520, 515), 78, INK)


ICONS = {
    "aftersales_base": (network, (31, 78, 121)),
    "aftersales_crm": (visitor, (38, 110, 160)),
    "aftersales_knowledge": (book, (46, 125, 80)),
    "aftersales_kpi": (gauge, (123, 67, 151)),
    "aftersales_kpi_crm": (puzzle, (90, 90, 170)),
    "aftersales_kpi_parts": (puzzle, (150, 80, 90)),
    "aftersales_kpi_skills": (puzzle, (110, 80, 160)),
    "aftersales_network": (growth, (20, 100, 140)),
    "aftersales_parts_pricing": (tag, (192, 96, 28)),
    "aftersales_parts_pos": (puzzle, (70, 100, 130)),
    "aftersales_round": (rounds, (110, 100, 30)),
    "aftersales_service": (wrench, (21, 122, 110)),
    "aftersales_service_parts": (puzzle, (90, 110, 60)),
    "dealer_rebate": (coins, (168, 40, 70)),
    "dealer_rebate_kpi": (puzzle, (140, 44, 110)),
    "dealer_rebate_loyalty": (puzzle, (150, 60, 120)),
    "dealer_rebate_parts": (puzzle, (176, 74, 40)),
    "rate_table": (stairs, (58, 76, 160)),
}


def icon(name):
    """The icon of an add-on, 256 pixels wide."""
    shape, colour = ICONS[name]
    mask = Image.new("L", (SIZE, SIZE), 0)
    ImageDraw.Draw(mask).rounded_rectangle([0, 0, SIZE - 1, SIZE - 1], 200, fill=255)
    ground = Image.new("RGBA", (SIZE, SIZE), (*colour, 255))
    ground.putalpha(mask)
    layer = Image.new("RGBA", (SIZE, SIZE), (0, 0, 0, 0))
    shape(ImageDraw.Draw(layer))
    ground.alpha_composite(layer)
    return ground.resize((256, 256), Image.Resampling.LANCZOS)


def _dot(draw, centre, radius, fill):
    x, y = centre
    draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=fill)


if __name__ == "__main__":
    for addon in ICONS:
        folder = ADDONS / addon / "static" / "description"
        if folder.parent.parent.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            icon(addon).save(folder / "icon.png", optimize=True)
