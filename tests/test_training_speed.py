"""Operations are counted as on paper, and the step is compiled only where that is asked for or pays."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from imbalance_course.errors import CourseError
from imbalance_course.losses import BinaryCrossEntropy
from imbalance_course.models import VGG16, SmallConvNet, make_network
from imbalance_course.training import TrainingConfig, compilation, speed, train
from imbalance_course.training.compilation import STEPS_THAT_REPAY, translate
from imbalance_course.training.speed import matmul_rate, share_of_matmul_rate, training_flops

CPU, GPU = torch.device("cpu"), torch.device("cuda")


def config(steps: int, setting: str = "auto") -> TrainingConfig:
    images = 2 * steps
    return TrainingConfig(
        images_total=images, images_per_epoch=images, batch_size=2, learning_rate=1e-3, precision="float32",
        compile=setting,
    )  # fmt: skip


def test_vgg16_costs_what_its_thirteen_layers_add_up_to():
    side, channels, whole, first = 64, 3, 0, None
    for block in ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512)):
        for width in block:
            layer = 2 * 9 * channels * width * side**2
            first, whole, channels = first or layer, whole + layer, width
        side //= 2
    whole += 2 * 512 * side**2
    assert training_flops(VGG16(64), 64) == 3 * whole - first


def test_grouped_convolutions_cost_their_share():
    # The paper's table 2: 0.39 billion multiplications, each with an addition, forward.
    operations = training_flops(make_network("efficientnet-b0", 224, 1000), 224)
    assert operations / 3 / 2 == pytest.approx(0.39e9, rel=0.05)


def test_counting_neither_runs_nor_changes_the_network():
    network = SmallConvNet((4, 8))
    before = {name: value.clone() for name, value in network.state_dict().items()}
    training_flops(network, 32)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_a_run_at_half_the_rate_has_half_the_share():
    network = SmallConvNet((4,))
    rate = 2 * training_flops(network, 32) * 1000
    assert share_of_matmul_rate(1000, network, 32, rate) == pytest.approx(0.5)


def test_the_matmul_rate_is_that_of_the_fastest_product(monkeypatch):
    ticks = iter(np.cumsum([0, 9, 0, 9, 0, 4, 0, 2, 0, 3]).tolist())  # two to warm up, then 4, 2 and 3 s
    monkeypatch.setattr(speed, "time", SimpleNamespace(perf_counter=lambda: next(ticks)))
    monkeypatch.setitem(speed.MATRIX_SIDE, "cpu", 10)
    assert matmul_rate(CPU, torch.float32, rounds=3) == 2 * 10**3 / 2


@pytest.mark.parametrize(
    ("setting", "device", "steps", "words"),
    [
        ("off", GPU, STEPS_THAT_REPAY, "off"),
        ("auto", CPU, STEPS_THAT_REPAY, "off: on a CPU"),
        ("auto", GPU, STEPS_THAT_REPAY - 1, "off: 9999 steps do not repay it"),
        ("auto", GPU, STEPS_THAT_REPAY, "on"),
        ("on", CPU, 1, "on"),
    ],
)
def test_the_step_is_compiled_where_asked_for_or_where_it_pays(monkeypatch, setting, device, steps, words):
    monkeypatch.setattr(compilation, "_try_compiler", lambda device: "")
    monkeypatch.setattr(torch, "compile", lambda step, **options: "translated")
    step, said = translate(len, config(steps, setting), device)
    assert said == words
    assert step == ("translated" if words == "on" else len)


def test_without_a_compiler_auto_goes_on_without(monkeypatch):
    monkeypatch.setattr(compilation, "_try_compiler", lambda device: "no C++ compiler")
    assert translate(len, config(STEPS_THAT_REPAY), GPU) == (len, "off: no C++ compiler")


def test_without_a_compiler_on_is_refused_in_words(monkeypatch):
    def broken(function):
        def fail(*arguments):
            raise RuntimeError("no C++ compiler\nmore words")

        return fail

    monkeypatch.setattr(torch, "compile", broken)
    with pytest.raises(CourseError, match=r"working compiler for torch.compile, got: no C\+\+ compiler; set"):
        translate(len, config(1, "on"), CPU)


def test_an_unknown_setting_is_refused():
    with pytest.raises(CourseError, match="compile to be among auto, on, off, got 'maybe'"):
        config(1, "maybe")


def test_a_translated_step_trains_like_the_plain_one(monkeypatch):
    real = torch.compile
    monkeypatch.setattr(torch, "compile", lambda step, **options: real(step, backend="aot_eager", **options))
    torch.manual_seed(0)
    images, labels = torch.randint(0, 256, (12, 8, 8, 3), dtype=torch.uint8), torch.arange(12) % 2
    histories = []
    for setting in ("off", "on"):
        torch.manual_seed(0)
        result = train(
            SmallConvNet((4,)), BinaryCrossEntropy(), images, labels, np.arange(8), np.arange(8, 12),
            config(4, setting), seed=0,
        )  # fmt: skip
        assert result.compiled == setting
        histories.append(result.history[0]["loss"])
    assert histories[0] == pytest.approx(histories[1], rel=1e-5)
