"""How far the knowledge of a model hangs on few heads and old papers, from recorded facts, in levels of 1 to 5.

Level 1 is safe, 5 is nearly lost, as in the risk matrix; it begins at 1 and rises with each weakness. Nothing recorded
means no level at all: what was never measured is unknown. docs/accountability.md has the rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.governance.situation import Situation
from dashboard.governance.timeline import card_days, event_day, is_there, present_on
from dashboard.words import Sentence, mark

HIGHEST = 5


@dataclass(frozen=True)
class Facts:
    """What a level rests on. `worked` = entries of recent work and sign-offs of each person, busiest first.

    Days are the last ones up to the asked day; None means that none is recorded.
    """

    worked: dict[str, int]
    present: tuple[str, ...]
    busiest_share: float | None
    trained: date | None
    reproduced: date | None
    reviewed: date | None
    card_changed: date | None
    deputies: tuple[str, ...]


@dataclass(frozen=True)
class KnowledgeLevel:
    """A level of 1 to 5 (None: nothing is recorded), the reasons in words, the heaviest first, and the facts."""

    level: int | None
    reasons: list[Sentence]
    facts: Facts


def knowledge_level(situation: Situation, model_id: str) -> KnowledgeLevel:
    """How near the knowledge of a model is to being lost on the asked day."""
    facts = knowledge_facts(situation, model_id)
    if not any((facts.worked, facts.trained, facts.reproduced, facts.reviewed)) and not _entries(situation, model_id):
        nothing = Sentence(mark("Nobody's work on this model is recorded, so the loss of knowledge is unknown."))
        return KnowledgeLevel(None, [nothing], facts)
    found = sorted(_weaknesses(situation, model_id, facts), key=lambda entry: -entry[0])
    level = min(HIGHEST, 1 + sum(weight for weight, _ in found))
    message = mark("{n} people who are there worked on it lately, no single one has most of it, and it is documented.")
    fine = Sentence(message, {"n": len(facts.present)})
    return KnowledgeLevel(level, [reason for _, reason in found] or [fine], facts)


def knowledge_facts(situation: Situation, model_id: str) -> Facts:
    """What is recorded about who knows a model, up to the asked day."""
    day = situation.day(model_id)
    recent = day - timedelta(days=situation.accountability.knowledge.recent_days)
    entries = _entries(situation, model_id)
    counts = Counter(person for person, _, done in entries if done > recent)
    worked = dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))
    total = sum(worked.values())
    cards = [changed for changed in card_days(situation, model_id) if changed <= day]
    return Facts(
        worked=worked,
        present=tuple(person for person in worked if is_there(situation, person, day)),
        busiest_share=max(worked.values()) / total if total else None,
        trained=_last(entries, "trained"),
        reproduced=_last(entries, "reproduced"),
        reviewed=_last(entries, "reviewed"),
        card_changed=max(cards, default=None),
        deputies=tuple(present_on(situation, model_id, ["deputy"], day)),
    )


def _entries(situation: Situation, model_id: str) -> list[tuple[str, str, date]]:
    """Each recorded piece of work and each sign-off: person, activity, day."""
    found = []
    for kind in ("work", "sign_off"):
        for event in situation.events(model_id, kind):
            content = event["content"]
            assert isinstance(content, dict)
            found.append((content["person"], content.get("activity", kind), event_day(situation, model_id, event)))
    return found


def _last(entries: list[tuple[str, str, date]], activity: str) -> date | None:
    return max((done for _, what, done in entries if what == activity), default=None)


def _weaknesses(situation: Situation, model_id: str, facts: Facts) -> Iterator[tuple[int, Sentence]]:
    """Each weakness: by how much it raises the level, and its reason."""
    settings, day = situation.accountability.knowledge, situation.day(model_id)
    yield from _few_heads(situation, facts)
    if len(facts.present) > 1 and facts.busiest_share is not None and facts.busiest_share > settings.most_share:
        busiest = situation.organisation.person_name(next(iter(facts.worked)))
        percent = round(100 * facts.busiest_share)
        message = mark("{person} did {share} % of the recent work.")
        yield 1, Sentence(message, {"person": busiest, "share": percent})
    exercised = max((done for done in (facts.trained, facts.reproduced) if done is not None), default=None)
    if exercised is None:
        yield 1, Sentence(mark("No training and no reproduction of the model is recorded."))
    elif (day - exercised).days > settings.reproduced_days:
        yield 1, Sentence(mark("It was last trained or reproduced on {day}."), {"day": exercised})
    documented = max((done for done in (facts.reviewed, facts.card_changed) if done is not None), default=None)
    if documented is None:
        yield 1, Sentence(mark("No review and no change of the card is recorded."))
    elif (day - documented).days > settings.documented_days:
        yield 1, Sentence(mark("It was last reviewed or described anew on {day}."), {"day": documented})
    if not facts.deputies:
        yield 1, Sentence(mark("No deputy who is there is named."))


def _few_heads(situation: Situation, facts: Facts) -> Iterator[tuple[int, Sentence]]:
    """One for each person who is missing to `enough_people`, among those who are there and worked lately."""
    settings = situation.accountability.knowledge
    missing = settings.enough_people - len(facts.present)
    if missing <= 0:
        return
    days = {"days": settings.recent_days}
    gone = len(facts.worked) - len(facts.present)
    if not facts.worked:
        yield missing, Sentence(mark("Nobody is recorded to have worked on it in the last {days} days."), days)
    elif not facts.present:
        yield (
            missing,
            Sentence(mark("Everybody who worked on it in the last {days} days has left or is unknown."), days),
        )
    else:
        names = ", ".join(situation.organisation.person_name(person) for person in facts.present)
        message = mark("Of those who worked on it in the last {days} days only these are there: {names}.")
        if not gone:
            message = mark("In the last {days} days only these worked on it: {names}.")
        yield missing, Sentence(message, {**days, "names": names})
