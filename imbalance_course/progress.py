"""Progress bars with images per second and time left."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from imbalance_course.records import Record


class ImageSpeed(ProgressColumn):
    """Images per second over the last half minute."""

    def render(self, task: Task) -> Text:
        """The number, or a dash before the first images."""
        return Text(f"{task.speed:,.0f} images/s" if task.speed else "-")


def make_bar(console: Console | None = None) -> Progress:
    """A bar: what, how far, images per second, time left."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), ImageSpeed(), TimeRemainingColumn(), console=console
    )


@contextmanager
def image_bar(title: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar for one job, of unknown length without a total; yields a function of the images finished."""
    with make_bar() as bar:
        task = bar.add_task(title, total=total)
        yield lambda count: bar.advance(task, count)


class RunBar:
    """Watches an experiment and draws one bar for each run."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.bar = make_bar(console)
        self.task = None

    def __enter__(self) -> "RunBar":
        self.bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.bar.stop()

    def skipped(self, row: str, seed: int) -> None:
        """A run that is recorded already."""
        self.console.print(f"{row}, seed {seed}: recorded already")

    def waiting(self, row: str, seed: int) -> None:
        """Another process is at this run."""
        self.console.print(f"{row}, seed {seed}: another process runs it; waiting for its record")

    def decoded(self, images: int) -> None:
        """Some images were decoded for the first time."""
        if self.task is None:
            self.task = self.bar.add_task("decoding images", total=None)
        self.bar.advance(self.task, images)

    def started(self, row: str, seed: int, images_total: int) -> None:
        """A run begins."""
        if self.task is not None:
            self.bar.remove_task(self.task)
        self.task = self.bar.add_task(f"{row}, seed {seed}", total=images_total)

    def trained(self, images_seen: int) -> None:
        """The run has seen this many images."""
        self.bar.update(self.task, completed=images_seen)

    def finished(self, record: Record) -> None:
        """A run ended and is recorded."""
        if record.failure:
            self.console.print(f"{record.row}, seed {record.seed} failed: {record.failure}", soft_wrap=True)
            return
        moved = ""
        if record.threshold is not None:
            headline_is_f1 = record.test_counts_at_half is not None
            moved = " at 0.5, " if headline_is_f1 else ", F1 "
            moved += f"{record.at_threshold.f1:.3f} at threshold {record.threshold:.2f}"
        self.console.print(
            f"{record.row}, seed {record.seed}: {record.headline}{moved}, {record.seconds:.0f} s",
            soft_wrap=True,
        )
