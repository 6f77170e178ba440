"""What has happened since a risk was rated, and asks for a new rating."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboard.governance.risk.ratings import Rating
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.business import Automation
from dashboard.schema.card.roles import RiskName
from dashboard.words import Sentence, mark

REQUESTED = "rating_requested"
AUTOMATION: tuple[Automation, ...] = ("decision_support", "human_in_the_loop", "fully_automated")
# The areas whose alerts say something about a risk.
AREAS: dict[RiskName, frozenset[str]] = {
    "outage": frozenset({"availability", "parity"}),
    "wrong_predictions": frozenset({"performance", "quality", "fairness", "value"}),
    "degradation": frozenset({"performance", "drift", "fairness"}),
    "knowledge_loss": frozenset({"ownership"}),
}
# The risks that another version or another use changes.
OF_THE_MODEL: frozenset[RiskName] = frozenset({"outage", "wrong_predictions", "degradation"})


@dataclass(frozen=True)
class Trigger:
    """A fact after an assessment that asks for a new rating: its kind, its day and a sentence."""

    kind: str
    day: date
    sentence: Sentence


def triggers_of(situation: Situation, rating: Rating) -> list[Trigger]:
    """List the triggers of a new rating, oldest first; none for a rating without a day."""
    if rating.moment is None:
        return []
    found = [trigger for find in FINDERS for trigger in find(situation, rating, rating.moment)]
    return sorted(found, key=lambda trigger: trigger.day)


def _day(situation: Situation, model_id: str, moment: datetime) -> date:
    return situation.cards[model_id].local_day(moment)


def _alerts(situation: Situation, rating: Rating, since: datetime) -> Iterator[Trigger]:
    for alert in situation.opened_alerts.get(rating.model_id, []):
        day, area = _day(situation, rating.model_id, alert.opened_at), alert.alarm.area
        if alert.opened_at > since and area in AREAS[rating.risk] and day <= situation.day(rating.model_id):
            yield Trigger("alert", day, Sentence(mark("An alert was opened: {area}."), {"area": f"area {area}"}))


def _versions(situation: Situation, rating: Rating, since: datetime) -> Iterator[Trigger]:
    """Versions that were deployed for the first time since, after another one had been."""
    if rating.risk not in OF_THE_MODEL:
        return
    first: dict[str, date] = {}
    card = situation.cards[rating.model_id]
    deployed = [(one.start, version.version) for version in card.versions for one in version.deployments]
    for event in situation.events(rating.model_id, "deployment"):
        moment = event.happened_at
        deployed.append((_day(situation, rating.model_id, moment), str(event.version)))
    for day, version in sorted(deployed):
        first.setdefault(version, day)
    for version, day in list(first.items())[1:]:
        if _day(situation, rating.model_id, since) < day <= situation.day(rating.model_id):
            yield Trigger("version", day, Sentence(mark("Version {version} was deployed."), {"version": version}))


def _executives(situation: Situation, rating: Rating, since: datetime) -> Iterator[Trigger]:
    """Executives who came since, and executives or the risk's owner who have gone."""
    rated, day = _day(situation, rating.model_id, since), situation.day(rating.model_id)
    name = situation.organisation.person_name
    for held in situation.roles.get(rating.model_id, []):
        if held.role != "accountable_executive":
            continue
        if held.start is not None and rated < held.start <= day:
            message = mark("{person} has become accountable.")
            yield Trigger("executive", held.start, Sentence(message, {"person": name(held.person)}))
        elif held.end is not None and rated <= held.end < day and held.on(rated):
            message = mark("{person} is no longer accountable.")
            yield Trigger("executive", held.end + timedelta(days=1), Sentence(message, {"person": name(held.person)}))
    owner = situation.organisation.people.get(rating.owner or "")
    if owner is not None and owner.end is not None and rated <= owner.end < day:
        message = mark("{person}, who owned the risk, has left.")
        yield Trigger("owner", owner.end + timedelta(days=1), Sentence(message, {"person": owner.name}))


def _automation(situation: Situation, rating: Rating, since: datetime) -> Iterator[Trigger]:
    """Cards since that leave more to the model than the one in force at the rating."""
    history = situation.histories[rating.model_id]
    then = [recorded for recorded in history if recorded.recorded_at <= since] or history[:1]
    before = then[-1].card.business.automation
    for recorded in history:
        now = recorded.card.business.automation
        day = _day(situation, rating.model_id, recorded.recorded_at)
        if recorded.recorded_at <= since or now is None or day > situation.day(rating.model_id):
            continue
        if before is not None and AUTOMATION.index(now) > AUTOMATION.index(before):
            yield Trigger("automation", day, Sentence(mark("The model decides more on its own than before.")))
        before = now


def _uses(situation: Situation, rating: Rating, since: datetime) -> Iterator[Trigger]:
    """Uses that nobody approved, seen for the first time since."""
    if rating.risk not in OF_THE_MODEL:
        return
    approved = set(situation.cards[rating.model_id].business.purposes)
    for event in situation.events(rating.model_id, "usage"):
        content, moment = event.content, event.happened_at
        purpose = str(content["purpose"])
        if purpose not in approved and moment > since:
            values = {"purpose": purpose, "consumer": str(content["consumer"])}
            message = mark("New unapproved use: {purpose}, by {consumer}.")
            yield Trigger("use", _day(situation, rating.model_id, moment), Sentence(message, values))
        approved.add(purpose)


def _requests(situation: Situation, rating: Rating, since: datetime) -> Iterator[Trigger]:
    """A new rating that somebody asked for."""
    known = max(since, rating.recorded_at) if rating.source == "event" else since
    for said in situation.statements(rating.model_id, REQUESTED):
        if said.recorded_at > known and said.subject in (None, rating.risk):
            who = situation.organisation.person_name(said.person_id) if said.person_id else said.actor
            day = _day(situation, rating.model_id, said.recorded_at)
            reason = said.content.get("reason")
            message = mark("{person} requests a new rating.")
            if reason:
                message = mark("{person} requests a new rating: “{reason}”")
            yield Trigger("request", day, Sentence(message, {"person": who, "reason": str(reason)}))


FINDERS: tuple[Callable[[Situation, Rating, datetime], Iterator[Trigger]], ...] = (
    _alerts, _versions, _executives, _automation, _uses, _requests,
)  # fmt: skip
