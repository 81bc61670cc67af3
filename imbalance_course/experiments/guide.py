"""The decision guide: questions in their order, what to do, and the recorded evidence behind each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from imbalance_course.records.findings import GAIN, LOSS, Finding, summary


@dataclass(frozen=True)
class Step:
    """One box of the guide.

    Attributes:
        question: what to ask.
        advice: what to do.
        branch: branch of :mod:`imbalance_course.experiments.evidence` that holds the evidence; empty where
            the advice is derived and needs none.
    """

    question: str
    advice: str
    branch: str = ""

    def evidence(self, findings: Mapping[str, Sequence[Finding]]) -> str:
        """What the records say, or that the step is derived."""
        return summary(findings[self.branch]) if self.branch else "derived, checked by simulation"


FIRST = (
    Step("What do mistakes cost?", "Say positive from the probability c_FP / (c_FP + c_FN) upward."),
    Step("Do items come in groups?", "Split by patient, scene or twin, never by image.", "split"),
    Step("Which score follows from that?", "The mean cost, at the share of positives of the place of use."),
    Step("What does the plain loss reach?", "Choose its threshold on held-out data.", "threshold"),
    Step("Could a gain be told at all?", "If not, collect positives before methods."),
)
REMEDIES = (
    Step("Too few positives?", "More images, augmentation, stages", "more"),
    Step("Positives weigh too little?", "Class weights", "weights"),
    Step("Batches without positives?", "Resampling", "sampling"),
    Step("Many easy negatives?", "Focal loss, hard pixels", "focusing"),
    Step("Many classes, a long tail?", "Logit offsets and margins", "shifts"),
    Step("Small objects, overlap counts?", "Overlap and boundary losses", "overlap"),
)
LAST = Step(
    "Does it gain beside the plain loss?",
    "In pairs, at chosen thresholds, on new items. Else keep plain.",
)


def guide_lines(findings: Mapping[str, Sequence[Finding]]) -> list[str]:
    """The guide as text: each step with its evidence, and the rows that could be told by name.

    Args:
        findings: what :func:`imbalance_course.experiments.evidence.findings` gives.
    """
    lines = []
    for number, step in enumerate((*FIRST, *REMEDIES, LAST), start=1):
        lines += [f"{number}. {step.question} {step.advice}", f"   Evidence: {step.evidence(findings)}."]
        for verdict in (GAIN, LOSS):
            told = [found.name for found in findings.get(step.branch, ()) if found.verdict == verdict]
            lines += [f"   {verdict.capitalize()}: {'; '.join(told)}."] if told else []
    return lines
