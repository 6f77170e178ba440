"""A broken feature: data at fault, or a feature that jumped on a day, when the decline began."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.governance.data_quality.incidents import Incident, incidents
from dashboard.governance.retraining.causes.registry import Asked, cause_rule
from dashboard.governance.retraining.movement import Jump, jumps_near
from dashboard.governance.situation.profiles import DAYS_OF
from dashboard.governance.situation.situation import Situation
from dashboard.periods import period_start
from dashboard.store.sentences import sentence_of
from dashboard.words import Sentence, mark

# What slow change brings as well as a fault does; it counts only of a feature that jumped.
SLOW_TOO = ("range", "plausible range", "grows with the records", "never seen", "not in training")
# Of features that all jump at once it is hardly the data that broke.
MOST_JUMPED = 0.5
# Where harder cases explain a decline, a feature that jumps by less than this share of its values is one of them.
MOST_VALUES = 0.5
FITS = mark("From {day} on: {fault} The decline began in {since}.")
FITS_NOT = mark("{fault} That began on {day}, the decline in {since}, so that one does not explain the other.")
UNMEASURED = mark("From {day} on: {fault} No outcomes since then show yet what it does to predictions.")
HARM = mark("Where the data are at fault, {metric} is {value}; in the other cases of that time it is {others}.")
JUMPED = mark(
    "{feature} (importance {importance}) changed from one day to the next, on {day}: a share of {distance} of its "
    "values lies elsewhere since. The decline began in {since}."
)
ALL_JUMPED = mark("{jumped} of {features} features changed from one day to the next, as if the cases were other ones.")
NOTHING = mark("No check of a feature that matters failed when the decline began, and no such feature jumped then.")


@dataclass(frozen=True)
class DataFault:
    """A fault of a feature that the model relies on, and the first day on which it was seen."""

    incident: Incident
    since: date

    @property
    def reason(self) -> Sentence:
        """What fails, as the check says it."""
        content = self.incident.fault.content
        return sentence_of(content["message"], content["values"])

    @property
    def check(self) -> str:
        """The name of the check."""
        return str(self.incident.fault.content["check"])

    @property
    def feature(self) -> str:
        """The feature at fault."""
        return str(self.incident.fault.content["feature"])


@cause_rule("broken_feature", ("declined", "held", "recovered", "unknown"))
def broken_feature(asked: Asked) -> tuple[bool, tuple[Sentence, ...]]:
    """Data at fault at the time when the decline began, or since outcomes are no longer known."""
    found = [one for one in faults_that_matter(asked) if one.incident.goes_on]
    if asked.decline.state != "declined" and asked.decline.harder is None:
        unmeasured = [one for one in found if one.check not in SLOW_TOO and _is_newer_than_outcomes(asked, one)]
        severe = [one for one in unmeasured if one.incident.fault.content["status"] == "alert"]
        return bool(severe), tuple(_said(UNMEASURED, one, None) for one in severe)
    onset = asked.decline.run[0]
    # Cases that are harder all at once may well be other cases, unless most values of a feature are new.
    least = MOST_VALUES if asked.decline.harder is not None else 0.0
    jumps = [jump for jump in _jumps(asked) if jump.distance >= least]
    jumped = {jump.feature for jump in jumps}
    fitting = [one for one in found if _fits(asked, one) and (one.check not in SLOW_TOO or one.feature in jumped)]
    evidence = [sentence for one in _first_of_each(fitting) for sentence in _with_harm(one, onset.label)]
    evidence += [_said(FITS, one, onset.label) for one in fitting if one not in _first_of_each(fitting)]
    one_by_one = jumps and len(jumps) <= max(1, MOST_JUMPED * len(_important(asked)))
    if one_by_one:
        evidence += [_of_jump(jump, onset.label) for jump in jumps]
    elif jumps:
        evidence.append(Sentence(ALL_JUMPED, {"jumped": len(jumps), "features": len(_important(asked))}))
    evidence += [_said(FITS_NOT, one, onset.label) for one in found if one not in fitting and not _fits(asked, one)]
    return bool(fitting or one_by_one), tuple(evidence) or (Sentence(NOTHING),)


def faults_that_matter(asked: Asked) -> list[DataFault]:
    """The faults, until the day that is asked about, of features that the model relies on or may rely on."""
    facts = asked.facts
    needed, day = facts.thresholds.drift.alert_importance, facts.situation.day(facts.model_id)
    found = []
    for one in _incidents_of(facts.situation, facts.model_id):
        content = one.fault.content
        importance = content.get("importance")
        if content["since"] is None or content["feature"] is None or content["status"] == "ok":
            continue
        since = period_start(content["since"]).date()
        if since <= day and (importance is None or importance >= needed):
            found.append(DataFault(one, since))
    return sorted(found, key=lambda one: one.since)


def _incidents_of(situation: Situation, model_id: str) -> list[Incident]:
    """The incidents of a model; those of all models that a situation is about are read together."""

    def read() -> dict[str, list[Incident]]:
        found: dict[str, list[Incident]] = defaultdict(list)
        for one in incidents(situation.store, situation.seen, situation.as_of):
            found[one.fault.model_id].append(one)
        return found

    return situation.cached("incidents", read, any_day=True).get(model_id, [])


def _jumps(asked: Asked) -> list[Jump]:
    """The features that have moved and jumped when the decline began."""
    movement, start = asked.movement, asked.decline.run[0].window.start
    if movement is None or start is None:
        return []
    return jumps_near(asked.facts, start, [one.column for one in movement.moved])


def _important(asked: Asked) -> list[str]:
    """The features that the model relies on."""
    movement = asked.movement
    return [] if movement is None else [
        one.column for one in movement.features if not one.importance < movement.needed
    ]  # fmt: skip


def _fits(asked: Asked, one: DataFault) -> bool:
    """Whether a fault began in the period in which the decline did, or in one beside it."""
    onset = asked.decline.run[0].window
    assert onset.start is not None
    period = timedelta(days=DAYS_OF[asked.facts.grain])
    return onset.start.date() - period <= one.since <= asked.facts.last_day(onset) + period


def _is_newer_than_outcomes(asked: Asked, one: DataFault) -> bool:
    """Whether a fault began after the last period whose outcomes are known."""
    latest = asked.decline.latest
    return latest is None or one.since > asked.facts.last_day(latest.window)


def _first_of_each(found: list[DataFault]) -> list[DataFault]:
    """The first fault of each feature."""
    return list({one.feature: one for one in reversed(found)}.values())


def _with_harm(one: DataFault, since: str) -> Iterator[Sentence]:
    yield _said(FITS, one, since)
    harm = one.incident.fault.content.get("harm") or {}
    if harm.get("metric") and harm.get("affected") and harm.get("others"):
        values = {"metric": harm["metric"], "value": harm["affected"]["value"], "others": harm["others"]["value"]}
        if None not in values.values():
            yield Sentence(HARM, values)


def _said(message: str, one: DataFault, since: str | None) -> Sentence:
    return Sentence(message, {"fault": one.reason, "day": one.since, "since": since})


def _of_jump(jump: Jump, since: str) -> Sentence:
    values = {"feature": jump.feature, "importance": jump.importance, "day": jump.day, "distance": jump.distance}
    return Sentence(JUMPED, {**values, "since": since})
