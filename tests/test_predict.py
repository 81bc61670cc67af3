"""`predict` writes what the network says beside the image, or answers with a sentence and writes nothing."""

import dataclasses

import numpy as np
import pytest
import torch
from made_networks import CLASSES, keep
from made_records import make_record
from PIL import Image

from imbalance_course.datasets import draw_voids
from imbalance_course.experiments import EXPERIMENTS
from imbalance_course.experiments.labeling import load_labeler
from imbalance_course.experiments.networks import network_file
from imbalance_course.experiments.predicting import command_to_keep, score_labels
from imbalance_course.metrics import confusion_counts
from imbalance_course.plots.paint import paint_classes, paint_errors
from imbalance_course.records import append_record


@pytest.fixture
def voids(tmp_path):
    return keep(tmp_path, "voids", "unet-micrograph-bce")


@pytest.fixture
def image(tmp_path):
    tile = draw_voids(3, size=90)
    Image.fromarray(tile.images[0][:, :75, 0]).save(tmp_path / "image.tif")
    Image.fromarray(tile.masks[0][:, :75] * 255).save(tmp_path / "truth.png")
    return tile.images[0][:, :75, :1]


def labels_of(folder, record, image):
    experiment = EXPERIMENTS[record.experiment]
    file = network_file(folder / "runs" / record.experiment, record)
    return load_labeler(file, experiment, record, torch.device("cpu")).label(image)


def read(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


def names_in(folder):
    return sorted(entry.name for entry in folder.iterdir() if entry.is_file())


def test_mask_and_overlay_lie_beside_the_image_which_stays(command, tmp_path, voids, image):
    before = (tmp_path / "image.tif").read_bytes()
    code, out, err = command("predict", voids.id[:6], "image.tif")
    assert (code, err) == (0, "")
    labels = labels_of(tmp_path, voids, image)
    assert 0 < labels.mean() < 1
    np.testing.assert_array_equal(read(tmp_path / "image-mask.png"), labels)
    np.testing.assert_array_equal(read(tmp_path / "image-overlay.png"), paint_classes(labels, image))
    assert (tmp_path / "image.tif").read_bytes() == before
    assert f"{labels.mean():.1%}" in out and "seen drawn images alone" in out
    assert names_in(tmp_path) == ["image-mask.png", "image-overlay.png", "image.tif", "truth.png"]


def test_a_truth_gives_errors_in_colors_and_scores(command, tmp_path, voids, image):
    words = ("--truth", "truth.png", "--palette", "safe", "--output", "new/folder")
    code, out, _ = command("predict", voids.id, "image.tif", *words)
    assert code == 0
    labels, truth = labels_of(tmp_path, voids, image), read(tmp_path / "truth.png") // 255
    expected = paint_errors(truth, labels, image, palette="safe")
    np.testing.assert_array_equal(read(tmp_path / "new" / "folder" / "image-overlay.png"), expected)
    counts = confusion_counts(truth.ravel(), labels.ravel())
    assert f"{counts.iou:.3f}" in out and "vermilion false positive" in out
    assert names_in(tmp_path) == ["image.tif", "truth.png"]


def test_networks_of_nuclei_see_colors_and_name_several_classes(command, tmp_path):
    record = keep(tmp_path, "nuclei-dsb2018", "unet-ce")
    colored = np.random.default_rng(0).integers(0, 256, (40, 100, 3), dtype=np.uint8)
    for name in ("a.png", "b.png"):
        Image.fromarray(colored).save(tmp_path / name)
    code, out, _ = command("predict", record.id, "a.png", "b.png")
    assert code == 0
    np.testing.assert_array_equal(read(tmp_path / "b-mask.png"), labels_of(tmp_path, record, colored))
    assert all(out.count(name) >= 2 for name in CLASSES["nuclei-dsb2018"])


def test_files_are_replaced_only_by_force(command, tmp_path, voids, image):
    (tmp_path / "image-overlay.png").write_text("mine")
    code, _, err = command("predict", voids.id, "image.tif")
    assert code == 2 and "Add --force to replace it" in err
    assert (tmp_path / "image-overlay.png").read_text() == "mine"
    assert not (tmp_path / "image-mask.png").exists()
    assert command("predict", voids.id, "image.tif", "--force")[0] == 0
    assert read(tmp_path / "image-overlay.png").shape == (90, 75, 3)


def test_force_never_replaces_what_was_given(command, tmp_path, voids, image):
    Image.fromarray(image[..., 0]).save(tmp_path / "image-mask.png")
    before = (tmp_path / "image-mask.png").read_bytes()
    for words in (("image.tif", "image-mask.png"), ("image.tif", "--truth", "image-mask.png")):
        code, _, err = command("predict", voids.id, *words, "--force")
        assert code == 2 and "which was given" in err
    assert (tmp_path / "image-mask.png").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["zzz", "image.tif"], "got 'zzz', which fits 0"),
        (["", "nowhere.png"], "got nothing"),
        (["", "runs"], "got a folder"),
        (["", "image.tif", "damaged.png"], "damaged or another file"),
        (["", "image.tif", "truth.png", "--truth", "truth.png"], "one image with --truth, got 2"),
        (["", "image.tif", "--truth", "image.tif"], "from 0 to 1, or black and white"),
        (["", "image.tif", "--palette", "gray"], "palette among paper, safe"),
        (["", "image.tif", "image.png"], "got two for"),
        (["", "image.tif", "--output", "truth.png"], "got the file truth.png"),
        (["", "image.tif", "--output", "truth.png/folder"], "Expected to write"),
        (["", "image.tif", "--runs", "elsewhere"], "which fits 0"),
    ],
)
def test_a_mistake_gets_one_sentence_and_nothing_is_written(
    command,
    tmp_path,
    voids,
    image,
    words,
    sentence,
):
    Image.fromarray(image[..., 0]).save(tmp_path / "image.png")
    (tmp_path / "damaged.png").write_bytes((tmp_path / "image.png").read_bytes()[:200])
    before = names_in(tmp_path)
    code, out, err = command("predict", words[0] or voids.id, *words[1:])
    assert code == 2 and sentence in err
    assert "Traceback" not in out + err and len(err.strip().splitlines()) == 1
    assert names_in(tmp_path) == before


def test_without_its_network_a_record_says_how_to_make_it(command, tmp_path, voids, image):
    network_file(tmp_path / "runs" / "voids", voids).unlink()
    code, _, err = command("predict", voids.id, "image.tif")
    assert code == 2 and "--rows unet-micrograph-bce --seeds 0 --keep-networks` makes it" in err
    assert command_to_keep(voids, tmp_path).endswith(f"--output {tmp_path} --keep-networks")


def test_a_record_of_an_experiment_without_networks_says_so(command, tmp_path):
    record = make_record()
    append_record(tmp_path / "runs" / "catdog" / "records.jsonl", record)
    code, _, err = command("predict", record.id, "image.tif")
    assert code == 2 and "got catdog, whose networks are not kept" in err


@pytest.mark.parametrize("words", [["catdog"], ["all"], ["voids", "--ray", "local"]])
def test_run_says_where_networks_are_not_kept(command, words):
    code, _, err = command("run", *words, "--keep-networks")
    assert code == 2 and "Expected" in err and len(err.strip().splitlines()) == 1


def test_run_names_the_file_of_each_network(command, tmp_path, monkeypatch):
    demo = dataclasses.replace(EXPERIMENTS["voids"].profiles["demo"], images_total=32, images_per_epoch=32)
    monkeypatch.setitem(
        EXPERIMENTS, "voids", dataclasses.replace(EXPERIMENTS["voids"], profiles={"demo": demo})
    )
    code, out, _ = command("run", "voids", "--rows", "unet-tile-bce", "--keep-networks")
    (file,) = (tmp_path / "runs" / "voids" / "networks").iterdir()
    assert code == 0 and f"network of unet-tile-bce: runs/voids/networks/{file.name}" in out


def test_pixels_without_a_truth_count_in_no_score():
    truth = np.array([[0, 1, 255, 255]], dtype=np.uint8)
    labels = np.array([[0, 1, 1, 0]], dtype=np.uint8)
    assert score_labels(truth, labels, ("ground", "void"))["iou"] == 1
    assert score_labels(truth, labels, ("ground", "cell", "border"))["mean_iou"] == 1
