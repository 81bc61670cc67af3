"""The error class that a learner is meant to read, and its kind for runs whose numbers break."""


class CourseError(ValueError):
    """A mistake that its message explains: what was expected, what came, how to mend it.

    The command line prints the message alone, without a traceback, and exits with code 2.
    """


class NotFiniteError(CourseError):
    """A number of a run is NaN or infinite. The run ends, and its record says so instead of a score."""
