"""Gaps around a model that runs: nothing watches it, no outcomes, no tests, other libraries, no promise, no origin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial

from dashboard.governance.gaps.registry import Gap, gap_check
from dashboard.governance.situation.history import BEING_BUILT, RUNNING, card_on, eased, since_when, stage_on
from dashboard.governance.situation.lifetimes import local_day
from dashboard.governance.situation.people_to_ask import whom_to_ask
from dashboard.governance.situation.profiles import months_of
from dashboard.governance.situation.rhythm import silence_of
from dashboard.governance.situation.situation import Situation
from dashboard.governance.value.promises import promise_on, promises
from dashboard.schema.severities import Severity
from dashboard.store.events import RecordedEvent
from dashboard.words import Sentence, mark

SOON_RUNNING = ("validation", *RUNNING)
Missing = Callable[[date], bool]


@gap_check("not_monitored")
def not_monitored(situation: Situation, model_id: str) -> Iterator[Gap]:
    """A model runs, and none of its predictions were counted, or no new one comes any more."""
    reason = Sentence(mark("The model runs, but none of its predictions are logged and monitored."))

    def missing(day: date) -> bool:
        return stage_on(situation, model_id, day) in RUNNING and not _counted(situation, model_id, day, "predictions")

    months = partial(months_of, situation, model_id)
    yield from _found(situation, model_id, "not_monitored", "high", (missing, months, reason))
    stage, silence = stage_on(situation, model_id, situation.day(model_id)), silence_of(situation, model_id)
    if silence is not None and stage in RUNNING and not missing(situation.day(model_id)):
        asked = whom_to_ask(situation, model_id)
        yield Gap(model_id, "not_monitored", eased("high", stage), asked, silence.since, silence.reason)


@gap_check("no_labels")
def no_labels(situation: Situation, model_id: str) -> Iterator[Gap]:
    """A model runs, and no outcome has ever come back."""
    reason = Sentence(mark("No outcomes are known, so nobody knows how good the predictions are."))

    def missing(day: date) -> bool:
        watched = _counted(situation, model_id, day, "predictions") or not card_on(situation, model_id, day).data.actual
        running = stage_on(situation, model_id, day) in RUNNING
        return running and watched and not _counted(situation, model_id, day, "labelled")

    months = partial(months_of, situation, model_id)
    yield from _found(situation, model_id, "no_labels", "medium", (missing, months, reason))


@gap_check("no_tests")
def no_tests(situation: Situation, model_id: str) -> Iterator[Gap]:
    """No run of tests has been recorded for a model that runs or is about to."""
    days = [
        local_day(situation, model_id, run.happened_at) for run in situation.events(model_id, "test_run") if _ran(run)
    ]
    reason = Sentence(mark("No test run is recorded."))

    def missing(day: date) -> bool:
        return stage_on(situation, model_id, day) in SOON_RUNNING and not any(ran <= day for ran in days)

    yield from _found(situation, model_id, "no_tests", "medium", (missing, lambda: days, reason))


@gap_check("no_promise")
def no_promise(situation: Situation, model_id: str) -> Iterator[Gap]:
    """Neither the card nor anybody who answers for a model says what it is to be worth."""
    reason = Sentence(
        mark("Nobody has stated the expected value of the model, so nobody can check whether it pays off.")
    )
    lines = promises(situation, model_id)

    def missing(day: date) -> bool:
        wanted = stage_on(situation, model_id, day) in (*BEING_BUILT, *RUNNING)
        return wanted and promise_on(lines, day) is None

    def begun() -> list[date]:
        return [line.start for line in lines if line.start is not None]

    yield from _found(situation, model_id, "no_promise", "medium", (missing, begun, reason))


@gap_check("no_lineage")
def no_lineage(situation: Situation, model_id: str) -> Iterator[Gap]:
    """Nobody recorded from which data the model comes."""
    reason = Sentence(mark("Neither the card nor a recorded run states which data the model comes from."))

    def runs() -> list[date]:
        # All events are searched for it, which most models do not need.
        return situation.lineage_days(model_id)

    def missing(day: date) -> bool:
        named = any(version.training_data for version in card_on(situation, model_id, day).versions)
        soon = stage_on(situation, model_id, day) in SOON_RUNNING
        return soon and not named and not any(run <= day for run in runs())

    yield from _found(situation, model_id, "no_lineage", "low", (missing, runs, reason))


@gap_check("environment_mismatch")
def environment_mismatch(situation: Situation, model_id: str) -> Iterator[Gap]:
    """A library has another version where the model runs than where it was trained."""
    if stage_on(situation, model_id, situation.day(model_id)) not in SOON_RUNNING:
        return
    deployed = _deployments(situation, model_id)
    days = [start for _, start, _, _, _ in deployed]
    days += [end for _, _, end, _, _ in deployed if end is not None]
    for place in dict.fromkeys(name for name, *_ in deployed):
        differing = _differing(situation, model_id, place, situation.day(model_id))
        if not differing:
            continue

        def differs(day: date, place: str = place) -> bool:
            return bool(_differing(situation, model_id, place, day))

        packages = ", ".join(f"{name} {trained} ≠ {running}" for name, trained, running in differing)
        message = mark("Training and operation use different versions ({place}): {packages}.")
        reason = Sentence(message, {"place": place, "packages": packages})
        severity: Severity = max((_distance(*pair) for _, *pair in differing), key=("low", "medium", "high").index)
        yield from _found(situation, model_id, "environment_mismatch", severity, (differs, lambda: days, reason))


def _found(
    situation: Situation,
    model_id: str,
    name: str,
    severity: Severity,
    finding: tuple[Missing, Callable[[], Iterable[date]], Sentence],
) -> Iterator[Gap]:
    """The gap when something is missing on the day; `finding` is whether, when that may change, and the reason."""
    missing, changes, reason = finding
    day = situation.day(model_id)
    if missing(day):
        since = since_when(situation, model_id, missing, changes())
        eased_to = eased(severity, stage_on(situation, model_id, day))
        yield Gap(model_id, name, eased_to, whom_to_ask(situation, model_id), since, reason)


def _counted(situation: Situation, model_id: str, day: date, what: str) -> bool:
    return any(counts[what] and month <= day for month, counts in months_of(situation, model_id).items())


def _ran(run: RecordedEvent) -> bool:
    content = run.content
    return bool(content["passed"] + content["failed"])


Deployed = tuple[str, date, date | None, str, dict[str, str]]


def _deployments(situation: Situation, model_id: str) -> list[Deployed]:
    """List where versions run, on the card and by events: place, first day, day after the last, version, packages.

    Deployments that do not say their packages are left out: they say nothing about a difference.
    """
    card = situation.cards[model_id]
    found: list[Deployed] = []
    for version in card.versions:
        for one in version.deployments:
            after = date.fromordinal(one.end.toordinal() + 1) if one.end else None
            found.append((one.environment_name, one.start, after, version.version, one.environment))
    for event in situation.events(model_id, "deployment"):
        content, until = event.content, event.happened_until
        end = card.local_day(until) if until else None
        start = local_day(situation, model_id, event.happened_at)
        found.append((content["environment_name"], start, end, str(content["version"]), content["environment"]))
    return sorted((one for one in found if one[4]), key=lambda one: one[1])


def _differing(situation: Situation, model_id: str, place: str, day: date) -> list[tuple[str, str, str]]:
    """Package, version in training and version in `place` where they differ on a day; the latest deployment counts."""
    running = [
        one
        for one in _deployments(situation, model_id)
        if one[0] == place and one[1] <= day and (one[2] is None or day < one[2])
    ]
    if not running:
        return []
    _, _, _, name, there = running[-1]
    trained = next((one.environment for one in situation.cards[model_id].versions if one.version == name), {})
    return [
        (package, trained[package], there[package])
        for package in sorted(trained.keys() & there.keys())
        if _numbers(trained[package]) != _numbers(there[package])
    ]


def _numbers(version: str) -> tuple[str, ...]:
    """The parts of a version without closing zeros: 1.9 and 1.9.0 are the same."""
    parts = version.strip().split(".")
    while len(parts) > 1 and parts[-1] == "0":
        parts.pop()
    return tuple(parts)


def _distance(trained: str, running: str) -> Severity:
    """High when the first number differs, medium for the second, low for what comes after."""
    first, second = (version.strip().split(".") for version in (trained, running))
    if first[0] != second[0]:
        return "high"
    return "medium" if first[1:2] != second[1:2] else "low"
