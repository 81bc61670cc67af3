"""Arrays that grow on disk while images are decoded, so that memory never holds all of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np


@contextmanager
def growing_array(path: Path) -> Iterator[Callable[[np.ndarray], None]]:
    """An array that is written piece by piece, in the format of ``np.save``.

    Args:
        path: the file.

    Yields:
        A function that appends uint8 rows, all of one shape.

    Raises:
        OSError: the file cannot be written.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with growing_array(Path(folder) / "rows.npy") as append:
        ...         append(np.zeros((2, 3), np.uint8))
        ...         append(np.ones((1, 3), np.uint8))
        ...     np.load(Path(folder) / "rows.npy").tolist()
        [[0, 0, 0], [0, 0, 0], [1, 1, 1]]
    """
    with path.open("wb") as file:
        count, row = 0, ()

        def append(rows: np.ndarray) -> None:
            nonlocal count, row
            if not count:
                row = rows.shape[1:]
                _write_header(file, (0, *row))
            file.write(np.ascontiguousarray(rows, dtype=np.uint8))
            count += len(rows)

        yield append
        file.seek(0)
        _write_header(file, (count, *row))


def _write_header(file: BinaryIO, shape: tuple[int, ...]) -> None:
    """As long for every number of rows: NumPy leaves room for the first axis to grow."""
    np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})
