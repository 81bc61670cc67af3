"""The command line as a person calls it."""

import pytest

from imbalance_course import cli


def call(monkeypatch, capsys, *words):
    """Run the command; return exit code, output, error output."""
    monkeypatch.setattr("sys.argv", ["imbalance-course", *words])
    with pytest.raises(SystemExit) as end:
        cli.main()
    done = capsys.readouterr()
    return end.value.code or 0, done.out, done.err
