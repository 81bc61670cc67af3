"""Kernel settings for the book, the tests and the authors' tools."""

c = get_config()  # noqa: F821 (IPython puts it here)
# Some ipykernel versions print a warning about their transport into the first cell of a notebook.
c.IPKernelApp.log_level = 40
# Kernels that run side by side would wait for one another's history file.
c.HistoryManager.hist_file = ":memory:"
