"""What one run leaves for the table: settings, counts, scores, and where and when it ran."""

import dataclasses
import hashlib
import json
from dataclasses import dataclass

from imbalance_course.errors import CourseError, NotFiniteError
from imbalance_course.metrics import Counts
from imbalance_course.records.fields import fits, read_object

SCHEMA = 1
# What may differ between two makings of one run. The threshold is compared; the words of its rule are not.
VARYING = (
    "seconds",
    "images_per_second",
    "finished",
    "commit",
    "version",
    "torch_version",
    "device",
    "threshold_rule",
)


@dataclass(frozen=True, kw_only=True)
class Record:
    """One run that is over. Times are in seconds, shares between 0 and 1.

    A run that failed has its settings and the reason; it has no score, no history and no counts.

    A field that has a default is left out of the line where it holds it: a run without a threshold has none,
    and a line written before the field existed reads back unchanged.

    Attributes:
        experiment: name of the experiment.
        row: name of the row of its table.
        profile: demo, laptop or full.
        seed: seed of the training subset, the first weights and the order of the images.
        drawn_data: True when the images were drawn by the package: its numbers say nothing about photographs.
        config: every setting of the run.
        training_counts: items of each class the run trained on, with the repetitions of oversampling.
        held_out_counts: items of each class held out for choosing the epoch and the threshold.
        test_counts_at_half: tp, fp, fn, tn on the test images at probability 0.5.
        threshold: threshold chosen on the held-out part.
        threshold_rule: how it was chosen, in words.
        test_counts_at_threshold: tp, fp, fn, tn at that threshold.
        metrics: further scores on the test images, by name.
        score_histogram: test scores of positives and negatives, counted in bins of equal width on [0, 1].
        best_epoch: the epoch kept, counted from 1.
        history: training loss and held-out ROC AUC of every epoch.
        data_checksum: identifies the data.
        version: version of the package.
        commit: commit of the package's source, or None outside a checkout.
        torch_version: version of torch.
        device: name of the device and its threads.
        seconds: time of training and choosing the epoch.
        images_per_second: training images over that time.
        finished: UTC date and time, ISO 8601.
        test_groups: group of test images (a patient's case) -> rule (``at_half``, ``at_threshold``) -> its
            tp, fp, fn, tn; intervals that resample whole groups are made of it.
        tuning: where settings were chosen by trial, the candidates with their score, and the choice.
        failure: why the run has no scores; None for a run that came to its end.
    """

    experiment: str
    row: str
    profile: str
    seed: int
    drawn_data: bool
    config: dict
    training_counts: dict[str, int]
    held_out_counts: dict[str, int]
    test_counts_at_half: dict[str, int] | None = None
    threshold: float | None = None
    threshold_rule: str | None = None
    test_counts_at_threshold: dict[str, int] | None = None
    metrics: dict[str, float]
    score_histogram: dict[str, list[int]] | None = None
    best_epoch: int
    history: list[dict[str, float]]
    data_checksum: str
    version: str
    commit: str | None
    torch_version: str
    device: str
    seconds: float
    images_per_second: float
    finished: str
    test_groups: dict[str, dict[str, list[int]]] | None = None
    tuning: dict | None = None
    failure: str | None = None

    @property
    def id(self) -> str:
        """First 12 hex digits of the checksum over everything that the same run gives again anywhere."""
        fields = {name: value for name, value in self._written().items() if name not in VARYING}
        return _checksum(_canonical(fields))[:12]

    @property
    def key(self) -> tuple[str, str, str, int]:
        """Experiment, row, profile and seed, which make a run the same run."""
        return self.experiment, self.row, self.profile, self.seed

    @property
    def headline(self) -> str:
        """The score that a list of runs shows, F1 at 0.5 or else the first of the metrics; or "failed"."""
        if self.failure:
            return "failed"
        if self.test_counts_at_half:
            return f"F1 {self.at_half.f1:.3f}"
        name = next(iter(self.metrics))
        return f"{name.replace('_', ' ')} {self.metrics[name]:.3f}"

    @property
    def at_half(self) -> Counts:
        """Test counts at probability 0.5.

        Raises:
            CourseError: the run does not decide between two classes.
        """
        return self._counts("test_counts_at_half")

    @property
    def at_threshold(self) -> Counts:
        """Test counts at the chosen threshold.

        Raises:
            CourseError: the run does not decide between two classes.
        """
        return self._counts("test_counts_at_threshold")

    def to_line(self) -> str:
        """The record as one line of JSON, closed by a checksum of the rest.

        Raises:
            NotFiniteError: a number is not finite; JSON has no way to write it.
        """
        try:
            body = _canonical({"schema": SCHEMA, **self._written()})
        except ValueError as error:
            raise NotFiniteError(
                f"Expected finite numbers in the record of {self.key}, got NaN or infinity."
            ) from error
        return json.dumps({**json.loads(body), "checksum": _checksum(body)}, sort_keys=True)

    @classmethod
    def from_line(cls, line: str) -> "Record":
        """Read a line that ``to_line`` wrote.

        Raises:
            CourseError: the line is not whole, its checksum is off, it has another schema or other fields, or
                a value is no value of its field.
        """
        try:
            fields = read_object(line)
        except ValueError as error:
            raise CourseError(f"Expected one JSON object a line, got a damaged one ({error}).") from error
        checksum = fields.pop("checksum", None)
        if checksum != _checksum(_canonical(fields)):
            raise CourseError(
                "Expected a record whose checksum holds, got one that was changed after the run."
            )
        if fields.pop("schema", None) != SCHEMA:
            raise CourseError(
                f"Expected a record of schema {SCHEMA}; this one comes from another version of the package."
            )
        known = {field.name: field.type for field in dataclasses.fields(cls)}
        wrong = (known.keys() - set(_OPTIONAL) - fields.keys()) | (fields.keys() - known.keys())
        if wrong:
            raise CourseError(f"Expected the fields of a record; these differ: {', '.join(sorted(wrong))}.")
        wrong = {name for name, value in fields.items() if not fits(value, known[name])}
        wrong = wrong or _wrong_counts(fields)
        if wrong:
            raise CourseError(
                f"Expected values that the fields of a record can have; these differ: "
                f"{', '.join(sorted(wrong))}."
            )
        record = cls(**fields)
        if not (record.failure or record.metrics or record.test_counts_at_half):
            raise CourseError("Expected scores, or the reason why there are none, found neither.")
        return record

    def _written(self) -> dict:
        """The fields that a line holds."""
        fields = dataclasses.asdict(self)
        return {name: value for name, value in fields.items() if value is not None or name not in _OPTIONAL}

    def _counts(self, name: str) -> Counts:
        counts = getattr(self, name)
        if counts is None:
            raise CourseError(
                f"Expected {name} in the record of {self.key}, which has none; see its metrics."
            )
        return Counts(**counts)


_OPTIONAL = [field.name for field in dataclasses.fields(Record) if field.default is None]
_FOUR = [field.name for field in dataclasses.fields(Counts)]


def _wrong_counts(fields: dict) -> set[str]:
    """Fields that hold other counts than tp, fp, fn and tn of at least 0; the kinds of their values fit."""
    wrong = set()
    for name in ("test_counts_at_half", "test_counts_at_threshold"):
        counts = fields.get(name)
        if counts is not None and (set(counts) != set(_FOUR) or min(counts.values()) < 0):
            wrong.add(name)
    groups = (fields.get("test_groups") or {}).values()
    fours = [counts for rules in groups for counts in rules.values()]
    named = all(set(rules) == {"at_half", "at_threshold"} for rules in groups)
    if not named or any(len(counts) != len(_FOUR) or min(counts) < 0 for counts in fours):
        wrong.add("test_groups")
    return wrong


def _canonical(fields: dict) -> str:
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _checksum(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
