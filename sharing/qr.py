"""QR codes of our own addresses, drawn here."""

import io

import segno

KINDS = {"svg": "image/svg+xml", "png": "image/png"}
BORDER = 4  # modules, as the standard wants
PIXELS = 16  # of a module in a PNG: enough to print


def draw(url: str, kind: str) -> bytes:
    """The code of `url` as a file of one of KINDS; dark on light, also where pages are dark."""
    file = io.BytesIO()
    code = segno.make(url, error="m", micro=False)
    if kind == "svg":
        code.save(file, kind="svg", border=BORDER, light="#fff", svgclass=None, lineclass=None, omitsize=True)
    else:
        code.save(file, kind="png", border=BORDER, scale=PIXELS)
    return file.getvalue()
