"""Data sets to be prepared by the command line, and what must stay as it is meanwhile."""

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from made_data import encoded

CATDOG = "kagglecatsanddogs_5340.zip"
BREAKHIS = "BreaKHis_v1.tar.gz"
SLIDE = "BreaKHis_v1/histology_slides/breast/{0}/SOB/x/SOB_{1}/200X/SOB_{2}-14-{3}-200-001.png"


def photographs() -> dict[str, bytes]:
    """Two cats and two dogs, as they are published."""
    return {
        f"PetImages/{kind}/{number}.jpg": encoded((90 * number, 40, 0), kind="JPEG")
        for kind in ("Cat", "Dog")
        for number in range(2)
    }


def slides() -> list[tuple[str, bytes]]:
    """Two slides of each class, as they are published; enough to go over several blocks of a tar."""
    names = [SLIDE.format("benign", "B", "B_A", case) for case in (11, 12)]
    names += [SLIDE.format("malignant", "M", "M_DC", case) for case in (13, 14)]
    return [(name, encoded((9, 40 * number, 7), (30, 20))) for number, name in enumerate(names)]


class Prepared:
    """What ``data prepare`` said, with the checks that hold for every input.

    Args:
        command: the command line of a test.
        place: folder of the test; data lie some folders below it.
    """

    def __init__(self, command, place: Path) -> None:
        self.command, self.place = command, place
        self.data = place / "some" / "where" / "data"
        self.data.mkdir(parents=True)

    def __call__(self, name: str, size: int = 8) -> tuple[int, str, str]:
        """Run the command: nothing but the cache is written, and no name of a file commands the terminal."""
        before = self._listed()
        code, out, err = self.command("data", "prepare", name, "--size", str(size))
        assert self._listed() == before
        assert "Traceback" not in out + err and "\x1b" not in out + err
        return code, out, err

    def refused(self, name: str, sentence: str, size: int = 8) -> str:
        """It is refused in one sentence, and no array is left that looks finished."""
        code, _, err = self(name, size)
        assert code == 2 and sentence in err, err
        assert len(err.strip().splitlines()) == 1
        assert not list((self.place / "cache").glob("*px*"))
        return err

    def ready(self, name: str, size: int = 8) -> tuple[int, str]:
        """It is prepared: number of images, and what is said of those left out."""
        code, out, err = self(name, size)
        assert (code, err) == (0, ""), err
        line = next(line for line in out.splitlines() if "are ready" in line)
        return int(line.split()[0]), out.partition("left out")[2]

    def _listed(self) -> list[str]:
        entries = (entry.relative_to(self.place).as_posix() for entry in self.place.rglob("*"))
        return sorted(entry for entry in entries if entry.split("/")[0] != "cache")


@contextmanager
def bounded_memory(megabytes: float) -> Iterator[None]:
    """Fail where the block holds more at once than so much, in what Python itself allots."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < megabytes * 1e6, f"{peak / 1e6:.0f} MB"
