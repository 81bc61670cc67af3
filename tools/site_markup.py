"""Pages without what no reader sees."""

import re
from pathlib import Path

# The state of widgets would need a kernel or a manager of widgets; the figures carry their own.
WIDGET_STATE = re.compile(r'<script type="application/vnd\.jupyter\.widget-[^"]*">.*?</script>\s*', re.DOTALL)
ICON_SCRIPT = re.compile(r'<script src="[^"]*fontawesome\.js[^"]*"></script>\s*')
TABS_SCRIPT = re.compile(r'<script [^>]*src="[^"]*design-tabs\.js[^"]*"></script>\s*')
# Handlers inside tags would need a policy that lets any script in the page run; course.js binds the buttons.
HANDLERS = {
    'onclick="window.print()"': 'data-press="print"',
    'onclick="toggleFullScreen()"': 'data-press="screen"',
}
CODE = re.compile(r'<div class="highlight"><pre>.*?</pre>|<dt class="sig .*?</dt>', re.DOTALL)
# Names and punctuation, which the site's sheets of style show like any text (tests/test_site.py checks).
PLAIN_TOKENS = ("n", "p")
PLAIN = re.compile(
    rf'<span class="(?:{"|".join(PLAIN_TOKENS)})">((?:[^<]|<span class="pre">[^<]*</span>)*)</span>'
)
# Lines are broken where the builder's templates broke them; in code, scripts and text fields they stay.
KEPT_LINES = re.compile(r"(<(?:pre|script|textarea)\b.*?</(?:pre|script|textarea)>)", re.DOTALL)
BREAK = re.compile(r"[ \t]*\n\s*")
PICTURE = re.compile(r'<img (?=[^>]*src="([^"]*_images/([^"/]+))")')
SVG_SIZE = re.compile(r'<svg\b[^>]*?\swidth="([\d.]+)pt" height="([\d.]+)pt"')
PIXELS_A_POINT = 96 / 72


def light_page(page: str, pictures: Path) -> str:
    """A page of the site that loads less and looks the same.

    Args:
        page: HTML as the builder wrote it.
        pictures: the folder ``_images``.
    """
    page = ICON_SCRIPT.sub("", WIDGET_STATE.sub("", page))
    if "sd-tab-set" not in page:
        page = TABS_SCRIPT.sub("", page)
    for handler, mark in HANDLERS.items():
        page = page.replace(handler, mark)
    page = CODE.sub(lambda code: PLAIN.sub(r"\1", code[0]), page)
    parts = KEPT_LINES.split(page)
    page = "".join(part if index % 2 else BREAK.sub("\n", part) for index, part in enumerate(parts))
    return PICTURE.sub(lambda found: f"<img {_late(pictures / found[2])}", page)


def _late(picture: Path) -> str:
    """Attributes with which a picture is fetched when the reader comes near, and no text jumps then."""
    size = SVG_SIZE.search(picture.read_text()) if picture.suffix == ".svg" else None
    if size is None:
        return 'loading="lazy" '
    width, height = (round(float(side) * PIXELS_A_POINT) for side in size.groups())
    return f'loading="lazy" width="{width}" height="{height}" '
