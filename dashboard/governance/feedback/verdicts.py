"""Judgements of experts on single predictions, as they stand: the last one of each person counts, unless taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from dashboard.schema.events import Sample, Verdict
from dashboard.store.engine.database import Store
from dashboard.store.engine.selection import Models
from dashboard.store.events import RecordedEvent, list_events
from dashboard.store.statements import Statement, list_statements

FEEDBACK, WITHDRAWN = "feedback", "feedback_withdrawn"
Corrected = bool | int | float | str | None


@dataclass(frozen=True)
class GivenVerdict:
    """What a person said about one prediction; `given_at` and `recorded_at` are aware instants in UTC.

    `version` is that of the prediction, None where nobody said; `predicted_at` its instant, said only where the card's
    key is `id+instant`. `imported` tells that it came in a file. `sample` tells how the prediction was picked, None
    where nobody said. Once it is `withdrawn` or `replaced` by a later judgement of the same person it does not count,
    and stays to be read.
    """

    feedback_id: str
    model_id: str
    prediction: str
    version: str | None
    verdict: Verdict
    corrected: Corrected
    reasons: tuple[str, ...]
    comment: str | None
    person: str
    given_at: datetime
    recorded_at: datetime
    sample: Sample | None
    seconds: float | None
    imported: bool
    predicted_at: datetime | None = None
    withdrawn: bool = False
    replaced: bool = False

    @property
    def counts(self) -> bool:
        """Return whether this is what the person says now."""
        return not (self.withdrawn or self.replaced)

    @property
    def decided(self) -> bool:
        """Return whether it calls the prediction right or wrong; who is unsure has not judged."""
        return self.verdict != "unsure"

    @property
    def case(self) -> tuple[str, str | None, datetime | None]:
        """The prediction that it is about, as far as it was named: id, version and instant."""
        return self.prediction, self.version, self.predicted_at


def verdicts_of(events: Iterable[RecordedEvent], said: Iterable[Statement]) -> list[GivenVerdict]:
    """Every judgement among events of the kind `feedback` (oldest first), and whether it counts.

    `said` are the statements that take judgements back.
    """
    withdrawn = {one.subject for one in said if one.kind == WITHDRAWN}
    found: list[GivenVerdict] = []
    last: dict[tuple[object, ...], int] = {}
    for event in events:
        given = _given(event, event.fact_id in withdrawn)
        if not given.withdrawn:
            key = (given.model_id, given.person, *given.case)
            if (earlier := last.get(key)) is not None:
                found[earlier] = replace(found[earlier], replaced=True)
            last[key] = len(found)
        found.append(given)
    return found


def list_verdicts(store: Store, models: Models = None, as_of: datetime | None = None) -> list[GivenVerdict]:
    """Every judgement that was recorded by `as_of`, oldest first, with those that do not count any more."""
    return verdicts_of(
        list_events(store, models, [FEEDBACK], as_of), list_statements(store, [WITHDRAWN], models, as_of)
    )


def _given(event: RecordedEvent, withdrawn: bool) -> GivenVerdict:
    content = event.content
    reason = content.get("reason")
    predicted_at = content.get("predicted_at")
    reasons = () if not reason else (reason,) if isinstance(reason, str) else tuple(str(one) for one in reason)
    return GivenVerdict(
        feedback_id=event.fact_id,
        model_id=event.model_id,
        prediction=str(content["prediction"]),
        version=event.version,
        verdict=content["verdict"],
        corrected=content.get("corrected"),
        reasons=reasons,
        comment=content.get("comment"),
        person=str(content["person"]),
        given_at=event.happened_at,
        recorded_at=event.recorded_at,
        sample=content.get("sample"),
        seconds=content.get("seconds"),
        imported=event.imported_by is not None,
        predicted_at=None if predicted_at is None else datetime.fromisoformat(str(predicted_at)).astimezone(UTC),
        withdrawn=withdrawn,
    )
