"""A number that is not finite ends its run with the step and the images, and is shown as a failure."""

import dataclasses

import numpy as np
import pytest
import torch
from lab_runs import animals as lab_animals
from lab_runs import made_runs
from made_records import make_record
from torch import nn

from imbalance_course import experiments
from imbalance_course.augment import Augmentation
from imbalance_course.datasets import draw_animals
from imbalance_course.errors import CourseError, NotFiniteError
from imbalance_course.experiments import catdog, run_experiment, tables
from imbalance_course.experiments.experiment import Silence
from imbalance_course.lab.report import write_report
from imbalance_course.losses import BinaryCrossEntropy
from imbalance_course.records import append_record, read_records, recorded_runs, store
from imbalance_course.records.results import failure_lines, run_lines, runs_by_title, score_lines
from imbalance_course.records.scores import Score
from imbalance_course.records.table import summarize, summarize_metrics
from imbalance_course.training import TrainingConfig, classification, train
from imbalance_course.training.finite import EpochWatch

CONFIG = TrainingConfig(
    images_total=300, images_per_epoch=100, batch_size=10, learning_rate=1e-2, warmup_share=0.25,
    weight_decay=0.01, rotation_turns=0.0, flip_probability=0.5, precision="float32", compile="off",
)  # fmt: skip
FIT, HELD_OUT = np.r_[0:27, 40:61], np.r_[30:40, 70:80]
SEED = 3


@pytest.fixture(scope="module")
def animals():
    data = draw_animals(40, 40, size=8)
    return torch.from_numpy(data.images), torch.from_numpy(data.labels)


def images_of_step(epoch: int, step: int) -> list[int]:
    """Images of a batch by a slow loop over the passes, one shuffle of all training images each."""
    stream: list[int] = []
    while len(stream) < CONFIG.images_total:
        shuffle = np.random.default_rng([SEED, len(stream) // len(FIT)])
        stream += shuffle.permutation(FIT).tolist()
    first = (epoch - 1) * 100 + (step - 1) * 10
    return stream[first : first + 10]


class Poisoned(BinaryCrossEntropy):
    """Cross-entropy whose loss, or whose gradient alone, is spoiled in one step, counted from 1."""

    def __init__(self, step: int, value: float, *, in_gradient: bool = False) -> None:
        super().__init__()
        self.step, self.value, self.in_gradient, self.calls = step, value, in_gradient, 0

    def forward(self, logits, targets):
        self.calls += 1
        if self.calls == self.step and self.in_gradient:
            logits.register_hook(lambda slope: slope * self.value)
        loss = super().forward(logits, targets)
        return loss * self.value if self.calls == self.step and not self.in_gradient else loss


def go(animals, loss=None, network=None, **options):
    torch.manual_seed(0)
    network = network or nn.Sequential(nn.Flatten(), nn.Linear(3 * 8 * 8, 8), nn.Tanh(), nn.Linear(8, 1))
    loss = loss or BinaryCrossEntropy()
    images, labels = animals
    return train(network, loss, images, labels, FIT, HELD_OUT, CONFIG, seed=SEED, **options)


@pytest.mark.parametrize(("value", "word"), [(float("nan"), "nan"), (float("inf"), "inf")])
@pytest.mark.parametrize("in_gradient", [False, True])
@pytest.mark.parametrize(("epoch", "step"), [(1, 1), (2, 7), (3, 10)])
def test_the_step_and_the_images_of_a_broken_loss_or_gradient_are_named(
    animals, epoch, step, in_gradient, value, word
):
    loss = Poisoned((epoch - 1) * 10 + step, value, in_gradient=in_gradient)
    with pytest.raises(NotFiniteError) as stopped:
        go(animals, loss)
    named = ", ".join(map(str, images_of_step(epoch, step)))
    what = "gradient, got" if in_gradient else f"training loss, got {word}"
    assert f"Expected a finite {what}" in str(stopped.value)
    assert f"in epoch {epoch}, step {step} of 10, images {named}. Lower" in str(stopped.value)
    assert loss.calls == 10 * epoch  # the epoch is finished, for nothing waits for the device before


def test_an_image_that_breaks_the_loss_is_among_those_named(animals):
    images, labels = animals
    spoiled = labels.double()
    spoiled[13] = torch.nan
    steps = [(epoch, step) for epoch in (1, 2, 3) for step in range(1, 11)]
    epoch, step = next(place for place in steps if 13 in images_of_step(*place))
    with pytest.raises(NotFiniteError, match=rf"epoch {epoch}, step {step} of 10, images .*\b13\b"):
        go((images, spoiled))


class BrokenWhenTold(nn.Module):
    """Right while it is trained; afterwards the outputs of the chosen images of a part are spoiled."""

    def __init__(self, places: list[int]) -> None:
        super().__init__()
        self.places, self.linear = places, nn.Linear(3 * 8 * 8, 1)

    def forward(self, pixels):
        logits = self.linear(pixels.flatten(start_dim=1))
        if not self.training:
            logits[self.places] = torch.inf
        return logits


def test_outputs_broken_in_the_evaluation_alone_name_the_held_out_images(animals):
    named = ", ".join(str(HELD_OUT[place]) for place in (2, 11))
    with pytest.raises(NotFiniteError, match=f"network in epoch 1, got NaN or infinity for images {named}"):
        go(animals, network=BrokenWhenTold([2, 11]))


def test_a_score_of_an_epoch_that_is_no_number_ends_the_run(animals):
    task = dataclasses.replace(
        classification(Augmentation()),
        score=lambda logits, targets: float("nan"),
    )
    with pytest.raises(NotFiniteError, match="finite held_out_roc_auc, got nan in epoch 1"):
        go(animals, task=task)


def test_noting_a_step_never_reads_from_the_device():
    device = torch.device("meta")  # has no values: whatever asks for one fails
    watch, weight = EpochWatch(2, device), torch.ones(3, device=device, requires_grad=True)
    weight.grad = torch.ones(3, device=device)
    watch.note(0, (2 * weight).sum(), [weight])
    assert watch.losses.device == watch.gradients.device == device


def test_the_mean_loss_is_that_of_the_steps(animals):
    class Listening(BinaryCrossEntropy):
        seen: list[float] = []

        def forward(self, logits, targets):
            loss = super().forward(logits, targets)
            self.seen.append(float(loss.detach()))
            return loss

    history = go(animals, Listening()).history
    means = [sum(Listening.seen[first : first + 10]) / 10 for first in (0, 10, 20)]
    assert [entry["loss"] for entry in history] == pytest.approx(means, rel=1e-12)


# ------------------------------------------------------------------------------------------- failed runs

SHORT = dataclasses.replace(
    catdog.PROFILES["demo"], images_total=200, images_per_epoch=100, widths=(4,), count_divisor=50
)
EXPERIMENT = dataclasses.replace(catdog.EXPERIMENT, profiles={"demo": SHORT})
STEPS = SHORT.images_per_epoch // SHORT.batch_size


@pytest.fixture
def poison(monkeypatch):
    """Spoil the loss of one row in the last epoch, until it is mended."""
    whole = catdog.make_loss

    def spoil(name: str) -> None:
        row = catdog.ROWS[name]
        monkeypatch.setattr(
            catdog, "make_loss",
            lambda *facts: Poisoned(STEPS + 1, float("nan")) if facts[0] == row else whole(*facts),
        )  # fmt: skip

    spoil.mend = lambda: monkeypatch.setattr(catdog, "make_loss", whole)
    return spoil


def run(output, rows=("weighted-1", "imbalanced-1")):
    return run_experiment(EXPERIMENT, profile="demo", rows=list(rows), output=output)


class Starts(Silence):
    """Remembers where each run began."""

    def __init__(self):
        self.seen = []

    def trained(self, images_seen):
        self.seen.append(images_seen)


def failed_record(row="balanced", seed=0, **changes):
    nothing = dict.fromkeys(
        ("test_counts_at_half", "threshold", "threshold_rule", "test_counts_at_threshold", "score_histogram")
    )
    fields = {"metrics": {}, "history": [], "best_epoch": 0, "failure": "Expected a finite <b>loss</b>."}
    return make_record(row, seed, **nothing | fields | changes)


def test_a_failed_run_is_recorded_the_others_go_on_and_the_next_start_tries_again(tmp_path, poison):
    row, other = catdog.EXPERIMENT.check_rows("demo", None)[:2]
    poison(row)
    broken, whole = run(tmp_path, (row, other))
    assert "training loss, got nan in epoch 2, step 1" in broken.failure and not whole.failure
    assert (broken.metrics, broken.history, broken.test_counts_at_half) == ({}, [], None)
    assert read_records(tmp_path / "records.jsonl") == [broken, whole]

    poison.mend()
    starts = Starts()
    mended, _ = run_experiment(EXPERIMENT, profile="demo", rows=[row, other], output=tmp_path, watch=starts)
    assert starts.seen[0] == 100  # after the last whole epoch
    undisturbed, _ = run(tmp_path / "undisturbed", (row, other))
    assert mended.id == undisturbed.id and not mended.failure
    assert {record.id for record in read_records(tmp_path / "records.jsonl")} == {mended.id, whole.id}
    assert not list((tmp_path / "checkpoints").iterdir())


def test_the_command_says_what_failed_and_ends_with_1(command, monkeypatch, poison):
    row = catdog.EXPERIMENT.check_rows("demo", None)[0]
    poison(row)
    monkeypatch.setitem(experiments.EXPERIMENTS, "catdog", EXPERIMENT)
    code, out, _ = command("run", "catdog", "--rows", row, "--output", "here")
    assert code == 1 and f"{row}, seed 0 failed: Expected a finite training loss" in out
    file = "here/catdog/records.jsonl"
    for words in (["list"], ["table", "--profile", "demo"], ["show", row, "--profile", "demo"]):
        code, out, _ = command("records", *words, "--path", file)
        assert code == 0 and "failed" in out.replace("failure", "failed")
        assert "0.000" not in out and "F1 0" not in out
    assert (
        "1 of them of runs that failed: every checksum holds"
        in command("records", "verify", "--path", file)[1]
    )
    (record,) = read_records(store.Path(file))
    code, _, err = command("records", "rerun", record.id, "--path", file)
    assert code == 2 and "got one that failed: Expected a finite training loss" in err


def test_tables_count_the_finished_runs_alone_and_name_the_failed():
    fields = {"profile": "laptop", "drawn_data": False}
    runs = [make_record("a", 0, **fields), make_record("a", 1, **fields), failed_record("a", 2, **fields)]
    runs.append(failed_record("b", 0, **fields))
    rows = runs_by_title({"a": "A", "b": "B", "c": "C"}, runs)
    score = Score("f1", heading="F1")
    lines = score_lines(rows, [score])
    assert [list(line.values()) for line in lines] == [
        ["A", "2", "0.800 ± 0.000, 1 of 3 failed"], ["B", "0", "failed"], ["C", "0", "no record yet"],
    ]  # fmt: skip
    assert score.interval(rows["A"]).n == 2 and score.interval(rows["B"]) is None
    assert [line["Seeds"] for line in run_lines(rows)] == ["0, 1"]
    assert [(line["Row"], line["Seed"]) for line in failure_lines(runs)] == [("a", "2"), ("b", "0")]
    assert [line.f1_at_half for line in summarize(runs)] == ["0.800 ± 0.000, 1 of 3 failed", "failed"]
    _, metrics = summarize_metrics(runs)
    assert metrics == [["a", "2", "0.900 ± 0.000, 1 of 3 failed"], ["b", "0", "failed"]]
    grouped = make_record("a", 0, **fields, test_groups={
        name: dict.fromkeys(("at_half", "at_threshold"), [3, 1, 1, 3]) for name in "xyz"
    })  # fmt: skip
    assert score.text([grouped, runs[2]]).endswith("], 1 of 2 failed")


def test_shipped_failures_are_given_to_those_alone_who_ask_for_them(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "SHIPPED_FOLDER", tmp_path)
    fields = {"profile": "laptop", "drawn_data": False}
    for record in (make_record("balanced", 0, **fields), failed_record("balanced", 1, **fields)):
        append_record(tmp_path / "catdog.jsonl", record)
    assert [record.seed for record in recorded_runs("catdog")] == [0]
    assert [record.seed for record in recorded_runs("catdog", failed=True)] == [0, 1]
    commands = tables.missing_commands(catdog.EXPERIMENT, "laptop", recorded_runs("catdog"), [0, 1])
    assert "imbalance-course run catdog --profile laptop --rows balanced --seeds 1" in commands


def test_a_report_leaves_a_failed_method_out_and_needs_the_baseline(tmp_path):
    folder = lab_animals()
    runs = made_runs(folder, methods=("plain", "focal", "weighted"))
    reason = failed_record().failure
    broken = [
        dataclasses.replace(
            each, predictions=None, record=failed_record(each.record.row, each.record.seed, failure=reason)
        )
        if (each.record.row, each.record.seed) == ("focal", 1)
        else each
        for each in runs
    ]
    advice = write_report(tmp_path / "report.html", folder, broken, command="x")
    page = (tmp_path / "report.html").read_text()
    assert "split 1: Expected a finite &lt;b&gt;loss&lt;/b&gt;." in page and "<b>loss</b>" not in page
    assert advice.chosen.method in ("plain", "weighted") and "1 methods were compared" in page
    lost = [dataclasses.replace(runs[0], record=failed_record("plain"), predictions=None), *runs[1:]]
    with pytest.raises(CourseError, match="baseline to come to its end in every split, but it failed"):
        write_report(tmp_path / "none.html", folder, lost, command="x")
    assert not (tmp_path / "none.html").exists()
