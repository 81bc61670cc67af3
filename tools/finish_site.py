"""From the pages as the builder writes them to the site as readers get it: light, and safe.

The builder's pages stay as they are, so that it finds its own work again. What is left out: icons, styles,
widget states and maps of scripts that no page uses. What is added: a Content-Security-Policy.
"""

import hashlib
import re
import shutil
from pathlib import Path

from site_icons import Icons
from site_markup import light_page
from site_pictures import light_picture
from site_policy import with_policy
from site_styles import without_unused, words_of

ICON_SCRIPT = Path("_static/scripts/fontawesome.js")
LEFT_OUT = shutil.ignore_patterns("*.map", "fontawesome*", "locales", "*webpack-macros.html", ".buildinfo")
STYLE_ADDRESS = re.compile(r'(?<=href=")([^"?]*_static/([^"?]+\.css))(\?[^"]*)?(?=")')


def finish(built: Path, site: Path) -> None:
    """Write the site beside its place, then put it there.

    Args:
        built: the builder's folder of HTML; nothing in it is changed.
        site: the folder to write or replace.
    """
    beside = site.with_name(site.name + ".writing")
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(built, beside, ignore=LEFT_OUT)
    icons = Icons(built / ICON_SCRIPT)
    for picture in (beside / "_images").glob("*.svg"):
        picture.write_text(light_picture(picture.read_text()))
    files = [file for file in beside.rglob("*.html") if "_static" not in file.parts]
    pages = {file: icons.draw_into(light_page(file.read_text(), built / "_images")) for file in files}
    versions = _purge_styles(beside, pages.values())
    for file, page in pages.items():
        file.write_text(with_policy(_with_versions(page, versions)))
    shutil.rmtree(site, ignore_errors=True)
    beside.rename(site)


def _purge_styles(site: Path, pages) -> dict[str, str]:
    """Drop unused rules; returns the path of each sheet and the version that its address now carries."""
    static = site / "_static"
    scripts = [file for file in site.rglob("*.js") if "vendor" not in file.parts]
    words = words_of([*pages, *(file.read_text() for file in scripts)])
    versions = {}
    for file in static.rglob("*.css"):
        if "vendor" in file.parts:
            continue
        sheet = without_unused(file.read_text(), words)
        file.write_text(sheet)
        versions[file.relative_to(static).as_posix()] = hashlib.sha256(sheet.encode()).hexdigest()[:8]
    return versions


def _with_versions(page: str, versions: dict[str, str]) -> str:
    """The page with addresses that change when a sheet does, so that no browser keeps an old one."""
    return STYLE_ADDRESS.sub(lambda found: f"{found[1]}?v={versions[found[2]]}", page)
