"""Scripts of other projects that the pages use, copied out of installed packages."""

import importlib.util
import shutil
import sys
from pathlib import Path


def _installed(module: str, package: str) -> Path:
    """The folder of an installed module, found without importing it."""
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        sys.exit(f"Expected the package {package}, found none; run make book, which installs it.")
    return Path(found.origin).parent


def copy_mathjax(folder: Path) -> None:
    """Put MathJax into ``folder/mathjax``: of the package's 24 MB, one script and its web fonts."""
    source = _installed("sphinx-mathjax-offline", "sphinx-mathjax-offline") / "static" / "mathjax"
    target = folder / "mathjax"
    fonts = Path("output/chtml/fonts/woff-v2")
    shutil.copytree(source / fonts, target / fonts, dirs_exist_ok=True)
    shutil.copy(source / "tex-chtml.js", target)


def copy_reveal(folder: Path) -> None:
    """Put reveal.js into ``folder/reveal``: the script, its two sheets of style and the speaker's window."""
    source = _installed("sphinx_revealjs", "sphinx-revealjs") / "_static" / "revealjs"
    target = folder / "reveal"
    target.mkdir(parents=True, exist_ok=True)
    for name in ("dist/reveal.js", "dist/reset.css", "dist/reveal.css", "plugin/notes/notes.js", "LICENSE"):
        shutil.copy(source / name, target)
