"""The page of formulas: every formula is right, found by its name, and leads to a lesson or a function."""

import importlib
import inspect
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from formula_checks import CHECKS
from lesson_checks import prose
from lesson_sources import cited, listed

from imbalance_course import bilevel, losses, metrics, posthoc, weights
from imbalance_course.metrics import confusion, masks

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "book" / "formulas.md").read_text()
FOUND = re.findall(r"^### ([^\n]+)\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
ENTRIES = dict(FOUND)
OTHER_NAMES = re.findall(r"\{index\}`!([^`]+)`", PAGE)
NAMED = re.compile(r"\{py:\w+\}`~?imbalance_course\.([\w.]+)`")
STEPS = re.compile(
    r"\{doc\}`(\d\d) <\.\./lessons/(\w+)>`(?:,\s+Steps?\s+(\d+(?:(?:,|\s+and|\s+to)\s+\d+)*))?"
)
for module in ("class_losses", "masks", "scores", "decisions"):
    importlib.import_module(f"formula_{module}")  # registers its checks


def own_functions(module) -> set[str]:
    functions = inspect.getmembers(module, inspect.isfunction)
    return {name for name, value in functions if value.__module__ == module.__name__ and name[0] != "_"}


def has_no_function_twin(name: str) -> bool:
    loss = getattr(losses, name)
    return inspect.isfunction(loss) or not loss.__doc__.startswith("Module of")


PUBLIC = {
    *(f"losses.{name}" for name in losses.__all__ if has_no_function_twin(name)),
    *(f"weights.{name}" for name in own_functions(weights)),
    *(f"metrics.{name}" for name in metrics.__all__ if inspect.isfunction(getattr(metrics, name))),
    *(f"metrics.masks.{name}" for name in own_functions(masks)),
    *(f"metrics.confusion.{name}" for name in own_functions(confusion)),
    *(f"posthoc.{name}" for name in own_functions(posthoc)),
    *(f"bilevel.{name}" for name in own_functions(bilevel)),
    *(
        f"metrics.Counts.{name}"
        for name, value in vars(metrics.Counts).items()
        if isinstance(value, property)
    ),
    "distance_maps.boundary_map",
    "distance_maps.signed_distance",
} - {"metrics.Counts.total"}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("heading", ENTRIES)
def test_the_formula_gives_what_the_package_or_another_way_gives(heading, seed):
    pairs = list(CHECKS[heading](np.random.default_rng(seed)))
    assert pairs
    for formula, found, *tolerance in pairs:
        np.testing.assert_allclose(np.asarray(found), formula, *(tolerance or [1e-6]), atol=1e-7)


def test_every_check_belongs_to_an_entry_and_every_entry_has_one():
    assert set(CHECKS) == set(ENTRIES)


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_public_loss_weight_and_score_has_an_entry(name):
    assert any(name in NAMED.findall(entry) for entry in ENTRIES.values())


@pytest.mark.parametrize("heading", ENTRIES)
def test_an_entry_has_a_formula_and_leads_to_a_lesson_or_a_function(heading):
    entry = ENTRIES[heading]
    assert entry.count("$$") == 2
    assert STEPS.search(entry) or NAMED.search(entry)


def test_no_name_stands_twice_so_that_each_leads_to_one_place():
    names = [re.sub(r" \(.*\)", "", heading).lower() for heading, _ in FOUND]
    names += [name.lower() for name in OTHER_NAMES]
    assert len(ENTRIES) == len(FOUND) >= 40
    assert len(names) == len(set(names))


def test_letters_behind_a_name_are_a_name_of_their_own():
    letters = set(re.findall(r"^### .+ \((.+)\)$", PAGE, re.MULTILINE))
    assert letters <= set(OTHER_NAMES) | {"VS"}  # "VS loss" there


def test_the_name_is_at_least_half_of_its_heading_as_the_search_asks():
    plain = {heading: re.sub(r" \(.*\)", "", heading) for heading in ENTRIES}
    assert [heading for heading, name in plain.items() if len(name) < len(heading) / 2] == []


@pytest.mark.parametrize("name", sorted(set(NAMED.findall(PAGE))))
def test_a_function_that_the_page_names_is_there(name):
    *modules, last = name.split(".")
    owner = (
        metrics.Counts
        if modules[-1] == "Counts"
        else importlib.import_module(".".join(["imbalance_course", *modules]))
    )
    assert hasattr(owner, last)


@pytest.mark.parametrize("heading", ENTRIES)
def test_the_steps_that_an_entry_names_are_in_the_lesson(heading):
    for number, lesson, steps in STEPS.findall(ENTRIES[heading]):
        text = prose(nbformat.read(ROOT / "lessons" / f"{lesson}.ipynb", as_version=4))
        assert lesson.startswith(number)
        assert [step for step in re.findall(r"\d+", steps) if f"**Step {step}." not in text] == []


def test_works_that_the_page_cites_are_listed():
    assert cited(PAGE) <= listed()
