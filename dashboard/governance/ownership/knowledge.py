"""How far the knowledge of a model hangs on few heads and old papers, from recorded facts, in levels of 1 to 5.

Level 1 is safe, 5 is nearly lost: the steps of likelihood of the risk `knowledge_loss` in config/risk.yaml, reached by
the weaknesses that config/accountability.yaml measures. It is the evidence of that risk, and what the page Ownership
shows. Nothing recorded means no level at all: what was never measured is unknown. docs/accountability.md has the rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.governance.risk.evidence.registry import level_of
from dashboard.governance.situation.history import ONE_DAY, card_days, is_there, present_on, role_changes, since_when
from dashboard.governance.situation.lifetimes import local_day
from dashboard.governance.situation.situation import Situation
from dashboard.words import Sentence, mark

# Each recorded piece of work and each sign-off: person, activity, day.
Entries = list[tuple[str, str, date]]


@dataclass(frozen=True)
class Facts:
    """What a level rests on. `worked` = entries of recent work and sign-offs of each person, busiest first.

    `present` = of them who is there on the day; `orphaned` = everybody who ever worked on the model has left. Days are
    the last ones up to the asked day; None means that none is recorded.
    """

    day: date
    worked: dict[str, int]
    present: tuple[str, ...]
    orphaned: bool
    busiest_share: float | None
    trained: date | None
    reproduced: date | None
    reviewed: date | None
    card_changed: date | None
    deputies: tuple[str, ...]


@dataclass(frozen=True)
class KnowledgeLevel:
    """A level of 1 to 5 (None: nothing is recorded), the reasons in words, the heaviest first, and the facts.

    `figures` are what the steps of config/risk.yaml name: weaknesses, missing_people (to `enough_people`), busiest
    (share of the recent work) and orphaned (1 = everybody who knew it has left).
    """

    level: int | None
    reasons: list[Sentence]
    facts: Facts
    figures: Mapping[str, float]


def knowledge_level(situation: Situation, model_id: str) -> KnowledgeLevel:
    """Rate how close the knowledge of a model is to being lost on the asked day; once for each situation."""
    return situation.cached(("knowledge", model_id), lambda: _level_on(situation, model_id, situation.day(model_id)))


def weak_since(situation: Situation, model_id: str) -> date | None:
    """The first day of the unbroken time, up to the asked day, with the level of that day or a higher one."""
    knowledge = knowledge_level(situation, model_id)
    level = knowledge.level
    if level is None:
        return None

    def as_weak(day: date) -> bool:
        then = _level_on(situation, model_id, day).level
        return then is not None and then >= level

    return since_when(situation, model_id, as_weak, _changes(situation, model_id))


def _level_on(situation: Situation, model_id: str, day: date) -> KnowledgeLevel:
    entries = [entry for entry in _entries(situation, model_id) if entry[2] <= day]
    facts = _facts(situation, model_id, entries, day)
    if not entries:
        nothing = Sentence(mark("No work on this model is recorded, so the loss of knowledge is unknown."))
        return KnowledgeLevel(None, [nothing], facts, {})
    found = sorted(_weaknesses(situation, facts), key=lambda entry: -entry[0])
    missing = max(0, situation.accountability.knowledge.enough_people - len(facts.present))
    figures = {
        "weaknesses": float(sum(weight for weight, _ in found)),
        "missing_people": float(missing),
        "busiest": facts.busiest_share or 0.0,
        "orphaned": float(facts.orphaned),
    }
    message = mark(
        "{n} current employees worked on it recently, no single one holds most of the knowledge, and it is documented."
    )
    reasons = [reason for _, reason in found] or [Sentence(message, {"n": len(facts.present)})]
    return KnowledgeLevel(level_of(situation.rules.steps.knowledge_loss, figures), reasons, facts, figures)


def _facts(situation: Situation, model_id: str, entries: Entries, day: date) -> Facts:
    recent = day - timedelta(days=situation.accountability.knowledge.recent_days)
    counts = Counter(person for person, _, done in entries if done > recent)
    worked = dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))
    total = sum(worked.values())
    cards = [changed for changed in card_days(situation, model_id) if changed <= day]
    return Facts(
        day=day,
        worked=worked,
        present=tuple(person for person in worked if is_there(situation, person, day)),
        orphaned=bool(entries) and all(situation.has_left(person, day) for person, _, _ in entries),
        busiest_share=max(worked.values()) / total if total else None,
        trained=_last(entries, "trained"),
        reproduced=_last(entries, "reproduced"),
        reviewed=_last(entries, "reviewed"),
        card_changed=max(cards, default=None),
        deputies=tuple(present_on(situation, model_id, ["deputy"], day)),
    )


def _entries(situation: Situation, model_id: str) -> Entries:
    return situation.cached(("work", model_id), lambda: list(_recorded(situation, model_id)))


def _recorded(situation: Situation, model_id: str) -> Iterator[tuple[str, str, date]]:
    for kind in ("work", "sign_off"):
        for event in situation.events(model_id, kind):
            content = event.content
            yield content["person"], content.get("activity", kind), local_day(situation, model_id, event.happened_at)


def _changes(situation: Situation, model_id: str) -> set[date]:
    """The days on which the level may change: something is done or grows old, somebody leaves, a deputy changes."""
    settings, people = situation.accountability.knowledge, situation.organisation.people
    found = role_changes(situation, model_id, ["deputy"])
    for person, _, done in _entries(situation, model_id):
        known = people.get(person)
        found |= {done, done + timedelta(days=settings.recent_days)}
        found |= {done + timedelta(days=days + 1) for days in (settings.reproduced_days, settings.documented_days)}
        found |= {known.end + ONE_DAY} if known is not None and known.end is not None else set()
    return found | {day + timedelta(days=settings.documented_days + 1) for day in card_days(situation, model_id)}


def _last(entries: Entries, activity: str) -> date | None:
    return max((done for _, what, done in entries if what == activity), default=None)


def _weaknesses(situation: Situation, facts: Facts) -> Iterator[tuple[int, Sentence]]:
    """Each weakness: for how many it counts, and its reason."""
    settings, day = situation.accountability.knowledge, facts.day
    yield from _few_heads(situation, facts)
    if len(facts.present) > 1 and facts.busiest_share is not None and facts.busiest_share > settings.most_share:
        busiest = situation.organisation.person_name(next(iter(facts.worked)))
        percent = round(100 * facts.busiest_share)
        message = mark("{person} did {share}% of the recent work.")
        yield 1, Sentence(message, {"person": busiest, "share": percent})
    exercised = max((done for done in (facts.trained, facts.reproduced) if done is not None), default=None)
    if exercised is None:
        yield 1, Sentence(mark("No training or reproduction of the model is recorded."))
    elif (day - exercised).days > settings.reproduced_days:
        yield 1, Sentence(mark("It was last trained or reproduced on {day}."), {"day": exercised})
    documented = max((done for done in (facts.reviewed, facts.card_changed) if done is not None), default=None)
    if documented is None:
        yield 1, Sentence(mark("No review or change of the card is recorded."))
    elif (day - documented).days > settings.documented_days:
        yield 1, Sentence(mark("It was last reviewed, or its card changed, on {day}."), {"day": documented})
    if not facts.deputies:
        yield 1, Sentence(mark("No current employee is named as deputy."))


def _few_heads(situation: Situation, facts: Facts) -> Iterator[tuple[int, Sentence]]:
    """One for each person who is missing to `enough_people`, among those who are there and worked lately."""
    settings = situation.accountability.knowledge
    missing = settings.enough_people - len(facts.present)
    if missing <= 0:
        return
    days = {"days": settings.recent_days}
    gone = len(facts.worked) - len(facts.present)
    if facts.orphaned:
        yield missing, Sentence(mark("Nobody who ever worked on it is still with the company."))
    elif not facts.worked:
        yield missing, Sentence(mark("No work on it is recorded for the last {days} days."), days)
    elif not facts.present:
        message = mark("Everybody who worked on it in the last {days} days has left or is unknown.")
        yield missing, Sentence(message, days)
    else:
        names = ", ".join(situation.organisation.person_name(person) for person in facts.present)
        message = mark(
            "Of those who worked on it in the last {days} days, only these are still with the company: {names}."
        )
        if not gone:
            message = mark("Only these people worked on it in the last {days} days: {names}.")
        yield missing, Sentence(message, {**days, "names": names})
