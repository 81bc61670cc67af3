"""What one run leaves for the table: settings, counts, scores, and where and when it ran."""

import dataclasses
import hashlib
import json
from dataclasses import dataclass

from imbalance_course.errors import CourseError
from imbalance_course.metrics import Counts

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
    """One finished run. Times are in seconds, shares between 0 and 1.

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
        """The score that a list of runs shows, F1 at 0.5 or else the first of the metrics."""
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
            CourseError: a number is not finite; JSON has no way to write it.
        """
        try:
            body = _canonical({"schema": SCHEMA, **self._written()})
        except ValueError as error:
            raise CourseError(
                f"Expected finite numbers in the record of {self.key}, got NaN or infinity."
            ) from error
        return json.dumps({**json.loads(body), "checksum": _checksum(body)}, sort_keys=True)

    @classmethod
    def from_line(cls, line: str) -> "Record":
        """Read a line that ``to_line`` wrote.

        Raises:
            CourseError: the line is not whole, its checksum is off, or it has another schema or other fields.
        """
        try:
            fields = json.loads(line, parse_constant=_refuse_constant)
        except ValueError as error:
            raise CourseError(f"Expected one JSON object a line, got a damaged one ({error}).") from error
        if not isinstance(fields, dict):
            raise CourseError(f"Expected one JSON object a line, got {type(fields).__name__}.")
        checksum = fields.pop("checksum", None)
        if checksum != _checksum(_canonical(fields)):
            raise CourseError(
                "Expected a record whose checksum holds, got one that was changed after the run."
            )
        if fields.pop("schema", None) != SCHEMA:
            raise CourseError(
                f"Expected a record of schema {SCHEMA}; this one comes from another version of the package."
            )
        known = {field.name for field in dataclasses.fields(cls)}
        wrong = (known - set(_OPTIONAL) - set(fields)) | (set(fields) - known)
        if wrong:
            raise CourseError(f"Expected the fields of a record; these differ: {', '.join(sorted(wrong))}.")
        return cls(**fields)

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


def _canonical(fields: dict) -> str:
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _checksum(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a finite number")
