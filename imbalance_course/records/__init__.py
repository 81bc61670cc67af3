"""Recorded runs, one JSON line for each finished (experiment, row, profile, seed), and recorded speeds."""

from imbalance_course.records.groups import group_difference, group_interval, sum_groups
from imbalance_course.records.record import Record
from imbalance_course.records.speeds import append_speed, recorded_speeds
from imbalance_course.records.store import append_record, find_record, read_records, recorded_runs

__all__ = [
    "Record",
    "append_record",
    "append_speed",
    "find_record",
    "group_difference",
    "group_interval",
    "read_records",
    "recorded_runs",
    "recorded_speeds",
    "sum_groups",
]
