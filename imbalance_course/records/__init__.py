"""Recorded runs: one JSON line for each finished (experiment, row, profile, seed)."""

from imbalance_course.records.groups import group_interval, sum_groups
from imbalance_course.records.record import Record
from imbalance_course.records.store import append_record, read_records, recorded_runs

__all__ = ["Record", "append_record", "group_interval", "read_records", "recorded_runs", "sum_groups"]
