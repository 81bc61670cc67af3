"""Scripts of other projects that the pages use, copied out of installed packages."""

import importlib.util
import json
import shutil
import sys
from pathlib import Path


def _installed(module: str, package: str) -> Path:
    """The folder of an installed module, found without importing it."""
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        sys.exit(f"Expected the package {package}, found none; run make book, which installs it.")
    return Path(found.origin).parent


# What draws formulas. The package's single script would bring along a menu half as heavy as all of this.
MATHJAX = [
    "startup.js",
    "core.js",
    "input/tex-base.js",
    "input/tex/extensions/ams.js",
    "output/chtml.js",
    "output/chtml/fonts/tex.js",
    "a11y/assistive-mml.js",
]


def copy_mathjax(folder: Path) -> None:
    """Put MathJax into ``folder/mathjax``: of the package's 24 MB, a few scripts and the web fonts."""
    source = _installed("sphinx-mathjax-offline", "sphinx-mathjax-offline") / "static" / "mathjax"
    target = folder / "mathjax"
    fonts = Path("output/chtml/fonts/woff-v2")
    shutil.copytree(source / fonts, target / fonts, dirs_exist_ok=True)
    for name in MATHJAX:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / name, target / name)


def _reveal() -> Path:
    return _installed("sphinx_revealjs", "sphinx-revealjs") / "_static" / "revealjs"


def speakers_script() -> str:
    """The script of the speaker's window, which reveal.js writes into that window: as the window gets it."""
    notes = (_reveal() / "plugin" / "notes" / "notes.js").read_text()
    literal = notes.split("<script>", 1)[1].split("<\\/script>", 1)[0]
    return json.loads(f'"{literal}"')


def copy_reveal(folder: Path) -> None:
    """Put reveal.js into ``folder/reveal``: the script, its two sheets of style and the speaker's window."""
    source = _reveal()
    target = folder / "reveal"
    target.mkdir(parents=True, exist_ok=True)
    for name in ("dist/reveal.js", "dist/reset.css", "dist/reveal.css", "plugin/notes/notes.js", "LICENSE"):
        shutil.copy(source / name, target)
