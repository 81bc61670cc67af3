"""What would run where."""

from collections.abc import Iterator

from imbalance_course.datasets.locations import is_found
from imbalance_course.datasets.registry import find_data_set
from imbalance_course.doctor.finding import Finding, good, note


def look() -> Iterator[Finding]:
    """The three profiles of the Cat-Dog experiment, as an example of every experiment."""
    import torch

    found, gpu = is_found(find_data_set("catdog")), torch.cuda.is_available()
    yield good("catdog --profile demo", "runs", "drawn images, seconds")
    yield (
        good("catdog --profile laptop", "runs", "real images at 64 px, minutes a run on a CPU")
        if found
        else note("catdog --profile laptop", "needs the packs", "`imbalance-course data download catdog`")
    )
    yield (
        good("catdog --profile full", "runs", "VGG16 at 160 px")
        if found and gpu
        else note(
            "catdog --profile full",
            "needs the packs and a GPU",
            "VGG16 at 160 px; on a CPU it takes days",
        )
    )
