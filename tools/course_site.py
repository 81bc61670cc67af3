"""What the site's theme does not do by itself. A Sphinx extension.

- Every page says at its foot which version made it, when, and what was executed with what.
- Once ``repository: url:`` stands in ``_config.yml``, pages of notebooks offer Colab and Binder.
"""

import platform
from datetime import UTC, datetime
from importlib.metadata import version

from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.config import Config

from imbalance_course.device import choose_device, describe_device

LAUNCHERS = {"colab_url": "https://colab.research.google.com", "binderhub_url": "https://mybinder.org"}


def offer_launchers(app: Sphinx, config: Config) -> None:
    """Show the buttons that open a lesson elsewhere, where there is an address to open it from."""
    options = config.html_theme_options
    if options.get("repository_url"):
        options["launch_buttons"] = {**options.get("launch_buttons", {}), **LAUNCHERS}
        options["use_repository_button"] = True


def add_footer(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Put version, date and what was executed below the page."""
    data = NbMetadataCollector.get_doc_data(app.env).get(page, {}).get("exec_data")
    lines = [context.get("theme_extra_footer", ""), made_line(), executed_line(data)]
    context["theme_extra_footer"] = "<br>".join(filter(None, lines))


def made_line() -> str:
    """Version of the course and day of the build."""
    return f"Version {version('imbalance-course')}, built {datetime.now(UTC):%Y-%m-%d}."


def executed_line(data: dict | None) -> str:
    """When the code of a page ran, for how long and with what; nothing for a page without code.

    Args:
        data: what the builder noted about the page's execution: ``mtime`` (s since 1970) and ``runtime`` (s).
    """
    if not data:
        return ""
    seconds = "" if data["runtime"] is None else f" in {data['runtime']:.0f} s"
    day = datetime.fromtimestamp(data["mtime"], UTC)
    return (
        f"Code executed {day:%Y-%m-%d}{seconds}, Python {platform.python_version()}, "
        f"torch {version('torch')}, on {describe_device(choose_device())}."
    )


def draw_formulas_on_one_page(app: Sphinx) -> None:
    """Load MathJax whatever the page: joined into one page, formulas are those of other pages to Sphinx."""
    if app.builder.name == "singlehtml":
        app.set_html_assets_policy("always")


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("config-inited", offer_launchers)
    app.connect("builder-inited", draw_formulas_on_one_page)
    app.connect("html-page-context", add_footer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
