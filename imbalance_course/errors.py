"""The one error class that a learner is meant to read."""


class CourseError(ValueError):
    """A mistake that its message explains: what was expected, what came, how to mend it.

    The command line prints the message alone, without a traceback, and exits with code 2.
    """
