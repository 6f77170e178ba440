"""What held for a model at any instant: its card, its version in production, its stage, its risks.

What a card dates itself (deployments, trainings, roles) held on its own dates. The rest held from the instant at which
the card was registered; the first registered card stands for the time before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.versions import Version, in_production
from dashboard.schema.times import instant

STAGES = ("idea", "design", "development", "validation", "production", "retired")


@dataclass(frozen=True)
class Live:
    """A version that runs in production from `start` until before `end` (None: open) with these packages."""

    version: str
    start: datetime
    end: datetime | None
    environment: dict[str, str]


def card_at(situation: Situation, model_id: str, moment: datetime) -> ModelCard:
    """The card in force at an instant; the first one before there was any."""
    history = situation.histories[model_id]
    past = [recorded.card for recorded in history if recorded.recorded_at <= moment]
    return past[-1] if past else history[0].card


def local_day(situation: Situation, model_id: str, moment: datetime) -> date:
    """The day of an instant in the model's time zone."""
    return situation.cards[model_id].local_day(moment)


def lives(situation: Situation, model_id: str) -> list[Live]:
    """Every time that a version went into production, by its start, from the card's deployments and from events.

    Where no deployment names an environment like `production`, all of them count.
    """
    return situation.cached(("lives", model_id), lambda: _lives(situation, model_id))


def _lives(situation: Situation, model_id: str) -> list[Live]:
    found = [*_on_card(situation.cards[model_id]), *_as_events(situation, model_id)]
    return sorted(in_production(found), key=lambda live: live.start)


def _on_card(card: ModelCard) -> Iterator[tuple[str, Live]]:
    for version in card.versions:
        for entry in version.deployments:
            end = instant(entry.end + timedelta(days=1), card.time_zone) if entry.end else None
            environment = dict(entry.environment or version.environment)
            live = Live(version.version, instant(entry.start, card.time_zone), end, environment)
            yield entry.environment_name, live


def _as_events(situation: Situation, model_id: str) -> Iterator[tuple[str, Live]]:
    for event in situation.events(model_id, "deployment"):
        content, start, end = event.content, event.happened_at, event.happened_until
        until = end if isinstance(end, datetime) else None
        environment = content.get("environment") or {}
        yield str(content["environment_name"]), Live(str(content["version"]), start, until, dict(environment))


def live_at(situation: Situation, model_id: str, moment: datetime) -> Live | None:
    """Return the version live at an instant: the running one started last; after the end, the last that ran."""
    begun = [live for live in lives(situation, model_id) if live.start <= moment]
    running = [live for live in begun if live.end is None or live.end > moment]
    chosen = running or begun
    return chosen[-1] if chosen else None


def version_at(situation: Situation, model_id: str, moment: datetime) -> str:
    """The version in production at an instant; before any was, the newest that was trained by then."""
    live = live_at(situation, model_id, moment)
    return live.version if live else trained_by(situation, model_id, moment)[-1]


def trained_by(situation: Situation, model_id: str, moment: datetime) -> list[str]:
    """The versions that were trained at an instant, oldest first; the first one where none was."""
    versions = situation.cards[model_id].versions
    trained = [v.version for v in versions if v.trained_at is None or v.trained_at <= moment]
    return trained or [versions[0].version]


def version_details(situation: Situation, model_id: str, version: str, moment: datetime) -> Version | None:
    """Return a version's details from the card in force, or from the newest card where that one lacks it."""
    for card in (card_at(situation, model_id, moment), situation.cards[model_id]):
        for entry in card.versions:
            if entry.version == version:
                return entry
    return None


def stage_at(situation: Situation, model_id: str, moment: datetime) -> str | None:
    """The stage of a model at an instant; None when the card does not say and nothing was ever in production.

    A card that says `production` says so from the first deployment on, where that is known.
    """
    stated = card_at(situation, model_id, moment).status
    first = next(iter(lives(situation, model_id)), None)
    if first is None:
        return stated
    if first.start <= moment:
        return stated or "production"
    if stated is None or STAGES.index(stated) > STAGES.index("validation"):
        return "validation"
    return stated


def stage_since(situation: Situation, model_id: str, stages: tuple[str, ...]) -> date | None:
    """The first known day on which a model was in one of the stages: a deployment, or a card that says so."""
    first = next(iter(lives(situation, model_id)), None)
    if first is not None and "production" in stages and "validation" not in stages:
        return local_day(situation, model_id, first.start)
    known = [entry.recorded_at for entry in situation.histories[model_id] if entry.card.status in stages]
    begun = [local_day(situation, model_id, known[0])] if known else []
    if first is not None and "validation" in stages:
        begun.append(local_day(situation, model_id, first.start))
    return min(begun, default=None)


def risks_at(situation: Situation, model_id: str, moment: datetime) -> dict[str, dict[str, int]]:
    """Likelihood and impact of each risk that was rated by then; of card and events the later rating counts."""
    day = local_day(situation, model_id, moment)
    found: dict[str, tuple[date, dict[str, int]]] = {}
    for name, risk in card_at(situation, model_id, moment).risks.rated():
        if risk.likelihood is None or risk.impact is None or (risk.assessed_on and risk.assessed_on > day):
            continue
        found[name] = (risk.assessed_on or date.min, {"likelihood": risk.likelihood, "impact": risk.impact})
    for event in situation.events(model_id, "risk"):
        content, happened = event.content, event.happened_at
        rated_on = local_day(situation, model_id, happened)
        if happened <= moment and rated_on >= found.get(content["risk"], (date.min, {}))[0]:
            rating = {"likelihood": content["likelihood"], "impact": content["impact"]}
            found[content["risk"]] = (rated_on, rating)
    return {name: rating for name, (_, rating) in found.items()}
