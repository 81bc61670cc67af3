"""The page on execution: every page with code has a line, agreement is counted, gaps are shown."""

import re
from pathlib import Path
from types import SimpleNamespace

import execution_status
import IPython.display
import jupytext
import nbformat
import pytest
import yaml
from docutils import nodes
from made_records import make_record

from imbalance_course.experiments import EXPERIMENTS
from imbalance_course.records import append_record, store

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "book" / "status.md"
LESSONS = sorted((ROOT / "lessons").glob("*.ipynb"))


def notebook(path: Path, *cells) -> Path:
    """Write a notebook of cells, each a pair of its outputs and its tags."""
    made = nbformat.v4.new_notebook()
    for number, (outputs, tags) in enumerate(cells, start=1):
        cell = nbformat.v4.new_code_cell(f"cell({number})", execution_count=number, outputs=list(outputs))
        cell.metadata["tags"] = list(tags)
        made.cells.append(cell)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, path)
    return path


def prints(*texts: str) -> list:
    return [nbformat.v4.new_output("stream", name="stdout", text=text) for text in texts]


def answers(text: str) -> list:
    return [nbformat.v4.new_output("execute_result", data={"text/plain": text})]


def test_a_cell_that_prints_something_else_is_named(tmp_path):
    stored = notebook(tmp_path / "old.ipynb", (prints("1\n"), []), (prints("0.83\n"), []), (answers("2"), []))
    executed = notebook(
        tmp_path / "new.ipynb", (prints("1\n"), []), (prints("0.84\n"), []), (answers("2"), [])
    )
    assert execution_status.agreement(stored, executed) == "2 of 3 cells; not 2"
    assert execution_status.agreement(stored, stored) == "3 of 3 cells"


def test_an_answer_is_compared_as_well(tmp_path):
    stored = notebook(tmp_path / "old.ipynb", (answers("2"), []))
    executed = notebook(tmp_path / "new.ipynb", (answers("3"), []))
    assert execution_status.agreement(stored, executed) == "0 of 1 cells; not 1"


def test_cells_that_may_differ_and_addresses_in_memory_are_left_out(tmp_path):
    stored = notebook(
        tmp_path / "old.ipynb", (prints("3 s"), ["nbval-ignore-output"]), (answers("<f at 0x7f00aa11>"), [])
    )
    executed = notebook(
        tmp_path / "new.ipynb", (prints("4 s"), ["nbval-ignore-output"]), (answers("<f at 0x7f99bb22>"), [])
    )
    assert execution_status.agreement(stored, executed) == "1 of 1 cells"


def test_streams_that_the_build_has_merged_are_read_once(tmp_path):
    stored = notebook(tmp_path / "old.ipynb", (prints("a\nb  \n"), []))
    executed = notebook(tmp_path / "new.ipynb", (prints("a\nb\n", "b\n"), []))
    assert execution_status.agreement(stored, executed) == "1 of 1 cells"
    hidden = notebook(tmp_path / "hidden.ipynb", (prints("a\n", "b\n"), []))
    assert execution_status.agreement(stored, hidden) == "1 of 1 cells"


@pytest.fixture
def environment(tmp_path):
    """A build of all lessons and one page, each executed with the outputs that are stored."""
    pages = [f"lessons/{path.stem}" for path in LESSONS] + ["book/results"]
    for path in LESSONS:
        target = tmp_path / "lessons" / path.name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    result = {"mtime": 86_400.0, "runtime": 2.25, "succeeded": True}
    data = {page: {"exec_data": dict(result)} for page in pages} | {"book/glossary": {}}
    return SimpleNamespace(
        nb_metadata=data,
        titles={page: nodes.title(text=page.upper()) for page in pages},
        mystnb_config=SimpleNamespace(output_folder=str(tmp_path)),
        doc2path=lambda page: str(ROOT / page) + (".ipynb" if page.startswith("lessons") else ".md"),
    )


def test_every_lesson_has_a_line_before_the_pages_and_a_page_without_code_has_none(environment):
    lines = execution_status.status_lines(environment)
    assert [line["Page"][:2] for line in lines] == [path.stem[:2] for path in LESSONS] + ["BO"]
    assert {line["Executed (UTC)"] for line in lines} == {"1970-01-02 00:00"}
    assert {(line["Seconds"], line["Without error"]) for line in lines} == {("2.2", "yes")}
    assert all(re.fullmatch(r"(\d+) of \1 cells", line["Outputs as stored"]) for line in lines[:-1])
    assert lines[-1]["Outputs as stored"] == "none stored"


def test_a_page_that_failed_says_so(environment):
    environment.nb_metadata["book/results"]["exec_data"] |= {"succeeded": False, "runtime": None}
    line = execution_status.status_lines(environment)[-1]
    assert (line["Seconds"], line["Without error"]) == ("–", "no")


def test_a_build_that_executes_nothing_says_so(environment):
    environment.nb_metadata.clear()
    word = execution_status.table_or_word(execution_status.status_lines(environment))
    assert word.astext() == "This build has executed nothing."


def test_the_table_is_html_for_the_page(environment):
    table = execution_status.table_or_word(execution_status.status_lines(environment))
    assert table["format"] == "html" and table.astext().count("<tr>") == len(LESSONS) + 2


def test_pages_with_the_table_are_written_again(environment):
    environment.nb_metadata["book/status"] = {execution_status.HAS_TABLE: True}
    assert execution_status.pages_with_table(None, environment) == ["book/status"]


def test_the_site_knows_the_directive_that_the_page_uses():
    config = yaml.safe_load((ROOT / "_config.yml").read_text())["sphinx"]
    assert config["local_extensions"]["execution_status"] == "tools"
    assert "execution_status" in config["config"]["extensions"]
    assert "```{execution-status}" in PAGE.read_text()


@pytest.fixture
def show(monkeypatch, tmp_path):
    """Run the page with some records: the text of its tables."""

    def run(*records):
        shown = []
        for record in records:
            append_record(tmp_path / f"{record.experiment}.jsonl", record)
        monkeypatch.setattr(store, "SHIPPED_FOLDER", tmp_path)
        monkeypatch.setattr(IPython.display, "display", lambda one: shown.append(one.data))
        names = {"print": lambda *words: shown.append(" ".join(words))}
        for cell in jupytext.read(PAGE).cells:
            if cell.cell_type == "code":
                exec(compile(cell.source, PAGE.name, "exec"), names)
        return shown

    return run


def test_without_records_every_experiment_is_listed_with_none(show):
    *_, table, total = show()
    assert total == "0 recorded runs in all"
    assert re.findall(r'scope="row">([^,]+), laptop</th><td>0 of \d+</td><td>0</td>', table) == list(
        EXPERIMENTS
    )


def test_records_are_counted_by_experiment_and_profile(show):
    rows = list(EXPERIMENTS["catdog"].rows)[:2]
    common = {"profile": "laptop", "drawn_data": False, "seconds": 1800.0, "device": "a core"}
    runs = [
        make_record(row, seed, **common, finished=f"2030-01-0{seed + 1}T00:00:00+00:00")
        for row in rows
        for seed in (0, 1)
    ]
    *_, table, total = show(*runs)
    line = re.search(r'scope="row">catdog, laptop</th>(.*?)</tr>', table)[1]
    cells = re.findall(r"<td>(.*?)</td>", line)
    assert cells[0].startswith("2 of ") and cells[1:5] == ["4", "0; 1", "real", "a core"]
    assert cells[-2:] == ["2.0", "2030-01-02"] and total == "4 recorded runs in all"


def test_versions_are_those_of_the_running_packages(show):
    import numpy as np
    import torch

    versions = show()[0]
    assert f"<td>{torch.__version__}</td>" in versions and f"<td>{np.__version__}</td>" in versions
