"""Whether who answers for a model is an executive of the business, as far as people.yaml and the roles tell it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dashboard.governance.gaps.registry import Gap, gap_check
from dashboard.governance.situation.history import (
    EXECUTIVE,
    FROM_DESIGN_ON,
    KEEPERS,
    eased,
    is_there,
    present_on,
    role_changes,
    since_when,
    stage_on,
)
from dashboard.governance.situation.people_to_ask import whom_to_ask
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.roles import ROLE_WORDS
from dashboard.schema.severities import Severity
from dashboard.words import Sentence, mark

Doubt = tuple[Severity, Sentence]


@gap_check("executive_not_business")
def executive_not_business(situation: Situation, model_id: str) -> Iterator[Gap]:
    """The person who answers is of the technical side, builds the model, or is no executive; or it is not stated."""
    day = situation.day(model_id)
    if stage_on(situation, model_id, day) not in FROM_DESIGN_ON:
        return
    for person in present_on(situation, model_id, [EXECUTIVE], day):
        found = _doubt(situation, model_id, person, day)
        if found is not None:
            severity = eased(found[0], stage_on(situation, model_id, day))
            since = _since(situation, model_id, person, found)
            yield Gap(model_id, "executive_not_business", severity, whom_to_ask(situation, model_id), since, found[1])


def _doubt(situation: Situation, model_id: str, person: str, day: date) -> Doubt | None:
    """Find the weightiest reason against a person; None where there is none, or nobody states such things."""
    known = situation.organisation.people[person]
    team = situation.organisation.teams.get(known.team or "")
    side = team.side if team is not None else None
    values: dict[str, object] = {"person": known.name}
    if side == "technical" and team is not None:
        message = mark(
            "{person} is accountable for this model but belongs to the team {team}, which is a technical team."
        )
        return "medium", Sentence(message, values | {"team": team.name})
    built = next((role for role in KEEPERS if person in situation.holders_on(model_id, role, day)), None)
    if built is not None:
        message = mark("{person} is accountable for this model and also builds it ({role}).")
        return "medium", Sentence(message, values | {"role": ROLE_WORDS[built]})
    if not known.executive and _executives_are_stated(situation, day):
        return "medium", Sentence(
            mark("{person} is accountable for this model but not registered as an executive."), values
        )
    if side is None and any(one.side for one in situation.organisation.teams.values()):
        message = mark(
            "{person} is accountable for this model; whether their team belongs to the business or to technology "
            "is not stated."
        )
        return "low", Sentence(message, values)
    return None


def _executives_are_stated(situation: Situation, day: date) -> bool:
    """Return whether anybody who is there is registered as an executive; without any, nobody states such things."""
    people = situation.organisation.people.items()
    executives = (person for person, known in people if known.executive)
    return situation.cached(("executives", day), lambda: any(is_there(situation, one, day) for one in executives))


def _since(situation: Situation, model_id: str, person: str, found: Doubt) -> date | None:
    """Find the first day from which the same reason holds against the same person in that role."""

    def same(day: date) -> bool:
        if person not in present_on(situation, model_id, [EXECUTIVE], day):
            return False
        return stage_on(situation, model_id, day) in FROM_DESIGN_ON and (
            _doubt(situation, model_id, person, day) == found
        )

    return since_when(situation, model_id, same, role_changes(situation, model_id, [EXECUTIVE, *KEEPERS]))
