"""Small folders in memory and made-up predictions, for tests of what follows reading and splitting."""

import dataclasses

import numpy as np
from made_records import make_record

from imbalance_course.datasets import MaskSet, draw_animals
from imbalance_course.lab.choosing import RunPredictions
from imbalance_course.lab.folders import LabFolder
from imbalance_course.lab.predictions import ImagePredictions
from imbalance_course.lab.running import LabRun
from imbalance_course.lab.settings import make_config
from imbalance_course.lab.splitting import split_folder


def animals(dogs=30, cats=12, size=16) -> LabFolder:
    """Two classes; of the names one is hostile to a page."""
    data = draw_animals(dogs, cats, size=size)
    files = tuple(f"animals/{number}<script>fail()</script>&.png" for number in range(len(data)))
    return LabFolder(data, files, "classes", False, ())


def specks(count=12, size=32, classes=3) -> LabFolder:
    """Masks with a bright square of each class in noise, one of 300 pixels or so."""
    random = np.random.default_rng(4)
    images = random.integers(60, 120, (count, size, size, 3)).astype(np.uint8)
    masks = np.zeros((count, size, size), dtype=np.uint8)
    for image, mask in zip(images, masks, strict=True):
        for number in range(1, classes):
            top, left = random.integers(0, size - 3, 2)
            mask[top : top + 2, left : left + 2] = number
            image[top : top + 2, left : left + 2, number - 1] = 250
    masks[:, 0, 0] = 255
    names = ("ground", "speck", "spot")[:classes]
    groups = np.array([f"g{number}" for number in range(count)])
    data = MaskSet("specks", images, masks, groups, names, checksum="specks", drawn=True)
    return LabFolder(data, tuple(f"images/{number}.png" for number in range(count)), "masks", True, ())


def tiny_config(folder: LabFolder, budget="32"):
    """Settings for a run of a second."""
    widths = (4, 8) if folder.kind == "classes" else (4, 4, 4, 4, 4, 4)
    config = make_config(folder, budget=budget)
    return dataclasses.replace(config, widths=widths, precision="float32", images_per_epoch=config.batch_size)


def made_runs(folder: LabFolder, methods=("plain", "focal"), seeds=(0, 1, 2), help=None) -> list[LabRun]:
    """Runs on images whose logits are drawn; ``help`` is added to the right logit of a method."""
    labels, classes = folder.data.labels, len(folder.data.class_names)
    runs = []
    for method in methods:
        for seed in seeds:
            random = np.random.default_rng([seed])  # the same noise for every method: a paired comparison
            parts = split_folder(folder, seed=seed)

            def predict(positions, random=random, method=method):
                logits = random.normal(size=(len(positions), classes))
                logits += (1.0 + (help or {}).get(method, 0.0)) * np.eye(classes)[labels[positions]]
                counts = np.bincount(labels, minlength=classes)
                return ImagePredictions(positions, labels[positions], logits, counts, classes - 1)

            config = dataclasses.asdict(tiny_config(folder))
            counts = {
                part: dict(zip(folder.data.class_names, np.bincount(labels[places]).tolist(), strict=True))
                for part, places in (("training_counts", parts.fit), ("held_out_counts", parts.held_out))
            }
            record = make_record(method, seed, config=config, data_checksum=folder.data.checksum, **counts)
            predictions = RunPredictions(method, seed, predict(parts.held_out), predict(parts.test))
            runs.append(LabRun(record, predictions))
    return runs
