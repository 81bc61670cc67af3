"""The results pages together: every experiment and every row has its place, and gaps are shown as gaps."""

import re
from itertools import product
from pathlib import Path

import IPython.display
import jupytext
import pytest
from made_records import make_record

from imbalance_course.experiments import (
    EXPERIMENTS,
    breakhis,
    nuclei,
    tables,
    tables_nuclei,
    tables_tof,
    tables_voids,
    voids,
)
from imbalance_course.records import append_record, store

BOOK = Path(__file__).parent.parent / "book"


def make_run(row, seed=0, **changes):
    return make_record(row, seed, **{"profile": "laptop", "drawn_data": False} | changes)


def shown_rows(experiment, make_table):
    """Which rows of an experiment a table has room for."""
    runs = [make_run(row, experiment=experiment) for row in EXPERIMENTS[experiment].rows]
    return {run.row for found in make_table(runs).values() for run in found}


def test_every_row_of_every_experiment_is_in_a_table():
    shown = {*tables.LECTURE_TITLES, *tables.FURTHER_TITLES, *tables.AUTOBALANCE_TITLES, *tables_tof.TITLES}
    for name in breakhis.ROWS:
        network = breakhis.ROWS[name].network
        splits = tables.runs_by_split(network, [make_run(name, experiment="breakhis")])
        shown |= {run.row for rows in splits.values() for runs in rows.values() for run in runs}
    for network, split in product(voids.NETWORKS, voids.SPLITS):
        shown |= shown_rows("voids", lambda runs, n=network, s=split: tables_voids.rows_of(n, s, runs))
    for network, family in product(nuclei.NETWORKS, tables_nuclei.FAMILIES):
        for name in ("nuclei-monusac", "nuclei-dsb2018"):
            shown |= shown_rows(name, lambda runs, n=network, f=family: tables_nuclei.rows_of(f, runs, n))
    for experiment in EXPERIMENTS.values():
        assert set(experiment.rows) - shown == set(), experiment.name


def test_every_experiment_is_on_a_page():
    pages = [jupytext.read(BOOK / name) for name in ("results.md", "results_segmentation.md")]
    code = "\n".join(cell.source for page in pages for cell in page.cells if cell.cell_type == "code")
    assert [name for name in EXPERIMENTS if not re.search(rf"\b{name}\b", code)] == []


@pytest.fixture
def show_masks(monkeypatch, tmp_path):
    """Run the page on masks with some records: everything that it shows, and its text."""

    def run(*records):
        shown = []
        for record in records:
            append_record(tmp_path / f"{record.experiment}.jsonl", record)
        monkeypatch.setattr(store, "SHIPPED_FOLDER", tmp_path)
        monkeypatch.setattr(IPython.display, "display", shown.append)
        names = {"print": lambda *words: shown.append(" ".join(words))}
        for cell in jupytext.read(BOOK / "results_segmentation.md").cells:
            if cell.cell_type == "code":
                exec(cell.source, names)
        return shown, "\n".join(getattr(one, "data", one) for one in shown if not hasattr(one, "savefig"))

    return run


def test_without_records_the_page_on_masks_shows_no_score_of_ours(show_masks):
    shown, text = show_masks()
    assert "no record yet" in text and "no run yet" in text
    assert not re.search(r"±|\(one", text)
    assert not [one for one in shown if hasattr(one, "savefig")]


def test_records_that_arrive_fill_the_page_on_masks(show_masks):
    metrics = dict.fromkeys([score.name for score in (*tables_voids.SHAPES, tables_voids.WIDTH)], 0.25)
    metrics |= {f"{name}_at_threshold": 0.125 for name in metrics}
    rows = [f"unet-{split}-{loss}" for split in voids.SPLITS for loss in ("bce", "weighted")]
    runs = [make_run(row, seed, experiment="voids", metrics=metrics) for row in rows for seed in range(2)]
    scores = dict.fromkeys(
        [score.name for score in (*tables_nuclei.SECOND_STAGE, *tables_nuclei.MEANS)], 0.375
    )
    runs.append(make_run("unet-two-stage", experiment="nuclei-monusac", metrics=scores))
    shown, text = show_masks(*runs)
    iou = 8 / 12  # of the made counts: 8 found, 2 false, 2 missed
    assert f"{iou:.3f} ± 0.000" in text and "0.375 (one seed)" in text and "0.12 ± 0.00" in text
    assert "weighted BCE, by tile" in text and "cannot be told" in text
    assert len([one for one in shown if hasattr(one, "savefig")]) == 1
