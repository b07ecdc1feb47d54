# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import base64

from reportlab.graphics.barcode import createBarcodeDrawing


def get_code128_uri(value, width, height):
    """Code 128 barcode as the source of an image, drawn in vectors: sharp on small labels.

    :param str value: what a scanner reads; characters beyond ASCII cannot be coded
    :param width, height: of the drawing, in points
    :return: a data URI, or an empty string where there is nothing that can be coded
    """
    if not value or not value.isascii():
        return ""
    drawing = createBarcodeDrawing(
        "Code128", value=value, format="svg", width=width, height=height, humanReadable=0
    )
    content = drawing.asString("svg")
    data = content.encode() if isinstance(content, str) else content
    return "data:image/svg+xml;base64," + base64.b64encode(data).decode()
