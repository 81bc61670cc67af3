"""Dogs vs. Cats: 12 500 photographs of each, the data set of the lecture's experiments."""

from imbalance_course.datasets.base import ImageSet
from imbalance_course.datasets.cache import load_cached
from imbalance_course.datasets.locations import find_packs
from imbalance_course.datasets.packs import Pack, open_pack
from imbalance_course.errors import CourseError

PACK_NAMES = ("catdog-160-cat.zip", "catdog-160-dog.zip")
CLASS_NAMES = ("dog", "cat")  # the cat is the positive class, as in the lecture


def open_catdog() -> list[Pack]:
    """Index both packs.

    Raises:
        CourseError: a pack is missing, damaged, or lists a class other than cat and dog.
    """
    packs = [open_pack(path) for path in find_packs(PACK_NAMES)]
    for pack in packs:
        strange = sorted(set(pack.column("label")) - set(CLASS_NAMES))
        if strange:
            raise CourseError(f"Expected the labels cat and dog in {pack.path}, got {', '.join(strange)}.")
    return packs


def load_catdog(size: int = 160, on_done=None) -> ImageSet:
    """Cat-Dog at one image size.

    Args:
        size: side in pixels; the packs hold 160.
        on_done: called with a number of images while they are decoded for the first time.

    Returns:
        25 000 images; label 1 is the cat. Near-duplicate photographs share a group.

    Raises:
        CourseError: the packs are missing or damaged.

    Reference:
        Elson et al., Asirra: a CAPTCHA that exploits interest-aligned manual image categorization, 2007.
    """
    return load_cached("catdog", open_catdog(), CLASS_NAMES, size, on_done)
