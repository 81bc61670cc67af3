"""Settings that every pytest run of this repository shares."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """nbval leaves PNG and JPEG images out of its comparison; our figures are SVG, so leave that out too.

    The bytes of a drawing depend on the fonts and the Matplotlib version of the machine. Every other
    output, plain text, HTML and error streams, is still compared.
    """
    for notebook in {item.parent for item in items if hasattr(item.parent, "skip_compare")}:
        notebook.skip_compare += ("image/svg+xml",)
