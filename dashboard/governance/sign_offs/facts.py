"""The facts that a sign-off rests on, as they were at any instant, in the form of `schema/sign_off_evidence.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from dashboard.governance.sign_offs.metrics import metrics_at
from dashboard.governance.situation.lifetimes import card_at, lives, local_day, risks_at, version_at, version_details
from dashboard.governance.situation.situation import Situation
from dashboard.governance.uses.population import stated_cases
from dashboard.governance.uses.purposes import extended_purposes
from dashboard.governance.value.promises import promise_on, promises
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.versions import Version
from dashboard.schema.sign_off_evidence import FactName

Facts = Mapping[FactName, object]
OF_A_VERSION: tuple[FactName, ...] = ("version", "training_data", "code_revision", "artifact", "libraries")


def facts_at(
    situation: Situation, model_id: str, moment: datetime, names: Iterable[FactName], version: str | None = None
) -> dict[FactName, object]:
    """The named facts at an instant; `version` is the one that the facts of a version are about (default: in use)."""
    about = version or version_at(situation, model_id, moment)
    found: dict[FactName, object] = {}
    for name in names:
        if name in OF_A_VERSION:
            found[name] = _of_version(situation, model_id, about, moment, name)
        else:
            found[name] = situation.cached(
                ("fact", model_id, moment, name),
                lambda name=name: _of_model(situation, model_id, moment, name),  # type: ignore[misc]
            )
    return found


def _of_model(situation: Situation, model_id: str, moment: datetime, name: FactName) -> object:
    if name in OF_THE_CARD:
        return OF_THE_CARD[name](card_at(situation, model_id, moment))
    return OF_THE_STORE[name](situation, model_id, moment)


def _of_version(situation: Situation, model_id: str, version: str, moment: datetime, name: FactName) -> object:
    if name == "version":
        return version
    if name == "libraries":
        return _libraries(situation, model_id, version, moment)
    details = version_details(situation, model_id, version, moment)
    field = "artifact_sha256" if name == "artifact" else name
    return getattr(details, field) if details else None


def _libraries(situation: Situation, model_id: str, version: str, moment: datetime) -> dict[str, str] | None:
    """The packages where a version runs; before it ran, those it was trained with."""
    ran = [live for live in lives(situation, model_id) if live.version == version and live.start <= moment]
    if ran and ran[-1].environment:
        return ran[-1].environment
    details: Version | None = version_details(situation, model_id, version, moment)
    return dict(details.environment) if details and details.environment else None


def _promise(situation: Situation, model_id: str, moment: datetime) -> dict[str, object] | None:
    """What was promised for the day of an instant, as it had been stated by then."""
    stated = [one for one in promises(situation, model_id) if one.start is None or one.stated_at <= moment]
    promise = promise_on(stated, local_day(situation, model_id, moment))
    return None if promise is None else {"amount": promise.per_month, "currency": promise.currency}


def _targets(card: ModelCard) -> dict[str, dict[str, object]]:
    return {entry.metric: {"target": entry.target, "limit": entry.limit} for entry in card.business.key_metrics}


def _columns(card: ModelCard) -> dict[str, str]:
    columns: dict[str, str] = {name: feature.kind for name, feature in card.data.features.items()}
    return columns | {card.data.score: "score", card.data.actual: "actual"}


def _reference(card: ModelCard) -> str | None:
    days = card.data.reference
    return f"{days.start.isoformat()}:{days.end.isoformat()}" if days else None


def _threshold(card: ModelCard) -> float | None:
    return card.data.threshold if card.task == "binary_classification" else None


def _executives(situation: Situation, model_id: str, moment: datetime) -> list[str]:
    day = local_day(situation, model_id, moment)
    return sorted(situation.holders_on(model_id, "accountable_executive", day))


def _purposes(situation: Situation, model_id: str, moment: datetime) -> list[str]:
    business = card_at(situation, model_id, moment).business
    stated = {*business.purposes, *stated_cases(business.population)}
    return sorted({*stated, *extended_purposes(situation, model_id, moment)})


OF_THE_CARD: dict[FactName, Callable[[ModelCard], object]] = {
    "process": lambda card: card.business.process,
    "automation": lambda card: card.business.automation,
    "targets": _targets,
    "columns": _columns,
    "reference": _reference,
    "segments": lambda card: sorted({*card.data.segments, *card.data.protected}),
    "threshold": _threshold,
}
OF_THE_STORE: dict[FactName, Callable[[Situation, str, datetime], object]] = {
    "purposes": _purposes,
    "promise": _promise,
    "accountable_executive": _executives,
    "risks": risks_at,
    "metrics": metrics_at,
}
