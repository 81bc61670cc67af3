"""The report: one HTML page that opens without a network and says what each of its numbers is."""

import datetime
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jinja2 import Environment, PackageLoader, StrictUndefined

import imbalance_course
from imbalance_course.errors import CourseError
from imbalance_course.lab import numbers, words
from imbalance_course.lab.calibrating import fit_temperature
from imbalance_course.lab.choosing import (
    Candidate,
    Recommendation,
    compare,
    find_baseline,
    recommend,
    weigh_candidates,
)
from imbalance_course.lab.figures import draw_calibration, draw_methods, draw_precision_recall
from imbalance_course.lab.folders import LabFolder
from imbalance_course.lab.learning import positive_class
from imbalance_course.lab.methods import METHODS, PLAIN
from imbalance_course.lab.pictures import worst_mistakes
from imbalance_course.lab.predictions import USUAL_DECISION
from imbalance_course.lab.running import LabRun
from imbalance_course.lab.scoring import (
    balanced_accuracy,
    calibration_error,
    choose_decision,
    count_calls,
    probability_of,
    score_classes,
)
from imbalance_course.lab.tallies import class_lines, confusion_lines, part_lines, score_lines
from imbalance_course.records import Record
from imbalance_course.writing import written_beside

MOST_CURVES = 6  # classes whose curves are told apart by color


def write_report(
    file: Path,
    folder: LabFolder,
    runs: Sequence[LabRun],
    *,
    command: str,
    cost_ratio: float | None = None,
) -> Recommendation:
    """Write the report beside its place, then into it.

    Args:
        file: the page.
        folder: what was trained on.
        runs: of every method; the baseline is among them. A method of which a run failed is left out of the
            comparison, and the report says so.
        command: what to type for the same report.
        cost_ratio: of a miss to a false alarm, for two classes; None compares by F1.

    Returns:
        What the report recommends.

    Raises:
        CourseError: the baseline failed.
    """
    failed = [run.record for run in runs if run.record.failure]
    runs = _comparable(runs, failed)
    candidates = weigh_candidates([run.predictions for run in runs], cost_ratio)
    titles = {name: method.title for name, method in METHODS[folder.kind].items()}
    advice = recommend(candidates, titles)
    environment = Environment(
        loader=PackageLoader("imbalance_course.lab", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("report.html.jinja").render(
        describe_data(folder, runs)
        | describe_choice(folder, candidates, advice, titles, cost_ratio)
        | describe_chosen(folder, runs, advice, cost_ratio)
        | describe_making(runs, command)
        | {"failures": _failure_lines(failed, titles)}
    )
    with written_beside(file) as handle:
        # A file name may hold bytes that are no text; they are shown, not refused.
        handle.write(page.encode("utf-8", "backslashreplace"))
    return advice


def describe_data(folder: LabFolder, runs: Sequence[LabRun]) -> dict[str, Any]:
    """What the folder holds and how it was split."""
    return {
        "name": folder.data.name,
        "drawn": folder.data.drawn,
        "kind": folder.kind,
        "items": "images" if folder.kind == "classes" else "pixels",
        "grouped": folder.grouped,
        "images": numbers.count(len(set(folder.files))),
        "tiles": numbers.count(len(folder.files)),
        "groups": numbers.count(len(np.unique(folder.data.groups))),
        "size": folder.data.images.shape[1],
        "findings": folder.findings,
        "classes": class_lines(folder),
        "parts": part_lines(folder, runs[0]),
        "splits": len({run.record.seed for run in runs}),
    }


def describe_choice(
    folder: LabFolder,
    candidates: Sequence[Candidate],
    advice: Recommendation,
    titles: dict[str, str],
    cost_ratio: float | None,
) -> dict[str, Any]:
    """Methods beside each other, and what follows."""
    baseline = find_baseline(candidates)

    def title(candidate: Candidate) -> str:
        return f"{titles[candidate.method]}, {words.way_text(folder, candidate)}"

    def lines(part: str) -> list[dict[str, Any]]:
        found = []
        for each in candidates:
            values, base = getattr(each, part), getattr(baseline, part)
            difference = compare(values, base)
            found.append(
                {
                    "title": title(each),
                    "score": numbers.interval_parts(words.spread(values, cost_ratio)),
                    "difference": {"mean": "baseline", "ends": ""}
                    if each is baseline
                    else numbers.interval_parts(difference.interval, signed=True),
                    "verdict": "" if each is baseline else difference.verdict,
                    "chosen": each is advice.chosen,
                }
            )
        return found

    shown = {
        title(each): {
            "held-out": words.spread(each.held_out, cost_ratio),
            "test": words.spread(each.test, cost_ratio),
        }
        for each in candidates
    }
    score = words.score_name(folder, cost_ratio)
    return {
        "score_name": score,
        "score_meaning": words.explain_score(folder, cost_ratio),
        "moving_meaning": words.explain_moving(folder),
        "held_out_lines": lines("held_out"),
        "test_lines": lines("test"),
        "compared": sum(each.method != PLAIN for each in candidates),
        "figure_methods": draw_methods(shown, score),
        "advice_title": titles[advice.chosen.method],
        "advice_decision": words.decision_text(folder, advice.chosen),
        "advice_reason": advice.reason,
        "advice_score": numbers.interval_text(words.spread(advice.chosen.test, cost_ratio)),
        "baseline_title": title(baseline),
    }


def describe_chosen(
    folder: LabFolder, runs: Sequence[LabRun], advice: Recommendation, cost_ratio: float | None
) -> dict[str, Any]:
    """Test parts of the recommended method: classes, thresholds, confusions, calibration, mistakes."""
    chosen = [run.predictions for run in runs if run.predictions.method == advice.chosen.method]
    decisions = [advice.chosen.decisions[run.seed] for run in chosen]
    tests = list(zip([run.test for run in chosen], decisions, strict=True))
    scored = [score_classes(test, decision) for test, decision in tests]
    temperatures = [fit_temperature(run.held_out) for run in chosen]
    fitted = None not in temperatures
    matrix = sum(test.matrix(decision) for test, decision in tests)
    names = folder.data.class_names
    return {
        "scores": score_lines(names, scored),
        "binary": len(names) == 2,
        "positive": names[positive_class(folder.data)] if len(names) == 2 else "",
        "rarest": numbers.count(min(each.items for each in scored[0] if each.items)),
        "absent": [names[i] for i in range(len(names)) if any(each[i].items == 0 for each in scored)],
        "balanced_accuracy": numbers.number(float(np.mean([balanced_accuracy(each) for each in scored]))),
        "accuracy": numbers.number(float(np.trace(matrix) / matrix.sum())),
        "careless": numbers.number(float(matrix.sum(axis=1).max() / matrix.sum())),
        "thresholds": _threshold_lines(chosen, cost_ratio) if len(names) == 2 else [],
        "figure_curves": _draw_curves(folder, chosen, decisions),
        "confusion": confusion_lines(matrix),
        "class_names": names,
        "figure_calibration": draw_calibration(
            [(run.test, t) for run, t in zip(chosen, temperatures, strict=True)]
        ),
        "error_as_trained": numbers.number(float(np.mean([calibration_error(run.test) for run in chosen]))),
        "temperature_meaning": words.explain_temperature(float(np.mean(temperatures))) if fitted else "",
        "temperature": numbers.number(float(np.mean(temperatures)), 2) if fitted else "",
        "error_with_temperature": numbers.number(
            float(np.mean([calibration_error(r.test, t) for r, t in zip(chosen, temperatures, strict=True)]))
        )
        if fitted
        else "",
        "mistakes": worst_mistakes(folder, tests),
        "mistaken": numbers.count(matrix.sum() - np.trace(matrix)),
        "tested": numbers.count(matrix.sum()),
    }


def describe_making(runs: Sequence[LabRun], command: str) -> dict[str, Any]:
    """How to make the report again, and what it was made with."""
    records = [run.record for run in runs]
    return {
        "command": command,
        "versions": {
            "imbalance_course": imbalance_course.__version__,
            "Python": platform.python_version(),
            "torch": torch.__version__,
            "NumPy": np.__version__,
        },
        "device": "; ".join(sorted({record.device for record in records})),
        "seconds": numbers.count(sum(record.seconds for record in records)),
        "runs": len(records),
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "checksum": records[0].data_checksum[:16],
        "settings": dict(sorted(records[0].config.items())),
        "network": records[0].config["network"],
        "shown_images": numbers.count(records[0].config["images_total"]),
    }


def _comparable(runs: Sequence[LabRun], failed: Sequence[Record]) -> list[LabRun]:
    """Runs of the methods that came to their end in every split: others would be compared in fewer."""
    broken = {record.row: record.failure for record in failed}
    if PLAIN in broken:
        raise CourseError(
            "Expected the baseline to come to its end in every split, but it failed, so no report was "
            f"written. {broken[PLAIN]}"
        )
    return [run for run in runs if run.record.row not in broken]


def _failure_lines(failed: Sequence[Record], titles: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"method": titles[record.row], "split": str(record.seed), "reason": record.failure}
        for record in failed
    ]


def _threshold_lines(chosen, cost_ratio: float | None) -> list[dict[str, str]]:
    """Decisions of two classes beside each other, means over the splits."""
    rules = {"probability 1/2": None, "highest F1 on the held-out part": "f1"}
    if cost_ratio is not None:
        rules[f"lowest cost on the held-out part, {cost_ratio:g} to 1"] = "cost"
    lines = []
    for rule, kind in rules.items():
        ratio = cost_ratio if kind == "cost" else None
        decisions = [choose_decision(run.held_out, ratio) if kind else USUAL_DECISION for run in chosen]
        counts = [count_calls(run.test, each) for run, each in zip(chosen, decisions, strict=True)]
        line = {"rule": rule, "threshold": f"{probability_of(float(np.median(decisions))):.3g}"}
        for name in ("recall", "precision", "f1"):
            line[name] = numbers.number(float(np.mean([getattr(each, name) for each in counts])))
        lines.append(line)
    return lines


def _draw_curves(folder: LabFolder, chosen, decisions: Sequence[float]) -> str:
    """A curve for each split of two classes; of more, one for each class in the first split."""
    if len(folder.data.class_names) == 2:
        positive = positive_class(folder.data)
        items = sum(run.test.items for run in chosen)
        curves = {
            f"split {run.seed}": (run.test, positive, decision)
            for run, decision in zip(chosen[:MOST_CURVES], decisions, strict=False)
        }
        return draw_precision_recall(curves, prevalence=items[positive] / items.sum())
    test = chosen[0].test
    there = [number for number in np.argsort(test.items, kind="stable") if test.items[number]]
    names = folder.data.class_names
    return draw_precision_recall({names[i]: (test, int(i), None) for i in there[:MOST_CURVES]})
