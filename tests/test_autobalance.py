"""AutoBalance: disjoint parts, a step checked with the whole matrix, what the search finds, kills."""

import dataclasses
import json
import multiprocessing
import os
import signal

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch.func import functional_call, jacrev

from imbalance_course.errors import CourseError
from imbalance_course.experiments import catdog, run_experiment
from imbalance_course.experiments.autobalance import EXPERIMENT, PROFILES, ROWS, run, split_search
from imbalance_course.experiments.experiment import Silence
from imbalance_course.experiments.loss_search import SearchedLoss, SearchParts, search_loss
from imbalance_course.models import SmallConvNet
from imbalance_course.records import Record
from imbalance_course.records.record import VARYING
from imbalance_course.sampling import balanced_stream

DEMO = PROFILES["demo"]
SHORT = dataclasses.replace(
    DEMO,
    images_total=500,
    images_per_epoch=250,
    search_images=750,
    search_warmup_share=0.3,
    power_iterations=2,
)
ROW = "imbalanced-2-autobalance"


@pytest.fixture(scope="module")
def animals():
    return catdog.load(DEMO)


@pytest.fixture(scope="module")
def found():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    (record,) = run_experiment(EXPERIMENT, profile="demo", rows=[ROW])
    torch.set_num_threads(threads)
    return record


def make_short(profile="demo"):
    return dataclasses.replace(EXPERIMENT, profiles={profile: SHORT})


class Listener(Silence):
    """Notes how many images were seen; kills its own process, without any clean-up, at a number of them."""

    def __init__(self, kill_at=None):
        self.seen, self.kill_at, self.announced = [], kill_at, None

    def started(self, row, seed, images_total):
        self.announced = images_total

    def trained(self, images_seen):
        self.seen.append(images_seen)
        if self.kill_at is not None and images_seen >= self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


def run_and_be_killed(output, images):
    torch.set_num_threads(1)
    run_experiment(make_short(), profile="demo", rows=[ROW], output=output, watch=Listener(images))


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("seed", [0, 1])
def test_the_search_shares_no_image_with_the_held_out_part_and_the_test(animals, name, seed):
    parts = catdog.split(animals, ROWS[name], DEMO, seed)
    search = split_search(animals, parts, DEMO, seed)
    groups = [search.lower, search.upper, parts.held_out, parts.test]
    together = np.concatenate(groups)
    assert len(np.unique(together)) == len(together)
    assert np.array_equal(np.sort(np.concatenate(groups[:2])), parts.fit)


@pytest.mark.parametrize("name", ROWS)
def test_both_parts_of_the_search_keep_the_class_shares(animals, name):
    parts = catdog.split(animals, ROWS[name], DEMO, 0)
    search = split_search(animals, parts, DEMO, 0)
    lower, upper = (np.bincount(animals.labels[part]) for part in (search.lower, search.upper))
    np.testing.assert_allclose(upper, DEMO.upper_share * (lower + upper), atol=0.5)


def test_a_group_on_both_sides_is_refused(animals):
    parts = catdog.split(animals, ROWS[ROW], DEMO, 0)
    groups = animals.groups.copy()
    groups[parts.fit[0]] = groups[parts.test[0]]
    with pytest.raises(CourseError, match="no group on both sides"):
        split_search(dataclasses.replace(animals, groups=groups), parts, DEMO, 0)


def test_other_test_and_held_out_images_give_the_same_loss(animals):
    parts = catdog.split(animals, ROWS[ROW], SHORT, 0)
    noise = torch.from_numpy(animals.images.copy())
    hidden = torch.from_numpy(np.concatenate([parts.test, parts.held_out]))
    noise[hidden] = torch.randint(0, 256, noise[hidden].shape, dtype=torch.uint8)
    as_is, blind = (
        run(ROW, SHORT, animals, images, 0, None, lambda seen: None).tuning
        for images in (torch.from_numpy(animals.images), noise)
    )
    assert as_is == blind


class Tiny:
    """A network of 104 weights and 16 images: its second derivative fits on a page."""

    def __init__(self, **settings):
        torch.manual_seed(0)
        self.network = SmallConvNet((2,), outputs=2).double()
        self.images = torch.randint(0, 256, (16, 6, 6, 3), dtype=torch.uint8)
        self.labels = torch.tensor([0, 0, 0, 1] * 4)
        self.parts = SearchParts(np.arange(8), np.arange(8, 16))
        self.settings = dataclasses.replace(
            DEMO, rotation_turns=0.0, flip_probability=0.0, search_warmup_share=0.0, upper_batches=1,
            upper_batch_size=8, batch_size=4, search_interval=2, search_images=40, **settings,
        )  # fmt: skip
        self.loss = SearchedLoss(
            self.network, self.images, self.labels, self.parts, self.settings.of_search(), seed=0
        )

    def by_hand(self):
        """The same hypergradient with the whole second derivative of the flattened weights."""
        names, weights = zip(*self.network.named_parameters(), strict=True)
        sizes = [value.numel() for value in weights]
        flat = torch.nn.utils.parameters_to_vector(weights).detach()
        judges = balanced_stream(self.labels.numpy(), self.parts.upper, 0, 8, seed=0)

        def logits(flat, positions):
            pieces = zip(names, flat.split(sizes), weights, strict=True)
            pixels = self.images[positions].permute(0, 3, 1, 2).double() / 127.5 - 1
            values = {name: piece.view_as(like) for name, piece, like in pieces}
            return functional_call(self.network.eval(), values, (pixels,))

        def lower(flat, delta, shift):
            adjusted = logits(flat, self.parts.lower) * delta.sigmoid() + shift
            return F.cross_entropy(adjusted, self.labels[self.parts.lower])

        def upper(flat):
            return F.cross_entropy(logits(flat, judges), self.labels[judges])

        at = flat, self.loss.delta, self.loss.shift
        matrix = jacrev(jacrev(lower))(*at)  # reverse twice: the forward mode warns
        step = self.settings.neumann_step / torch.linalg.eigvalsh(matrix).abs().max()
        factor = torch.eye(len(flat), dtype=torch.float64) - step * matrix
        terms = range(self.settings.neumann_terms)
        inverse = step * sum(torch.linalg.matrix_power(factor, power) for power in terms)
        along = inverse @ jacrev(upper)(flat)
        return [-along @ jacrev(jacrev(lower), argnums=number)(*at) for number in (1, 2)]


@pytest.mark.parametrize("terms", [1, 3, 8])
def test_a_step_agrees_with_the_whole_second_derivative(terms):
    tiny = Tiny(neumann_terms=terms, power_iterations=100, upper_learning_rate=0.5, initial_tau=1.0)
    expected = tiny.by_hand()
    tiny.loss.advance(0.0)
    (step,) = tiny.loss.path
    np.testing.assert_allclose(step["hypergradient"], torch.stack(expected), rtol=1e-6, atol=1e-9)


def test_the_loss_moves_after_the_warm_up_and_with_the_network_s_step_size():
    tiny = Tiny(upper_learning_rate=0.5)
    for epoch in range(5):
        tiny.loss.advance(epoch / 5)
    assert [step["images"] for step in tiny.loss.path] == [0, 8, 16, 24, 32]
    falling = [0.25 * (1 + np.cos(np.pi * (share - 0.2) / 0.8)) for share in (0.3, 0.5, 0.7, 0.9)]
    assert [step["step_size"] for step in tiny.loss.path] == pytest.approx([0.25, *falling])
    late = Tiny(upper_learning_rate=0.5)
    late.loss.first_move = 3
    for epoch in range(5):
        late.loss.advance(epoch / 5)
    assert [step["images"] for step in late.loss.path] == [24, 32]


def test_steps_with_momentum_follow_the_heavy_ball(tmp_path):
    tiny = Tiny(upper_momentum=0.5, upper_learning_rate=1.0, initial_delta=0.0)
    slopes = [[[1.0, 0.0], [0.0, 2.0]], [[0.0, 0.0], [1.0, 0.0]]]
    file = tmp_path / "steps.json"
    file.write_text(json.dumps([{"step_size": 0.1, "hypergradient": slope} for slope in slopes]))
    tiny.loss.keep_in(file)
    assert tiny.loss.delta.tolist() == pytest.approx([-0.15, 0.0])
    assert tiny.loss.shift.tolist() == pytest.approx([-0.1, -0.3])


def test_the_loss_starts_where_the_settings_say():
    plain, adjusted = Tiny().loss, Tiny(initial_delta=0.0, initial_tau=1.0).loss
    logits, labels = torch.randn(5, 2, dtype=torch.float64), torch.tensor([0, 1, 0, 0, 1])
    scaled = torch.sigmoid(torch.tensor(1.0)).item()
    torch.testing.assert_close(plain(logits, labels), F.cross_entropy(scaled * logits, labels))
    shares = torch.tensor([0.75, 0.25], dtype=torch.float64)
    torch.testing.assert_close(adjusted(logits, labels), F.cross_entropy(logits / 2 + shares.log(), labels))


def test_a_loss_without_curvature_is_explained():
    tiny = Tiny()
    for value in tiny.network.parameters():
        torch.nn.init.zeros_(value)
    tiny.network.head.bias.data = torch.tensor([800.0, -800.0], dtype=torch.float64)
    with pytest.raises(CourseError, match="curved, got 0.0"):
        tiny.loss.advance(0.0)


def test_the_search_moves_the_offset_of_the_rare_class_toward_the_logit_adjusted_value(found):
    dog, cat = found.tuning["chosen"]["shift"]
    aim_dog, aim_cat = found.tuning["logit_adjusted_shift"]
    lower = found.tuning["lower_counts"]
    assert aim_cat - aim_dog == pytest.approx(np.log(lower["drawn cat"] / lower["drawn dog"]))
    assert 2 * (aim_cat - aim_dog) < cat - dog < 0.4 * (aim_cat - aim_dog) < 0
    assert cat + dog == pytest.approx(0, abs=1e-9)  # a shift of all offsets changes nothing


def test_the_record_holds_what_was_found_and_reads_back(found):
    assert Record.from_line(found.to_line()) == found
    assert EXPERIMENT.restore_config(found.config) == DEMO
    chosen, last = found.tuning["chosen"], found.tuning["path"][-1]
    assert (chosen["delta"], chosen["shift"]) == (last["delta"], last["shift"])
    assert chosen["scale"] == pytest.approx(1 / (1 + np.exp(-np.array(chosen["delta"]))))
    assert len(found.tuning["history"]) == DEMO.search_images // (DEMO.search_interval * DEMO.batch_size)


def test_the_second_training_uses_the_loss_that_was_found_and_all_training_images(found):
    assert found.training_counts == {
        name: found.tuning["lower_counts"][name] + found.tuning["upper_counts"][name]
        for name in found.training_counts
    }
    assert found.metrics["roc_auc"] > 0.8
    (plain,) = run_experiment(catdog.EXPERIMENT, profile="demo", rows=["imbalanced-2"])
    assert found.at_half.recall > plain.at_half.recall + 0.2


@pytest.mark.parametrize("images", [100, 600, 800, 1_100])
def test_a_killed_run_ends_with_the_record_of_an_undisturbed_run(tmp_path, images, undisturbed):
    worker = multiprocessing.get_context("spawn").Process(
        target=run_and_be_killed, args=(tmp_path / "killed", images)
    )
    worker.start()
    worker.join()
    assert worker.exitcode == -signal.SIGKILL
    again, resumed = run_on_one_thread(tmp_path / "killed")
    varying = {name: getattr(undisturbed, name) for name in VARYING}
    assert dataclasses.replace(resumed, **varying) == undisturbed
    assert min(again.seen) >= min(SHORT.search_images, images - SHORT.search_interval * SHORT.batch_size)
    left = {path.name for path in (tmp_path / "killed").rglob("*") if path.is_file()}
    assert left <= {"records.jsonl", ".records.lock"}


def run_on_one_thread(output):
    threads, listener = torch.get_num_threads(), Listener()
    torch.set_num_threads(1)
    (record,) = run_experiment(make_short(), profile="demo", rows=[ROW], output=output, watch=listener)
    torch.set_num_threads(threads)
    return listener, record


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    listener, record = run_on_one_thread(tmp_path_factory.mktemp("undisturbed"))
    assert listener.announced == listener.seen[-1] == 1_250
    return record


def test_steps_of_a_lost_network_are_not_taken_for_those_of_a_new_one(tmp_path):
    tiny = Tiny()
    steps = tmp_path / "search.json"
    steps.write_text(json.dumps([{"step_size": 1.0, "hypergradient": [[9.0, 9.0], [9.0, 9.0]]}]))
    loss, _ = search_loss(
        tiny.network, tiny.images, tiny.labels, tiny.parts, tiny.settings,
        seed=0, checkpoint=tmp_path / "search.pt",
    )  # fmt: skip
    assert len(loss.path) == len(json.loads(steps.read_text())) == 5
    assert max(abs(value) for value in loss.shift.tolist()) < 9


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_searches_before_its_budget_ends(profile):
    config = dataclasses.replace(PROFILES[profile], precision="float32")
    budget = config.of_search()
    assert 3 <= budget.epochs * (1 - config.search_warmup_share) <= budget.epochs
    assert EXPERIMENT.count_images(config) == budget.images_seen + config.images_seen
