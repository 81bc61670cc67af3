"""What losses that change during the training claim."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from imbalance_course import losses


def draw_items():
    generator = torch.Generator().manual_seed(0)
    return torch.randn(6, 3, generator=generator), torch.randint(3, (6,), generator=generator)


@given(start=st.floats(-5, 5), end=st.floats(-5, 5), progress=st.floats(0, 1))
def test_a_ramp_stays_between_its_ends_and_touches_both(start, end, progress):
    weight = losses.ramp(start, end, begin=0.2, until=0.7)
    assert weight(0.0) == weight(0.2) == start
    assert weight(0.7) == pytest.approx(end) == weight(1.0)
    assert min(start, end) - 1e-12 <= weight(progress) <= max(start, end) + 1e-12


def test_a_combined_loss_is_the_weighted_sum_of_its_terms():
    logits, targets = draw_items()
    combined = losses.CombinedLoss([(0.5, losses.CrossEntropy()), (2.0, losses.FocalLoss(gamma=1.0))])
    expected = 0.5 * losses.cross_entropy(logits, targets) + 2 * losses.focal_loss(logits, targets, gamma=1)
    torch.testing.assert_close(combined(logits, targets), expected)


def test_a_schedule_moves_weight_from_one_term_to_the_other():
    logits, targets = draw_items()
    combined = losses.CombinedLoss(
        [(losses.ramp(1.0, 0.0), losses.CrossEntropy()), (losses.ramp(0.0, 1.0), losses.FocalLoss())]
    )
    first, last = losses.cross_entropy(logits, targets), losses.focal_loss(logits, targets)
    for progress in (0.0, 0.25, 1.0):
        combined.advance(progress)
        expected = (1 - progress) * first + progress * last
        torch.testing.assert_close(combined(logits, targets), expected)


def test_tensors_reach_only_the_terms_that_take_them():
    predictions, targets = torch.tensor([1.0, 2.0]), torch.tensor([0.0, 3.0])
    combined = losses.CombinedLoss(
        [(1.0, losses.ACBMSELoss()), (1.0, losses.MulticlassACBMSELoss(weight=(1.0, 1.0)))]
    )
    value = combined(predictions, targets, classes=torch.tensor([0, 1]))
    assert value == 2 + 2
    with pytest.raises(TypeError, match="Expected tensors that a term takes, got distance_map"):
        combined(predictions, targets, classes=torch.tensor([0, 1]), distance_map=predictions)
    with pytest.raises(ValueError, match="Expected at least one pair"):
        losses.CombinedLoss([])


def test_a_combined_loss_tells_its_terms_how_far_the_training_is():
    late = losses.DeferredReweighting(losses.CrossEntropy(), weight=(1.0, 2.0, 3.0), start=0.5)
    losses.CombinedLoss([(1.0, late)]).advance(0.6)
    assert late.loss.weight.tolist() == [1, 2, 3]


def test_deferred_weights_take_effect_late_and_not_before():
    logits, targets = draw_items()
    loss = losses.DeferredReweighting(losses.LDAMLoss(class_counts=(9, 3, 1)), weight=(0.5, 1.0, 3.0))
    plain = losses.ldam_loss(logits, targets, class_counts=(9, 3, 1))
    weighted = losses.ldam_loss(logits, targets, class_counts=(9, 3, 1), weight=(0.5, 1.0, 3.0))
    for progress, expected in [(0.0, plain), (0.79, plain), (0.8, weighted), (1.0, weighted), (0.1, plain)]:
        loss.advance(progress)
        torch.testing.assert_close(loss(logits, targets), expected)


def test_deferred_weights_need_a_loss_with_weights_and_a_share():
    with pytest.raises(ValueError, match="Expected a loss with class weights, got BinaryFocalLoss"):
        losses.DeferredReweighting(losses.BinaryFocalLoss(), weight=(1.0, 2.0))
    with pytest.raises(ValueError, match="Expected start to be a share of the training, 0 to 1, got 80"):
        losses.DeferredReweighting(losses.CrossEntropy(), weight=(1.0, 2.0), start=80)


def test_a_new_weight_needs_no_new_compilation():
    torch.compiler.reset()
    logits, targets = draw_items()
    graphs = []

    def backend(graph, inputs):
        graphs.append(graph)
        return graph.forward

    combined = losses.CombinedLoss(
        [(losses.ramp(1.0, 0.0), losses.CrossEntropy()), (losses.ramp(0.0, 1.0), losses.FocalLoss())]
    )
    compiled = torch.compile(combined, fullgraph=True, backend=backend)
    for progress in (0.0, 0.5, 1.0):
        combined.advance(progress)
        torch.testing.assert_close(compiled(logits, targets), combined(logits, targets))
    assert len(graphs) == 1
