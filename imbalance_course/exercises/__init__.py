"""Self-checks of the lessons: right, or what may have gone wrong.

Example:
    >>> from imbalance_course import exercises
    >>> exercises.check("01-1", ...)
    Exercise 01-1: not answered yet. Replace the dots and run the cell again.
"""

from imbalance_course.exercises.core import Exercise, Mistake, Verdict
from imbalance_course.exercises.registry import ALL, check, evaluate

__all__ = ["ALL", "Exercise", "Mistake", "Verdict", "check", "evaluate"]
