"""A made-up record for tests; nothing in it was measured."""

import dataclasses

from imbalance_course.records import Record


def make_record(row="balanced", seed=0, **changes) -> Record:
    record = Record(
        experiment="catdog",
        row=row,
        profile="demo",
        seed=seed,
        drawn_data=True,
        config={"batch_size": 50},
        training_counts={"dog": 10, "cat": 10},
        held_out_counts={"dog": 2, "cat": 2},
        test_counts_at_half={"tp": 8, "fp": 2, "fn": 2, "tn": 8},
        threshold=0.4,
        threshold_rule="highest F1",
        test_counts_at_threshold={"tp": 9, "fp": 3, "fn": 1, "tn": 7},
        metrics={"roc_auc": 0.9},
        score_histogram={"positives": [0, 10], "negatives": [10, 0]},
        best_epoch=1,
        history=[{"loss": 0.5, "held_out_roc_auc": 0.9}],
        data_checksum="abc",
        version="0.1.0",
        commit=None,
        torch_version="2.13.0",
        device="CPU",
        seconds=1.5,
        images_per_second=100.0,
        finished="2026-01-01T00:00:00+00:00",
    )
    return dataclasses.replace(record, **changes)
