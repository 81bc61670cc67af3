"""From listed files to arrays: images with a class are squeezed, images with masks cut to tiles."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from imbalance_course.datasets.archives import Item
from imbalance_course.datasets.decoding import cut_tiles, squeeze
from imbalance_course.lab.decoded import THUMB, Decoded, OtherSize, Piece, cache_key, load_decoded
from imbalance_course.lab.listing import Listing
from imbalance_course.lab.mask_values import MaskClasses, Survey
from imbalance_course.lab.opening import Picture, Trait, open_mask, open_picture


@dataclass(frozen=True)
class Reader:
    """Reads the files of one folder.

    Attributes:
        root: the folder.
        size: side in pixels of an image or of a tile.
        cache: folder to keep decoded images in.
        on_done: called with 1 after each image.
    """

    root: Path
    size: int
    cache: Path
    on_done: Callable[[int], None]

    def read_images(self, listing: Listing) -> Decoded:
        """Images squeezed to a square."""
        key = cache_key(self.root, listing.items, "images", self.size)
        return load_decoded(
            self.cache / f"lab-{self.size}px-{key}", listing.items, self._squeeze,
            rows=len(listing.items), size=self.size, masked=False, on_done=self.on_done,
        )  # fmt: skip

    def read_tiles(self, listing: Listing, survey: Survey, classes: MaskClasses) -> Decoded:
        """Tiles of images and of their masks; what is filled up at the border counts nowhere.

        Args:
            listing: images and masks.
            survey: what the masks hold; those that were not read are passed over.
            classes: what the numbers of the masks mean.
        """
        items = [listing.items[position] for position in survey.kept]
        rows = int(np.prod(-(-survey.shapes // self.size), axis=1).sum())
        key = cache_key(self.root, items, "tiles", self.size, classes.lookup.tolist())
        return load_decoded(
            self.cache / f"lab-{self.size}px-{key}", items,
            lambda item, depth: self._cut(item, depth, classes.lookup),
            rows=rows, size=self.size, masked=True, on_done=self.on_done,
        )  # fmt: skip

    def _squeeze(self, item: Item, depth: int) -> Piece:
        picture = open_picture(self.root / item.files[0], near=self.size, depth=depth)
        return _piece(picture, squeeze(picture.image, self.size)[None], None)

    def _cut(self, item: Item, depth: int, lookup: np.ndarray) -> Piece:
        picture = open_picture(self.root / item.files[0], depth=depth)
        mask = open_mask(self.root / item.files[1])
        if picture.shape != mask.shape:
            (height, width), (mask_height, mask_width) = picture.shape, mask.shape
            turned = picture.shape == mask.shape[::-1] and picture.traits & Trait.TURNED
            raise OtherSize(
                f"{width} x {height} pixels{' once turned as the camera noted' if turned else ''}, its mask "
                f"{mask_width} x {mask_height}"
            )
        return _piece(picture, *cut_tiles(np.asarray(picture.image), lookup[mask], self.size))


def _piece(picture: Picture, images: np.ndarray, masks: np.ndarray | None) -> Piece:
    thumb = picture.image.resize((THUMB, THUMB), Image.Resampling.BOX, reducing_gap=2.0)
    return Piece(images, masks, np.asarray(thumb), picture.shape, picture.traits, picture.highest)
