"""Icons, drawn into the pages: a few hundred bytes each, of the 1.5 MB of the theme."""

import re
from collections.abc import Iterator
from pathlib import Path

PACKS = {"fas": "fas", "fa-solid": "fas", "far": "far", "fa-regular": "far", "fab": "fab", "fa-brands": "fab"}
END_OF_PACK = re.compile(r'\("(fa[brs])",\w+\)')
ICON = re.compile(r'"?([\w-]+)"?:\[(\d+),(\d+),\[[^\]]*\],"[0-9a-f]+","([^"]+)"\]')
ELEMENT = re.compile(r'<(i|span) class="([^"]*\bfa-[^"]*)"([^>]*)></\1>')
TITLE = re.compile(r'\s*\btitle="[^"]*"')  # the button around an icon has a name of its own


class Icons:
    """The icons of a Font Awesome script, by pack and name.

    Args:
        script: the file ``fontawesome.js`` of the theme.
    """

    def __init__(self, script: Path):
        self.drawings = {
            (pack, name): (int(width), int(height), path)
            for pack, text in _packs(script.read_text())
            for name, width, height, path in ICON.findall(text)
        }

    def draw_into(self, page: str) -> str:
        """The page with each place for an icon replaced by its drawing."""
        return ELEMENT.sub(lambda found: self._svg(found[2].split(), found[3]), page)

    def _svg(self, classes: list[str], attributes: str) -> str:
        pack = next((PACKS[name] for name in classes if name in PACKS), "fas")
        names = [name for name in classes if (pack, name.removeprefix("fa-")) in self.drawings]
        if not names:
            raise ValueError(f"Expected an icon of Font Awesome Free, got the classes {' '.join(classes)}.")
        width, height, path = self.drawings[pack, names[0].removeprefix("fa-")]
        others = " ".join(name for name in classes if name not in PACKS)
        return (
            f'<svg class="svg-inline--fa {others}"{TITLE.sub("", attributes)} aria-hidden="true" '
            f'viewBox="0 0 {width} {height}"><path fill="currentColor" d="{path}"/></svg>'
        )


def _packs(script: str) -> Iterator[tuple[str, str]]:
    """Each pack of the script: its name, which follows it, and its text."""
    start = 0
    for end in END_OF_PACK.finditer(script):
        yield end[1], script[start : end.start()]
        start = end.end()
