"""What an experiment is, and what running one of its rows gives back."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from torch import Tensor, nn

from imbalance_course.errors import CourseError


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What running one row gives back, whatever the task; a subclass adds what the task predicts.

    Attributes:
        training_counts: items of each class the run trained on.
        best_epoch: the epoch kept, counted from 1.
        history: scores of every epoch.
        seconds: time of training and choosing the epoch.
        images_seen: training images over all epochs.
        weights: of the network, in the epoch kept; None where the experiment keeps no networks.
    """

    training_counts: dict[str, int]
    best_epoch: int
    history: list[dict[str, float]]
    seconds: float
    images_seen: int
    weights: dict[str, Tensor] | None = None

    @property
    def held_out_score(self) -> float:
        """What candidates for a setting are compared by, on the held-out part; higher is better.

        Raises:
            NotImplementedError: the subclass does not say how.
        """
        raise NotImplementedError

    def score(self, data: Any) -> dict[str, Any]:
        """The fields of a record that depend on the task.

        Raises:
            NotImplementedError: the subclass does not say how to score.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class Experiment:
    """A results table: its rows, its profiles, and how to load data and run one row.

    Attributes:
        name: name on the command line.
        title: one line for people.
        rows: row name -> one line for people.
        profiles: profile name -> configuration, a dataclass with a field ``precision``.
        load: (configuration, on_done) -> data with ``images``, ``checksum`` and ``drawn``.
        count_images: (configuration) -> training images of one run.
        run: (row, configuration, data, images on the device, seed, checkpoint, on_images) -> outcome.
        offers: (row, configuration) -> whether the profile has the row.
        candidates: (row) -> settings to try when the row is tuned; none leaves it as it is.
        tuned: whether the runs of its table are tuned.
        simulated: whether every profile draws its data, so that its table is about drawn data.
        make_network: (row, configuration, classes) -> network of the row with fresh weights; None where
            networks are not kept.
    """

    name: str
    title: str
    rows: Mapping[str, str]
    profiles: Mapping[str, Any]
    load: Callable[..., Any]
    count_images: Callable[[Any], int]
    run: Callable[..., Outcome]
    offers: Callable[[str, Any], bool] = lambda row, config: True
    candidates: Callable[[str], Sequence[dict[str, Any]]] = lambda row: ()
    tuned: bool = False
    simulated: bool = False
    make_network: Callable[[str, Any, int], nn.Module] | None = None

    def config(self, profile: str):
        """Configuration of a profile.

        Raises:
            CourseError: no such profile.
        """
        if profile not in self.profiles:
            raise CourseError(f"Expected a profile among {', '.join(self.profiles)}, got {profile!r}.")
        return self.profiles[profile]

    def restore_config(self, fields: dict):
        """Configuration that a record holds; a setting younger than the record takes its default.

        Raises:
            CourseError: a setting is unknown to this version of the package, or one is missing.
        """
        kind = type(next(iter(self.profiles.values())))
        try:
            return kind(**{name: _freeze(value) for name, value in fields.items()})
        except TypeError as error:
            raise CourseError(
                f"Expected the settings of this version's {self.name}, got others ({error}). "
                "The record names the version that made it."
            ) from error

    def check_rows(self, profile: str, names: list[str] | None) -> list[str]:
        """The named rows, or all rows of the profile.

        Raises:
            CourseError: a name is not a row of the profile.
        """
        config = self.config(profile)
        known = [row for row in self.rows if self.offers(row, config)]
        unknown = [name for name in names or [] if name not in known]
        if unknown:
            raise CourseError(f"Expected rows among {', '.join(known)}; got {', '.join(unknown)}.")
        return list(dict.fromkeys(names)) if names else known


class Watch(Protocol):
    """Who is told how far a run is; the command line shows a progress bar, a notebook nothing."""

    def skipped(self, row: str, seed: int) -> None: ...
    def waiting(self, row: str, seed: int) -> None: ...
    def decoded(self, images: int) -> None: ...
    def started(self, row: str, seed: int, images_total: int) -> None: ...
    def trained(self, images_seen: int) -> None: ...
    def finished(self, record: Any) -> None: ...


class Silence:
    """A watch that says nothing."""

    def skipped(self, row: str, seed: int) -> None:
        """Ignore."""

    def waiting(self, row: str, seed: int) -> None:
        """Ignore."""

    def decoded(self, images: int) -> None:
        """Ignore."""

    def started(self, row: str, seed: int, images_total: int) -> None:
        """Ignore."""

    def trained(self, images_seen: int) -> None:
        """Ignore."""

    def finished(self, record: Any) -> None:
        """Ignore."""


def config_fields(config: Any) -> dict[str, Any]:
    """A configuration as JSON can write it: tuples become lists."""
    return {name: _thaw(value) for name, value in dataclasses.asdict(config).items()}


def _freeze(value: Any) -> Any:
    return tuple(_freeze(item) for item in value) if isinstance(value, list) else value


def _thaw(value: Any) -> Any:
    return [_thaw(item) for item in value] if isinstance(value, list | tuple) else value
