"""The report is one safe page that opens offline, on a phone too, and its numbers are those of the runs."""

import re
from html import unescape

import numpy as np
import pytest
from lab_runs import animals, made_runs, specks, tiny_config
from sklearn import metrics as reference

from imbalance_course.datasets import ImageSet
from imbalance_course.lab.checks import note, warning
from imbalance_course.lab.choosing import find_baseline, weigh_candidates
from imbalance_course.lab.folders import LabFolder
from imbalance_course.lab.report import write_report
from imbalance_course.lab.running import LabRun, run_methods
from imbalance_course.records import Record

HOSTILE = "<img src=x onerror=fail()>"


def many_classes() -> LabFolder:
    random = np.random.default_rng(0)
    labels = np.repeat(np.arange(5), [60, 30, 16, 12, 12])
    data = ImageSet(
        name="five", images=random.integers(0, 255, (130, 16, 16, 3)).astype(np.uint8), labels=labels,
        groups=np.arange(130).astype(str),
        class_names=(HOSTILE, "b", "c", "Dé", "a very long name of a class"),
        checksum="five",
    )  # fmt: skip
    files = tuple(f"folder/{'long' * 20}/{number}.png" for number in range(130))
    return LabFolder(
        data, files, "classes", True, (note("Read as classes."), warning(f"Odd name {HOSTILE}."))
    )


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """A report of each kind: name -> page."""
    folder = tmp_path_factory.mktemp("reports")
    two, five, masks = animals(60, 24), many_classes(), specks(classes=2)
    learned = run_methods(
        masks, tiny_config(masks, "8"), folder / "runs", methods=["plain", "rare-windows"], seeds=[0, 1]
    )
    made = {
        "two": (two, made_runs(two), {"cost_ratio": 4.0}),
        "five": (five, made_runs(five), {}),
        "one split": (two, made_runs(two, seeds=(3,)), {}),
        "masks": (masks, learned, {}),
    }
    for name, (data, runs, options) in made.items():
        write_report(folder / f"{name}.html", data, runs, command="imbalance-course lab 'a b'", **options)
    return {name: folder / f"{name}.html" for name in made}


def text_of(file):
    """Words of a page without tags."""
    body = re.sub(r"<style>.*?</style>|<svg.*?</svg>", " ", file.read_text(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


@pytest.mark.parametrize("name", ["two", "five", "one split", "masks"])
def test_the_page_names_no_address_and_has_no_script(reports, name):
    page = reports[name].read_text()
    assert not re.search(r"https?:|[\"'(]//", page)
    assert "<script" not in page and "url(#" in page
    sources = re.findall(r'<img[^>]* src="([^"]{0,22})', page)
    assert sources and set(sources) == {"data:image/png;base64,"}
    assert [entry.suffix for entry in reports[name].parent.iterdir() if entry.suffix == ".writing"] == []


@pytest.mark.parametrize("name", ["two", "five", "one split", "masks"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_opens_on_a_phone_without_errors_and_without_scrolling_sideways(page, reports, name, scheme):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(reports[name].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert page.evaluate("[...document.images].every((image) => image.naturalWidth > 0 && image.alt)")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((element) => element.id)")
    assert len(ids) == len(set(ids))
    ground, text = page.evaluate(
        "(style => [style.backgroundColor, style.color])(getComputedStyle(document.body))"
    )
    light = [sum(map(int, re.findall(r"\d+", color)[:3])) for color in (ground, text)]
    assert (light[0] > light[1]) == (scheme == "light")
    page.emulate_media(color_scheme="light")


def test_names_of_files_and_classes_are_shown_and_never_run(page, reports):
    page.goto(reports["two"].as_uri())
    assert page.locator("script").count() == 0
    assert page.locator(".mistakes code").first.inner_text().endswith("<script>fail()</script>&.png")
    page.goto(reports["five"].as_uri())
    assert page.locator("img[src=x]").count() == 0
    assert HOSTILE in page.locator("th[scope=row]").first.inner_text()
    assert f"Odd name {HOSTILE}." in page.locator("li.warning").inner_text()


def test_its_numbers_are_those_of_the_runs(tmp_path):
    folder = animals(60, 24)
    runs = made_runs(folder, methods=("plain",), seeds=(0, 1))
    write_report(tmp_path / "report.html", folder, runs, command="x")
    text = text_of(tmp_path / "report.html")
    baseline = find_baseline(weigh_candidates([run.predictions for run in runs]))
    f1, matrix = [], np.zeros((2, 2), dtype=int)
    for run in runs:
        test = run.predictions.test
        called = test.logits[:, 1] - test.logits[:, 0] >= baseline.decisions[run.record.seed]
        f1.append(reference.f1_score(test.labels, called))
        matrix += reference.confusion_matrix(test.labels, called)
    assert f"reaches: F1 of “drawn cat” {np.mean(f1):.3f} [" in text
    for count, share in zip(
        matrix.ravel(), (matrix / matrix.sum(axis=1, keepdims=True)).ravel(), strict=True
    ):
        assert f"{count} {100 * share:.0f} %" in text
    assert f"{matrix[0, 1] + matrix[1, 0]} of {matrix.sum()} tested images were called wrong" in text
    areas = [
        reference.average_precision_score(
            run.predictions.test.labels, np.diff(run.predictions.test.logits)[:, 0]
        )
        for run in runs
    ]
    assert f"{np.mean(areas):.3f}" in text


def test_a_page_has_at_most_24_mistakes_the_worst_first_and_each_file_once(reports):
    page = reports["five"].read_text()
    files = re.findall(r"<code>(folder/[^<]*)</code>", page)
    assert 0 < len(files) <= 24 and len(set(files)) == len(files)
    true = [
        float(value) for value in re.findall(r"true: [^,]*, probability (\d\.\d\d)", text_of(reports["five"]))
    ]
    listed = true[-len(files) :]
    assert listed == sorted(listed)


def test_a_record_read_back_from_its_line_keeps_each_class_with_its_counts(tmp_path):
    folder = animals(60, 24)
    runs = made_runs(folder, methods=("plain",), seeds=(0,))
    read_back = [LabRun(Record.from_line(run.record.to_line()), run.predictions) for run in runs]
    write_report(tmp_path / "report.html", folder, read_back, command="x")
    counts = [runs[0].record.training_counts[name] for name in folder.data.class_names]
    assert counts[0] > counts[1]
    assert f"training {counts[0]} {counts[1]} held-out" in text_of(tmp_path / "report.html")


def test_drawn_images_few_splits_and_missing_groups_are_said(reports):
    text = text_of(reports["one split"])
    assert "These images are drawn by a program" in text and "(one split)" in text
    assert "With one split no difference can be told" in text and "No groups were given" in text
    assert "They come in 130 groups" in text_of(reports["five"])
    assert "found in one part only" in text


def test_masks_have_overlap_overlays_and_shares_of_pixels(reports):
    text = text_of(reports["masks"])
    assert "IoU" in text and "pixels wrong" in text and "Vermilion: invented" in text
    assert re.search(r"speck 48 0\.39 % 12", text)


def test_costs_have_a_threshold_of_their_own(reports):
    text = text_of(reports["two"])
    assert "saved share of the cost" in text and "lowest cost on the held-out part, 4 to 1" in text
    assert "costs as much as 4 false alarms" in text


def test_the_command_can_be_copied_and_settings_are_listed(reports):
    text = text_of(reports["masks"])
    assert "imbalance-course lab 'a b'" in text and "learning rate: 0.005" in text and "torch" in text
