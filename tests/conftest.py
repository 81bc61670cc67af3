"""Settings for every test."""

from hypothesis import settings

# The same examples in every run, and no deadline: a busy machine is not a failure.
settings.load_profile("ci")
