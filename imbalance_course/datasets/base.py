"""What every data set hands to the experiments."""

from dataclasses import dataclass

import numpy as np

IGNORE = 255  # mask value of pixels that count nowhere


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
        skipped: names of images that do not decode and were left out.
    """

    name: str
    images: np.ndarray
    labels: np.ndarray
    groups: np.ndarray
    class_names: tuple[str, ...]
    checksum: str
    drawn: bool = False
    skipped: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def class_counts(self) -> dict[str, int]:
        """Number of images of each class."""
        return {name: int((self.labels == number).sum()) for number, name in enumerate(self.class_names)}


@dataclass(frozen=True)
class MaskSet:
    """Image tiles of one size with a class for every pixel.

    Attributes:
        name: name of the data set.
        images: (N, H, W, 3) uint8.
        masks: (N, H, W) uint8; the class of each pixel, 255 where a pixel counts nowhere.
        groups: (N,) text; tiles that share a group must stay on one side of every split.
        class_names: name of class 0, class 1, ...
        checksum: sha256 that identifies the data.
        drawn: True when the package drew the images itself; figures must then say so.
        skipped: names of images that do not decode and were left out.
    """

    name: str
    images: np.ndarray
    masks: np.ndarray
    groups: np.ndarray
    class_names: tuple[str, ...]
    checksum: str
    drawn: bool = False
    skipped: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.masks)

    @property
    def class_shares(self) -> dict[str, float]:
        """Share of each class among the pixels that count, from 0 to 1.

        Example:
            >>> mask = np.array([[[0, 0, 1, 255]]], dtype=np.uint8)
            >>> MaskSet("made", mask, mask, np.array(["a"]), ("ground", "void"), "").class_shares["void"]
            0.3333333333333333
        """
        counts = sum(np.bincount(mask.ravel(), minlength=IGNORE + 1) for mask in self.masks)
        counts = counts[: len(self.class_names)]
        return {
            name: float(count / counts.sum()) for name, count in zip(self.class_names, counts, strict=True)
        }
