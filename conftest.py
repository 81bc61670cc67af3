"""Settings that every pytest run of this repository shares: how nbval runs and compares notebooks."""

import pytest


def _execute(kernel, source: str, allow_stdin: bool | None = None) -> str:
    """Run a cell as Jupyter does, with history.

    nbval runs cells without it, and IPython looks in the history for the semicolon that ends a line like
    ``axes.legend();``. Without history the output that the semicolon hides would come back.
    """
    return kernel.kc.execute(source, store_history=True, allow_stdin=bool(allow_stdin), stop_on_error=False)


def pytest_configure(config):
    if config.getoption("nbval", default=False):
        from nbval.kernel import RunningKernel

        RunningKernel.execute_cell_input = _execute


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Leave SVG out of the comparison, as nbval does PNG and JPEG.

    The bytes of a drawing depend on the fonts and the Matplotlib version of the machine. Every other
    output, plain text, HTML and error streams, is compared.
    """
    for notebook in {item.parent for item in items if hasattr(item.parent, "skip_compare")}:
        notebook.skip_compare += ("image/svg+xml",)
