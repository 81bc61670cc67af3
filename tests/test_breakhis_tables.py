"""The claims on BreakHis name rows that exist, and accuracies are compared at one mix of the classes."""

import pytest
from made_records import make_record

from imbalance_course.experiments import tables_breakhis
from imbalance_course.experiments.breakhis import ARTICLE, REMEDIES, SPLITS
from imbalance_course.experiments.tables_breakhis import ACCURACY, accuracy_at_mix, claims, titles_of
from imbalance_course.metrics import Counts
from imbalance_course.records import recorded_runs
from imbalance_course.records.claims import claim_lines

RECORDED = recorded_runs("breakhis", profile="laptop")


@pytest.mark.parametrize("split", SPLITS)
def test_every_claim_compares_two_rows_of_one_split(split):
    titles = set(titles_of("resnet18").values())
    for claim in claims(split):
        assert {claim.row, claim.rival} <= titles
        assert claim.row.endswith(f"by {split}") and claim.rival.endswith(f"by {split}")
    assert len({claim.words for claim in claims(split)}) == len(claims(split))


def test_titles_tell_every_remedy_under_every_split_apart():
    titles = titles_of("resnet18")
    assert len(set(titles.values())) == len(titles) == len(REMEDIES) * len(SPLITS)


@pytest.mark.parametrize("remedy", ARTICLE)
def test_the_article_s_rates_give_the_accuracy_of_the_whole_data_set(remedy):
    article = ARTICLE[remedy]
    # As many images as the data set has, with the article's shares of right ones.
    right = 2480 * article.benign_right / 100, 5429 * article.malignant_right / 100
    counts = Counts(tp=right[0], fn=2480 - right[0], tn=right[1], fp=5429 - right[1])
    assert 100 * accuracy_at_mix(counts) == pytest.approx(article.accuracy_from_classes)
    assert accuracy_at_mix(counts) == pytest.approx(counts.accuracy)


def test_repeating_the_images_of_a_class_does_not_move_the_accuracy_at_the_mix():
    few, many = (
        make_record(
            test_counts_at_half={"tp": 8 * times, "fn": 2 * times, "fp": 3, "tn": 7},
            test_groups={
                "a": {"at_half": [8 * times, 0, 2 * times, 0]},
                "b": {"at_half": [0, 3, 0, 7]},
            },
        )
        for times in (1, 5)
    )
    assert ACCURACY.of(few) == pytest.approx(ACCURACY.of(many))
    assert ACCURACY.of(few) == pytest.approx(2480 / 7909 * 0.8 + 5429 / 7909 * 0.7)
    assert ACCURACY.interval([few]).mean == pytest.approx(ACCURACY.of(few))
    assert ACCURACY.interval([]) is None


@pytest.mark.skipif(not RECORDED, reason="needs recorded runs of the profile laptop")
@pytest.mark.parametrize("split", SPLITS)
def test_the_shipped_records_give_every_claim_a_verdict(split):
    lines = claim_lines(claims(split), tables_breakhis.rows_of(RECORDED))
    assert len(lines) == len(claims(split))
    assert {line["Verdict"] for line in lines} <= {"holds", "does not hold", "cannot be told"}
