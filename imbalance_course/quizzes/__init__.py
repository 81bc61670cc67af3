"""Three questions at the end of each lesson; every answer, right or wrong, is explained.

Example:
    >>> from imbalance_course import quizzes
    >>> quizzes.show("04")
    Quiz of lesson 04: 3 questions
"""

from imbalance_course.quizzes.core import Option, Question, Quiz, show

__all__ = ["Option", "Question", "Quiz", "show"]
