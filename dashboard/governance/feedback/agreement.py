"""What judgements prove: how often experts agree with the model, with each other, and with what came out in the end."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from dashboard.governance.feedback.judged_rows import JudgedRows
from dashboard.governance.feedback.verdicts import GivenVerdict
from dashboard.measures.intervals import wilson
from dashboard.measures.judging.verdict import Status
from dashboard.measures.raters import UNDEFINED, Kappa, cohen_kappa, fleiss_kappa
from dashboard.profiles.cases import LoggedCase
from dashboard.schema.canonical import canonical
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.dashboard import AgreementLevels
from dashboard.words import Sentence, mark

CATEGORIES = ("right", "wrong")
# Fewest cases that several experts judged for a kappa to be anything.
FEWEST_SHARED = 2


@dataclass(frozen=True)
class JudgedCase:
    """A prediction with what experts say about it now, one judgement of each who decided; `logged` as the log has it.

    `at` is when it was made, else when it was judged first.
    """

    prediction: str
    at: datetime
    verdicts: tuple[GivenVerdict, ...]
    logged: LoggedCase | None

    @property
    def random(self) -> bool:
        """Return whether it was drawn at random."""
        return any(one.sample == "random" for one in self.verdicts)

    @property
    def agreed(self) -> bool:
        """Return whether more experts call it right than wrong; where they are divided evenly, the model is not."""
        right = sum(one.verdict == "right" for one in self.verdicts)
        return 2 * right > len(self.verdicts)

    def of_random(self) -> JudgedCase:
        """The case with what was said of it as a random one."""
        said = tuple(one for one in self.verdicts if one.sample == "random")
        return JudgedCase(self.prediction, self.at, said, self.logged)

    def not_picked(self) -> JudgedCase:
        """The case with what was said of it otherwise than because the queue picked it for a purpose."""
        said = tuple(one for one in self.verdicts if one.sample != "queue")
        return JudgedCase(self.prediction, self.at, said, self.logged)

    def model_right(self, card: ModelCard) -> bool | None:
        """Return whether the model decided as it came out; None where that is not known, or no yes or no."""
        if self.logged is None or self.logged.actual is None or card.task == "regression":
            return None
        if card.task == "binary_classification":
            return bool((float(self.logged.score) >= card.data.threshold) == (float(self.logged.actual) >= 0.5))
        return canonical(self.logged.score) == canonical(self.logged.actual)


def judged_cases(verdicts: Iterable[GivenVerdict], logged: Iterable[LoggedCase]) -> list[JudgedCase]:
    """The predictions about which anybody decided, in the order of time; `logged` are their rows of the log.

    A judgement that names no version, or no instant, is about the last score of its id.
    """
    rows = JudgedRows(logged)
    found: dict[tuple[str, str | None, datetime | None], dict[str, GivenVerdict]] = defaultdict(dict)
    logged_of: dict[tuple[str, str | None, datetime | None], LoggedCase | None] = {}
    for one in verdicts:
        if one.counts and one.decided:
            row = rows.about(one)
            key = one.case if row is None else (row.prediction, row.version, row.made_at)
            found[key][one.person] = one
            logged_of[key] = row
    cases = []
    for key, said in found.items():
        row = logged_of[key]
        first = min(one.given_at for one in said.values())
        cases.append(JudgedCase(key[0], row.made_at if row is not None else first, tuple(said.values()), row))
    return sorted(cases, key=lambda case: (case.at, case.prediction))


def groups_of(card: ModelCard, case: JudgedCase) -> list[str]:
    """The groups that a case belongs to, written COLUMN=VALUE."""
    values: Mapping[str, object] = case.logged.values if case.logged is not None else {}
    return [f"{column}={canonical(values[column])}" for column in card.data.groups if values.get(column) is not None]


@dataclass(frozen=True)
class Agreement:
    """What the judgements on some cases prove.

    `judged` and `agreed` count random cases; `share`, `low`, `high` are NaN below the fewest cases of the card, of
    which `needed` are missing. `judged_all` counts judged cases however they were picked, `shared` those that several
    experts judged, on which `kappa` rests. Of `labelled` random cases the outcome is known: in `model_right` of them
    the model was right, in `experts_right` the experts were.
    """

    judged: int
    agreed: int
    share: float
    low: float
    high: float
    needed: int
    judged_all: int
    experts: int
    shared: int
    kappa: Kappa
    labelled: int
    model_right: int
    experts_right: int
    status: Status
    reason: Sentence


def agreement_on(card: ModelCard, cases: Sequence[JudgedCase], levels: AgreementLevels) -> Agreement:
    """What the judgements on some cases prove, by the card's rules and the levels of the settings."""
    random = [case.of_random() for case in cases if case.random]
    judged, agreed = len(random), sum(case.agreed for case in random)
    needed = max(0, card.feedback_rules.minimum_cases - judged)
    share = math.nan if needed else agreed / judged
    low, high = (math.nan, math.nan) if needed else wilson(share, judged)
    known = [(case, right) for case in random if (right := case.model_right(card)) is not None]
    several = [case for one in cases if len((case := one.not_picked()).verdicts) > 1]
    status, reason = _judged(card, (judged, needed), (share, low, high), levels)
    return Agreement(
        judged=judged,
        agreed=agreed,
        share=share,
        low=low,
        high=high,
        needed=needed,
        judged_all=len(cases),
        experts=len({one.person for case in cases for one in case.verdicts}),
        shared=len(several),
        kappa=kappa_of(several),
        labelled=len(known),
        model_right=sum(right for _, right in known),
        experts_right=sum(case.agreed == right for case, right in known),
        status=status,
        reason=reason,
    )


def kappa_of(several: Sequence[JudgedCase]) -> Kappa:
    """The agreement of experts on cases that several of them judged: Cohen's kappa of two, Fleiss' of more."""
    if len(several) < FEWEST_SHARED:
        return UNDEFINED
    people = sorted({one.person for case in several for one in case.verdicts})
    said = [{one.person: CATEGORIES.index(one.verdict) for one in case.verdicts} for case in several]
    if len(people) == 2:
        table = np.zeros((2, 2), dtype=np.int64)
        for one in said:
            table[one[people[0]], one[people[1]]] += 1
        return cohen_kappa(table)
    return fleiss_kappa(np.array([[list(one.values()).count(0), list(one.values()).count(1)] for one in said]))


def _judged(
    card: ModelCard, numbers: tuple[int, int], share: tuple[float, float, float], levels: AgreementLevels
) -> tuple[Status, Sentence]:
    """The status of an agreement and why: it is worse than a level when its whole interval is."""
    judged, needed = numbers
    if needed:
        values = {"n": needed, "judged": judged, "fewest": card.feedback_rules.minimum_cases}
        message = mark("Too few to say: {judged} of {fewest} random cases are judged; {n} more are needed.")
        return "unknown", Sentence(message, values)
    percent = {name: round(100 * one) for name, one in zip(("share", "low", "high"), share, strict=True)}
    message = mark("Experts agree with {share}% of {n} random predictions, 95% interval {low} to {high}%.")
    status: Status = "ok"
    if share[2] < levels.alert:
        status = "alert"
    elif share[2] < levels.warn:
        status = "warn"
    return status, Sentence(message, {"n": judged, **percent})
