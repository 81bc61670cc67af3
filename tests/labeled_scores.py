"""Labels and scores for the tests of the metrics."""

import numpy as np
from hypothesis import strategies as st

# Few distinct scores, so that ties are the rule.
ITEM = st.tuples(st.integers(0, 1), st.sampled_from([0.0, 0.1, 0.25, 0.3, 0.5, 0.75, 0.9, 1.0]))
ITEMS = st.lists(ITEM, min_size=2, max_size=40).filter(lambda items: len({label for label, _ in items}) == 2)


def split(items):
    """Arrays of labels and of scores."""
    labels, scores = zip(*items, strict=True)
    return np.array(labels), np.array(scores)
