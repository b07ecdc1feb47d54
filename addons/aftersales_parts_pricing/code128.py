# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import base64

from reportlab.graphics.barcode import createBarcodeDrawing

# What the standard asks for on both sides: ten bars of reportlab's narrowest (0.015 inch).
QUIET_ZONE = 10 * 1.08


def get_code128_uri(value, width, height):
    """Code 128 barcode as the source of an image, drawn in vectors: sharp on small labels.

    :param str value: what a scanner reads; characters beyond ASCII cannot be coded
    :param width, height: of the drawing, in points
    :return: a data URI, or an empty string where there is nothing that can be coded
    """
    if not value or not value.isascii():
        return ""
    drawing = createBarcodeDrawing(
        "Code128",
        value=value,
        format="svg",
        width=width,
        height=height,
        humanReadable=0,
        lquiet=QUIET_ZONE,
        rquiet=QUIET_ZONE,
    )
    content = drawing.asString("svg")
    text = content if isinstance(content, str) else content.decode()
    # Bars may be stretched, never shrunk into a corner of the space they were given.
    text = text.replace('preserveAspectRatio="xMinYMin meet"', 'preserveAspectRatio="none"')
    return "data:image/svg+xml;base64," + base64.b64encode(text.encode()).decode()
