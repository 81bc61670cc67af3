"""A network that was kept is the one that was scored, and a run keeps one only when asked."""

import dataclasses

import pytest
import torch

from imbalance_course.errors import CourseError
from imbalance_course.experiments import catdog, nuclei, run_experiment, voids
from imbalance_course.experiments.labeling import load_labeler
from imbalance_course.experiments.networks import KeptNetwork, load_network, network_file, save_network
from imbalance_course.experiments.pixel_classes import score_classes
from imbalance_course.experiments.segmentation import score_shapes
from imbalance_course.metrics import confusion_counts
from imbalance_course.records import read_records


def shortened(experiment):
    demo = dataclasses.replace(experiment.profiles["demo"], images_total=64, images_per_epoch=32)
    return dataclasses.replace(experiment, profiles={"demo": demo})


def run(experiment, row, folder, **options):
    short = shortened(experiment)
    (record,) = run_experiment(short, profile="demo", rows=[row], output=folder, **options)
    return short, record


def label_tiles(experiment, record, folder, images):
    labeler = load_labeler(network_file(folder, record), experiment, record, torch.device("cpu"))
    return labeler.class_names, torch.stack(
        [torch.from_numpy(labeler.label(image)) for image in images]
    ).numpy()


def test_the_kept_network_of_two_classes_gives_the_test_scores_of_its_record(tmp_path):
    experiment, record = run(voids.EXPERIMENT, "unet-micrograph-bce", tmp_path, keep_networks=True)
    data = voids.load(voids.PROFILES["demo"])
    test = voids.split(data, voids.ROWS[record.row], record.seed).test
    _, labels = label_tiles(experiment, record, tmp_path, data.images[test])
    counts = confusion_counts(data.masks[test].ravel(), labels.ravel())
    assert dataclasses.asdict(counts) == record.test_counts_at_threshold
    for name, value in score_shapes(data.masks[test], labels == 1).items():
        assert value == record.metrics[f"{name}_at_threshold"], name


@pytest.mark.parametrize(("row", "prefix"), [("unet-ce", ""), ("unet-two-stage", "two_stage_")])
def test_the_kept_network_of_several_classes_gives_the_test_scores_of_its_record(tmp_path, row, prefix):
    experiment, record = run(nuclei.MONUSAC, row, tmp_path, keep_networks=True)
    data = nuclei.load_tissue(nuclei.DEMO)
    test = nuclei.split(data, nuclei.DEMO, record.seed).test
    names, labels = label_tiles(experiment, record, tmp_path, data.images[test])
    assert names == data.class_names
    for name, value in score_classes(data.masks[test], labels, names).items():
        assert value == record.metrics[prefix + name], name


def test_a_run_keeps_its_network_only_when_asked_and_makes_it_later_without_a_second_record(tmp_path):
    _, record = run(voids.EXPERIMENT, "unet-micrograph-bce", tmp_path)
    file = network_file(tmp_path, record)
    assert not file.parent.exists()
    _, again = run(voids.EXPERIMENT, "unet-micrograph-bce", tmp_path, keep_networks=True)
    assert again == record and read_records(tmp_path / "records.jsonl") == [record]
    written = file.stat().st_mtime_ns
    run(voids.EXPERIMENT, "unet-micrograph-bce", tmp_path, keep_networks=True)
    assert file.stat().st_mtime_ns == written
    assert [entry.name for entry in file.parent.iterdir()] == [f"{record.id}.pt"]


def test_a_network_that_comes_out_otherwise_than_recorded_is_not_kept(tmp_path, monkeypatch):
    _, record = run(voids.EXPERIMENT, "unet-micrograph-bce", tmp_path)
    other = dataclasses.replace(record, metrics={**record.metrics, "average_precision": 0.5})
    (tmp_path / "records.jsonl").write_text(other.to_line() + "\n")
    with pytest.raises(CourseError, match="come out as recorded"):
        run(voids.EXPERIMENT, "unet-micrograph-bce", tmp_path, keep_networks=True)
    assert not network_file(tmp_path, other).parent.exists()


def test_an_experiment_without_kept_networks_says_so_before_it_trains(tmp_path):
    with pytest.raises(CourseError, match="got catdog, whose networks are not kept"):
        run_experiment(catdog.EXPERIMENT, profile="demo", output=tmp_path, keep_networks=True)
    with pytest.raises(CourseError, match="output folder to keep networks in"):
        run_experiment(voids.EXPERIMENT, profile="demo", keep_networks=True)
    assert list(tmp_path.iterdir()) == []


def test_what_is_saved_is_loaded_bit_by_bit(tmp_path):
    weights = {"a": torch.randn(3, 2, dtype=torch.float64), "b": torch.tensor(7)}
    save_network(tmp_path / "new" / "x.pt", KeptNetwork(weights, 3, ("ground", "cell")))
    kept = load_network(tmp_path / "new" / "x.pt")
    assert (kept.channels, kept.class_names) == (3, ("ground", "cell"))
    assert all(torch.equal(kept.weights[name], value) for name, value in weights.items())
    assert [entry.name for entry in (tmp_path / "new").iterdir()] == ["x.pt"]


def test_a_file_that_is_cut_short_or_no_network_is_named(tmp_path):
    file = tmp_path / "x.pt"
    save_network(file, KeptNetwork({"a": torch.zeros(1000)}, 1, ("ground", "void")))
    whole = file.read_bytes()
    torch.save([1, 2], tmp_path / "list.pt")
    torch.save({"weights": {}, "channels": 1, "class_names": []}, tmp_path / "empty.pt")
    others = [(tmp_path / name).read_bytes() for name in ("list.pt", "empty.pt")]
    for content in (b"", b"no network", whole[: len(whole) // 2], whole[:-1], *others):
        file.write_bytes(content)
        with pytest.raises(CourseError, match="damaged or another file"):
            load_network(file)


def test_weights_of_another_network_are_refused(tmp_path):
    experiment, record = run(voids.EXPERIMENT, "unet-micrograph-bce", tmp_path, keep_networks=True)
    kept = load_network(network_file(tmp_path, record))
    with pytest.raises(CourseError, match="got those of another"):
        dataclasses.replace(kept, weights=dict(list(kept.weights.items())[:-1])).build(experiment, record)
    with pytest.raises(CourseError, match="Expected a row of this version's voids"):
        kept.build(experiment, dataclasses.replace(record, row="unet-micrograph-none"))
