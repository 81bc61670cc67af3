"""The loop learns, keeps the best epoch, and an interrupted run ends like an undisturbed one."""

import dataclasses

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from imbalance_course.datasets import draw_animals
from imbalance_course.errors import CourseError
from imbalance_course.losses import BinaryCrossEntropy
from imbalance_course.metrics import roc_auc
from imbalance_course.models import SmallConvNet
from imbalance_course.training import TrainingConfig, predict, step_size, train

CONFIG = TrainingConfig(
    images_total=600,
    images_per_epoch=200,
    batch_size=20,
    learning_rate=1e-2,
    warmup_share=0.25,
    weight_decay=0.01,
    rotation_turns=0.05,
    flip_probability=0.5,
    precision="float64",
)
FIT, HELD_OUT = np.r_[0:60, 80:140], np.r_[60:80, 140:160]


@pytest.fixture(scope="module")
def animals():
    data = draw_animals(80, 80, size=16)
    return torch.from_numpy(data.images), torch.from_numpy(data.labels)


def run(animals, **options):
    images, labels = animals
    torch.manual_seed(0)
    network = SmallConvNet((4, 8)).double()
    loss = options.pop("loss", BinaryCrossEntropy())
    config = options.pop("config", CONFIG)
    return network, train(network, loss, images, labels, FIT, HELD_OUT, config, seed=0, **options)


class StopAfter:
    """Stands for Ctrl-C: raises once the run has seen a number of images."""

    def __init__(self, images: int) -> None:
        self.images = images

    def __call__(self, seen: int) -> None:
        if seen >= self.images:
            raise KeyboardInterrupt


def test_the_same_seed_gives_the_same_weights(animals):
    (first, _), (again, _) = run(animals), run(animals)
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), again.parameters(), strict=True))


@pytest.mark.parametrize("images", [20, 200, 220, 390, 580])
def test_an_interrupted_run_ends_with_the_same_bytes(animals, tmp_path, images):
    undisturbed, expected = run(animals)
    checkpoint = tmp_path / "run.pt"
    with pytest.raises(KeyboardInterrupt):
        run(animals, checkpoint=checkpoint, on_images=StopAfter(images))
    resumed, result = run(animals, checkpoint=checkpoint)
    assert result.history == expected.history
    assert all(
        torch.equal(a, b)
        for a, b in zip(resumed.state_dict().values(), undisturbed.state_dict().values(), strict=True)
    )


def test_a_resumed_run_does_not_repeat_finished_epochs(animals, tmp_path):
    seen = []
    with pytest.raises(KeyboardInterrupt):
        run(animals, checkpoint=tmp_path / "run.pt", on_images=StopAfter(450))
    run(animals, checkpoint=tmp_path / "run.pt", on_images=seen.append)
    assert (seen[0], seen[-1]) == (400, 600)


def test_the_last_epoch_is_kept_where_the_settings_say_so(animals):
    class Worsening(BinaryCrossEntropy):
        """Turns against the truth after the first epoch, so that the last one is the worst."""

        def advance(self, progress):
            self.sign = 1 if progress == 0 else -1

        def forward(self, logits, targets):
            return super().forward(self.sign * logits, targets)

    config = dataclasses.replace(CONFIG, warmup_share=0.0)
    best, kept_best = run(animals, config=config, loss=Worsening())
    last, kept_last = run(animals, config=dataclasses.replace(config, kept_epoch="last"), loss=Worsening())
    assert kept_best.history == kept_last.history
    assert kept_best.best_epoch < kept_last.best_epoch == 3
    scores = [
        roc_auc(animals[1][HELD_OUT].numpy(), predict(network, animals[0], HELD_OUT, torch.float64))
        for network in (best, last)
    ]
    areas = [entry["held_out_roc_auc"] for entry in kept_last.history]
    assert scores == [max(areas), areas[-1]]
    assert areas[-1] < max(areas)


def test_the_network_ends_with_the_weights_of_its_best_epoch(animals):
    from sklearn.metrics import roc_auc_score

    images, labels = animals
    network, result = run(animals)
    areas = [entry["held_out_roc_auc"] for entry in result.history]
    assert areas[result.best_epoch - 1] == max(areas)
    scores = predict(network, images, HELD_OUT, torch.float64)
    assert roc_auc_score(labels[HELD_OUT], scores) == pytest.approx(max(areas))


def test_the_first_training_loss_is_that_of_an_untrained_network(animals):
    still = TrainingConfig(
        **{**vars(CONFIG), "learning_rate": 0.0, "flip_probability": 0.0, "rotation_turns": 0.0}
    )
    images, labels = animals
    network, result = run(animals, config=still)
    network.train()
    with torch.no_grad():
        pixels = images[torch.as_tensor(FIT)].permute(0, 3, 1, 2).double() / 127.5 - 1
        expected = F.binary_cross_entropy_with_logits(
            network(pixels).squeeze(1), labels[torch.as_tensor(FIT)].double()
        )
    assert result.history[0]["loss"] == pytest.approx(
        float(expected), rel=0.1
    )  # batch statistics differ a little


def test_a_loss_that_is_not_finite_stops_the_run_in_words(animals):
    with pytest.raises(CourseError, match="finite training loss, got nan in epoch 1"):
        run(animals, loss=lambda logits, targets: logits.sum() * float("nan"))


def test_probabilities_do_not_depend_on_the_size_of_a_part(animals):
    images, _ = animals
    network, _ = run(animals)
    together = predict(network, images, np.arange(160), torch.float64)
    alone = np.concatenate(
        [predict(network, images, np.array([position]), torch.float64) for position in range(160)]
    )
    np.testing.assert_allclose(together, alone, atol=1e-12)


def test_the_step_size_rises_to_its_peak_and_falls_to_zero():
    sizes = [step_size(CONFIG, step) for step in range(30)]
    assert max(sizes) == pytest.approx(CONFIG.learning_rate, rel=0.05)
    assert np.argmax(sizes) in (6, 7)
    assert sizes[-1] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"batch_size": 0}, "0 < batch_size"),
        ({"images_per_epoch": 10}, "0 < batch_size <= images_per_epoch"),
        ({"precision": "float8"}, "got 'float8'"),
    ],
)
def test_contradictory_settings_are_refused(change, words):
    with pytest.raises(CourseError, match=words):
        TrainingConfig(**{**vars(CONFIG), **change})
