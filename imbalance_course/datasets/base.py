"""What every data set hands to the experiments."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ImageSet:
    """Images of one size with labels and groups.

    Attributes:
        name: name of the data set.
        images: (N, H, W, 3) uint8.
        labels: (N,) int64; 1 is the positive class.
        groups: (N,) text; items that share a group must stay on one side of every split.
        class_names: name of class 0, class 1, ...
        checksum: sha256 that identifies the data.
        drawn: True when the package drew the images itself; figures must then say so.
    """

    name: str
    images: np.ndarray
    labels: np.ndarray
    groups: np.ndarray
    class_names: tuple[str, ...]
    checksum: str
    drawn: bool = False

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def class_counts(self) -> dict[str, int]:
        """Number of images of each class."""
        return {name: int((self.labels == number).sum()) for number, name in enumerate(self.class_names)}
