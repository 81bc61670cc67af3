"""The interactive figure of resampling."""

import numpy as np

from imbalance_course.widgets.base import Figure, Slider, Switch

NEGATIVES, POSITIVES = 440, 40
CENTER = (1.6, 1.2)  # of the positives; the negatives are centered at 0


class ResampledBoundary(Figure):
    """The boundary of a logistic regression whose training rows are repeated, dropped or made up by SMOTE.

    Two normal clouds in the plane, 40 positives among 440 negatives. A larger setting of a slider keeps what
    a smaller one had: rows are dropped from the end of a list and added at the end of another.

    Sliders: ``copies`` (how often a positive is used on average), ``kept`` (share of the negatives that
    stay), ``synthetic`` (share of the added positives that are made up), ``neighbors`` (among how many of the
    nearest positives SMOTE picks the second end). Switch: ``corrected`` (whether the logarithm of the ratio
    of the two factors is taken off the logit).

    Example:
        >>> ResampledBoundary(copies=1, kept=0.5)
        ResampledBoundary(copies=1.0, kept=0.5, synthetic=0.0, neighbors=5.0, corrected=False)
    """

    script = "resampled_boundary.js"
    copies = Slider(5, 1, 11, "Factor on positives ρ₁", log=True)
    kept = Slider(1, 0.09, 1, "Share of negatives kept ρ₀", log=True)
    synthetic = Slider(0, 0, 1, "SMOTE's share of the added rows", step=0.05)
    neighbors = Slider(5, 1, POSITIVES - 1, "SMOTE's neighbors k", step=1, digits=0)
    corrected = Switch(False, "Take log(ρ₁/ρ₀) off the logit")

    def __init__(self, **values: float | bool):
        random = np.random.default_rng(6)
        negatives = random.normal(size=(NEGATIVES, 2)).round(2)
        positives = (random.normal(size=(POSITIVES, 2)) + CENTER).round(2)
        apart = np.linalg.norm(positives[:, None] - positives[None], axis=2)
        np.fill_diagonal(apart, np.inf)
        most = round((type(self).copies.high - 1) * POSITIVES)
        center = np.array(CENTER)
        super().__init__(
            {
                "negatives": negatives.tolist(),
                "positives": positives.tolist(),
                # Row i lists the other positives, the nearest first.
                "nearest": np.argsort(apart, axis=1, kind="stable")[:, :-1].tolist(),
                # For each synthetic row: where its second end lies among the neighbors, and how far it goes.
                "partners": random.random(most).round(4).clip(max=0.9999).tolist(),
                "steps": random.random(most).round(4).tolist(),
                # Slopes and offset of the true logit, by Bayes' rule for two normal clouds.
                "truth": [*CENTER, float(np.log(POSITIVES / NEGATIVES) - center @ center / 2)],
            },
            **values,
        )
        self.title = "Where resampling moves the boundary"
