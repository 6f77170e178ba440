"""Whether a model has declined beside its reference: since when, for how long, or that it has recovered."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from typing import Literal

from dashboard.governance.retraining.facts import LATEST, ComparedPeriod, Facts
from dashboard.governance.retraining.relation import explained_by_cases
from dashboard.measures.judging.alarms import status_of_record
from dashboard.measures.judging.areas import NO_LOG
from dashboard.measures.judging.basis import NO_LABEL
from dashboard.measures.judging.verdict import Verdict
from dashboard.words import Sentence, mark

State = Literal["declined", "recovered", "held", "unknown"]
ALARMS = ("warn", "alert")
# The latest periods that cannot be judged hide so many before them at most.
SKIPPED = 2
# A figure that is still so much of what it was at the last alarm is not as good as before.
STILL = 0.5
NOT_JUDGED = Verdict("unknown", NO_LABEL)
NO_REFERENCE = Sentence(mark("There is no reference to compare with; name one on the card."))
NONE_AFTER = Sentence(mark("No period after the reference has enough known outcomes yet."))


@dataclass(frozen=True)
class Decline:
    """How the latest judged period stands beside the reference.

    `run` are the periods of the decline, or of the latest one that is over, oldest first; `beside` is the verdict of
    record beside the reference, `targets` the one by the card's targets; `latest` is the period that is judged.
    `harder` says that other cases alone explain what is worse, `has_targets` whether the card names any.
    """

    state: State
    beside: Verdict
    targets: Verdict = NOT_JUDGED
    latest: ComparedPeriod | None = None
    run: tuple[ComparedPeriod, ...] = ()
    harder: Sentence | None = None
    has_targets: bool = False

    @property
    def confirmed(self) -> bool:
        """Whether it is more than a first alarm: certain enough by itself, or two periods and more."""
        return self.state == "declined" and (self.beside.status == "alert" or len(self.run) > 1)

    @property
    def limit_missed(self) -> bool:
        """Whether the model is on alert by targets that its card names."""
        return self.has_targets and self.targets.status == "alert"


def decline_of(facts: Facts) -> Decline:
    """How a model stands, by the verdict of record on its periods beside the reference."""
    if facts.reference is None or facts.card.data.reference is None:
        return Decline("unknown", Verdict("unknown", NO_REFERENCE))
    found = _known(facts.compared)
    if not found:
        return Decline("unknown", Verdict("unknown", _why_none(facts)))
    in_a_row, doubtful = facts.thresholds.performance.alarms_in_a_row, _doubtful(found)
    certain = [one for one in found if one.label not in doubtful]
    beside = status_of_record([one.judged for one in reversed(certain)], in_a_row)
    targets = status_of_record([one.by_targets for one in reversed(found)], in_a_row)
    aims = any((entry.target, entry.limit) != (None, None) for entry in facts.card.business.key_metrics)
    standing = Decline("unknown", beside, targets, found[-1], has_targets=aims)
    if beside.status in ALARMS:
        run = _run(found, doubtful)
        harder = explained_by_cases(facts, [one for one in run if one.status in ALARMS][-LATEST:])
        return replace(standing, state="declined" if harder is None else "held", run=run, harder=harder)
    if beside.status == "unknown":
        return replace(standing, state="declined", run=(found[-1],)) if standing.limit_missed else standing
    over = _latest_over(found, doubtful)
    return replace(standing, state="recovered" if over else "held", run=over)


def _doubtful(found: Sequence[ComparedPeriod]) -> set[str]:
    """The periods behind an alarm that are no alarm by themselves, while the figure is still half as bad or worse.

    Their interval is wide by chance; they neither end a decline nor are they one.
    """
    doubtful: set[str] = set()
    alarm: ComparedPeriod | None = None
    for one in found:
        if one.status in ALARMS:
            alarm = one
        elif alarm is not None and one.worse.get(alarm.lead, 0.0) >= STILL * alarm.worse.get(alarm.lead, math.inf) > 0:
            doubtful.add(one.label)
        else:
            alarm = None
    return doubtful


def _known(compared: Sequence[ComparedPeriod]) -> list[ComparedPeriod]:
    """The periods without those at the end of which nothing can be said, unless they are too many."""
    for left_out in range(min(SKIPPED, len(compared) - 1) + 1 if compared else 0):
        found = list(compared[: len(compared) - left_out])
        if found[-1].status != "unknown":
            return found
    return list(compared)


def _run(found: Sequence[ComparedPeriod], doubtful: Set[str]) -> tuple[ComparedPeriod, ...]:
    """The alarms in a row, with what is doubtful among them, that end with the last period."""
    first = len(found)
    while first and (found[first - 1].status in ALARMS or found[first - 1].label in doubtful):
        first -= 1
    return tuple(found[first:])


def _latest_over(found: Sequence[ComparedPeriod], doubtful: Set[str]) -> tuple[ComparedPeriod, ...]:
    """The latest alarms in a row that are over: one of them strong, or two of them."""
    end = len(found)
    while end:
        while end and found[end - 1].status not in ALARMS:
            end -= 1
        run = _run(found[:end], doubtful)
        if sum(one.status in ALARMS for one in run) > 1 or any(one.judged.strong for one in run):
            return run
        end -= len(run)
    return ()


def _why_none(facts: Facts) -> Sentence:
    if not facts.periods:
        return NO_LOG
    return NONE_AFTER if any(window.labelled for window in facts.periods) else NO_LABEL
