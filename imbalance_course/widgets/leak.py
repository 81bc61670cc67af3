"""The interactive figure of cases on both sides of a split."""

import numpy as np

from imbalance_course.widgets.base import Figure, Slider

CASES, BENIGN, MOST_IMAGES = 30, 9, 12
DRAWS = 4  # data sets that the scores are averaged over


class CaseLeak(Figure):
    """What a nearest-neighbor model seems worth by image and by case, when cases have a stain of their own.

    Each image is four numbers: three of its stain, one of the look of its nuclei. The stain is that of its
    case plus a standard normal number, so it tells the case and nothing of the class. The look is the signal:
    plus or minus half of ``signal`` by class, plus a standard normal number. An image gets the class of the
    nearest other image (by image) or of the nearest image of another case (by case). Balanced accuracies are
    means over four drawn data sets of 30 cases, 9 of them benign.

    Sliders: ``images`` (of a case), ``strength`` (spread of the stains of cases, in spreads within a case),
    ``signal`` (distance of the two classes in the look, in spreads within a case).

    Example:
        >>> CaseLeak(strength=4)
        CaseLeak(images=10.0, strength=4.0, signal=1.0)
    """

    script = "case_leak.js"
    images = Slider(10, 1, MOST_IMAGES, "Images of a case", step=1, digits=0)
    strength = Slider(3, 0, 6, "Strength of the stain", step=0.1, digits=1)
    signal = Slider(1, 0, 4, "Signal in the nuclei", step=0.1, digits=1)

    def __init__(self, **values: float):
        random = np.random.default_rng(4)
        super().__init__(
            {
                "labels": [int(case < BENIGN) for case in range(CASES)],
                "stains": random.normal(size=(DRAWS, CASES, 3)).round(3).tolist(),
                "noise": random.normal(size=(DRAWS, CASES, MOST_IMAGES, 4)).round(3).tolist(),
                "grid": [round(0.5 * k, 1) for k in range(13)],
            },
            **values,
        )
        self.title = "The same model, judged by image and by case"
