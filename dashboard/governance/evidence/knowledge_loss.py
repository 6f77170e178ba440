"""Knowledge loss: who worked on the model in the window, and whether anybody else could."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dashboard.governance.measured import Evidence, evidence, level_of, window_of
from dashboard.governance.situation import Situation
from dashboard.words import Sentence, mark


@evidence("knowledge_loss", mark("Recorded work on the model: who trained, deployed, repaired, reviewed or answered."))
def knowledge_loss(situation: Situation, model_id: str) -> Evidence:
    """The share of the busiest person in the recorded work, and whether those who know the model are still here."""
    window, zone = window_of(situation, model_id), ZoneInfo(situation.cards[model_id].time_zone)
    work = [(_person(event), _moment(event).astimezone(zone).date()) for event in situation.events(model_id, "work")]
    if not work:
        return Evidence(None, Sentence(mark("No work on this model is recorded.")), window=window)
    day = situation.day(model_id)
    here = {person for person, _ in work if not _has_left(situation, person, day)}
    done = Counter(person for person, at in work if at >= window[0])
    last = max(at for _, at in work)
    number = sum(done.values())
    person, most = done.most_common(1)[0] if done else (work[-1][0], 0)
    figures = {
        "busiest": most / number if number else 0.0,
        "lonely": float(len(done) == 1),
        "idle": float(not done),
        "orphaned": float(not here),
    }
    values = {"person": situation.organisation.person_name(person), "n": most, "total": number, "people": len(done)}
    message = mark("{people} people worked on it {total} times in the window, {person} {n} of them.")
    if not done:
        message, values = mark("Nobody worked on it in the window; the last time was {day}."), {"day": last}
    elif len(done) == 1:
        message = mark("Only {person} worked on it in the window, {n} times.")
    notes = [] if here else [Sentence(mark("Nobody who ever worked on it is still here."))]
    return Evidence(
        level_of(situation.rules.steps.knowledge_loss, figures),
        Sentence(message, values), tuple(notes), figures, window, number, mark("pieces of work"),
        last if done else window[1],
    )  # fmt: skip


def _has_left(situation: Situation, person: str, day: date) -> bool:
    """Whether a registered person is gone; of others nothing is known."""
    return person in situation.organisation.people and situation.present(person, day) is None


def _person(event: dict[str, object]) -> str:
    content = event["content"]
    assert isinstance(content, dict)
    return str(content["person"])


def _moment(event: dict[str, object]) -> datetime:
    moment = event["happened_at"]
    assert isinstance(moment, datetime)
    return moment
