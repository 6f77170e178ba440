"""A gallery of example states, as frames with exactly the columns of the views: what the dashboard's tests look at.

`gallery("alarming")` gives a function in place of `dashboard.ui.data.read` and the cards behind it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from dashboard.schema.card import ModelCard
from dashboard.schema.people import Person, Process
from dashboard.schema.texts import LocalText
from dashboard.store.organisation import Organisation
from dashboard.views.query import Query
from tests import gallery_ownership
from tests.gallery_of_sign_offs import SIGN_OFF_COLUMNS, SIGN_OFF_ROWS
from tests.risk_states import RISK_COLUMNS, RISK_ROWS

STATES = ("healthy", "alarming", "empty", "unknown", "simulated")
MONTHS = [f"2013-{month:02d}" for month in range(4, 13)]
FEATURES = {"dep_hour": 0.4, "carrier": 0.3, "temp": 0.02, "origin": 0.28}
WORST = {"healthy": "ok", "alarming": "alert", "unknown": "unknown", "simulated": "warn", "empty": "unknown"}

COLUMNS = {
    "access": "person name roles processes teams models_seen left_on granted_at granted_by reason",
    "tokens": "token scopes person created_at created_by revoked_at",
    "models": "model name status stage process accountable_executive version risk value_verdict "
    "predictions last_prediction_at",
    "status": "model area status reason",
    "acceptances": "acceptance model area accepted until person reason accepted_at state",
    "alerts": "alert model area severity opened_at closed_at acknowledged_by reason state acknowledged_at "
    "reopened_at closed_by cause closed_because",
    "desk": "person model kind what why severity since due overdue stake promised currency minutes page",
    "rules": "model team rule state person since reason",
    "rules-over-time": "period team kept due share",
    "rule-meanings": "rule title meaning",
    "audit": "at actor action subject before after hash",
    "changes": "model area status_before status changed_at reason",
    "volumes": "model period period_start predictions labelled",
    "people": "person name team role model from to",
    "targets": "metric target limit value low high reference_value status period better reason",
    "versions": "version trained_at algorithm deployed_at artifact code_revision training_data environment",
    "timeline": "at until kind title version detail",
    "card": "section field value",
    "performance": "period metric value low high predictions labelled status",
    "estimate": "period metric value low high predictions",
    "calibration": "bin lower upper mean_prediction rate low high predictions",
    "confusion": "threshold true_positive false_positive false_negative true_negative precision "
    "recall f1 accuracy selected_share",
    "segments": "column group metric value low high predictions labelled difference cost status",
    "drift": "period feature method value importance status",
    "ranking": "feature method value importance relevance status",
    "discussion": "statement model kind subject person actor at text reason until corrects figures",
    "findings": "finding model step kind what owner due_on state raised_by raised_at resolved_by resolved_at "
    "reason may_resolve",
    "sign-offs": "model step state role person decision at version reason conditions since differs valid_until due "
    "to_sign own_work",
    "sign-off-differences": "model step fact label then now since person",
    "sign-off-facts": "model step fact label now",
    "uses": "model consumer purpose calls first_seen last_seen state allowed_until person reason may_answer",
    "distribution": "feature bin label lower upper reference_count reference_share current_count current_share",
    **SIGN_OFF_COLUMNS,
}


@dataclass(frozen=True)
class Gallery:
    """One state: what `read` returns, and the cards."""

    read: Callable[[str, Query], pd.DataFrame]
    cards: dict[str, ModelCard]
    organisation: Organisation


def gallery(state: str) -> Gallery:
    """The frames of one state; raises KeyError for a view that is not in the gallery."""

    def read(name: str, query: Query) -> pd.DataFrame:
        rows = [] if state == "empty" else ROWS[name](state, query)
        return pd.DataFrame(rows, columns=COLUMNS[name].split())

    return Gallery(read, {} if state == "empty" else _cards(state), _organisation())


def card(model: str, name: str, simulated: bool = False, **more: Any) -> ModelCard:
    """A card like the demo's flight model."""
    return ModelCard.model_validate(
        {
            "id": model,
            "name": {"en": name, "de": f"{name} (de)"},
            "summary": {"en": "Warns of late departures.", "de": "Warnt vor verspäteten Abflügen."},
            "status": "production",
            "task": "binary_classification",
            "time_zone": "America/New_York",
            "period": "month",
            "simulated": simulated,
            "business": {
                "process": "crew-planning",
                "question": {"en": "Which departures will be late?", "de": "Welche Abflüge verspäten sich?"},
                "purposes": ["rebooking"],
                "automation": "decision_support",
                "key_metrics": [{"metric": "roc_auc", "target": 0.70, "limit": 0.65}],
            },
            "roles": {"accountable_executive": ["anna.keller"]},
            "versions": [{"version": "1", "algorithm": "HistGradientBoostingClassifier", "importance": FEATURES}],
            "data": {
                "prediction_id": "flight_id",
                "predicted_at": "scheduled_at",
                "score": "p_late",
                "actual": "late",
                "threshold": 0.35,
                "cluster": "flight_date",
                "features": {
                    "dep_hour": {
                        "kind": "numeric",
                        "label": {"en": "Departure hour", "de": "Abflugstunde"},
                        "unit": "h",
                    },
                    "carrier": {"kind": "categorical", "label": {"en": "Carrier", "de": "Fluggesellschaft"}},
                    "temp": {"kind": "numeric"},
                    "origin": {"kind": "categorical"},
                },
                "segments": ["carrier", "origin"],
                "reference": {"from": date(2013, 1, 1).isoformat(), "to": date(2013, 3, 31).isoformat()},
            },
            **more,
        }
    )


def _organisation() -> Organisation:
    process = LocalText({"en": "Crew planning", "de": "Crewplanung"})
    return Organisation(
        people={"anna.keller": Person(id="anna.keller", name="Anna Keller", team="operations")},
        processes={"crew-planning": Process(id="crew-planning", name=process)},
    )


def _cards(state: str) -> dict[str, ModelCard]:
    return {
        "flight-delay": card("flight-delay", "Late departure warning", simulated=state == "simulated"),
        "calm": card("calm", "Calm model"),
    }


def _models(state: str, query: Query) -> list[tuple[Any, ...]]:
    seen = None if state == "unknown" else "2013-12-31T22:00:00Z"
    person = None if state == "unknown" else "anna.keller"
    flight = ("flight-delay", "Late departure warning", WORST[state], "production", "crew-planning", person)
    return [
        (*flight, "1", 8, "unknown", 42_000, seen),
        (
            "calm",
            "Calm model",
            "ok" if state != "unknown" else "unknown",
            "production",
            "pricing",
            person,
            "2",
            None,
            "yes",
            900,
            seen,
        ),
    ]


def _status(state: str, query: Query) -> list[tuple[Any, ...]]:
    reason = "ROC AUC 0.62 is below the limit 0.65." if WORST[state] == "alert" else "As wanted."
    rows = [
        ("flight-delay", "performance", WORST[state], reason),
        ("flight-delay", "drift", "warn" if state == "alarming" else WORST[state], "Departure hour has moved."),
        ("flight-delay", "fairness", "unknown", "No protected attribute is named."),
        ("calm", "performance", "unknown" if state == "unknown" else "ok", "As wanted."),
        ("calm", "drift", "unknown" if state == "unknown" else "ok", "Nothing has moved."),
    ]
    return [row for row in rows if query.model in (None, row[0])]


def _changes(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state != "alarming":
        return []
    return [("flight-delay", "performance", "ok", "alert", "2013-10-31T08:00:00Z", "ROC AUC fell below the limit.")]


def _acceptances(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state != "alarming":
        return []
    told = ("warn", "2099-12-31", "anna.keller", "The new carrier is known.", "2013-12-01T08:00:00Z", "in_force")
    return [("acc-1", "flight-delay", "drift", *told)]


def _alerts(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state not in ("alarming", "simulated"):
        return []
    reason = "ROC AUC 0.62 is below the limit 0.65."
    seen = ("anna.keller", reason, "acknowledged", "2013-11-02T08:00:00Z", None, None, None, None)
    over = ("system", "status_returned", None)
    rows = [
        ("al-1", "flight-delay", "performance", "high", "2013-10-31T08:00:00Z", None, *seen),
        ("al-2", "calm", "drift", "low", "2013-11-01T08:00:00Z", None, None, "Moved.", "new", *[None] * 5),
        ("al-3", "flight-delay", "drift", "medium", "2013-05-01T08:00:00Z", "2013-06-01T08:00:00Z", None, "Moved.",
         "closed", None, None, *over),
    ]  # fmt: skip
    return [row for row in rows if query.model in (None, row[1])]


def _discussion(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state != "alarming":
        return []
    known = (
        '{"status": {"performance": "alert", "drift": "unknown"}, "metrics": [{"metric": "roc_auc", "period": '
        '"2013-12", "value": 0.62, "target": 0.7, "limit": 0.65, "status": "alert"}], "alerts": [{"area": '
        '"performance", "severity": "high", "opened_at": "2013-10-31T08:00:00Z"}]}'
    )
    anna, ben = ("anna.keller", "login:anna.keller"), ("ben", "cli:ben as ben")
    more = (None, None, None)
    rows = [
        ("st-5", "alert_acknowledged", "al-1", *anna, "2013-11-02T08:00:00Z", None, None, *more),
        ("st-4", "comment", "drift", *ben, "2013-11-01T09:00:00Z", "The storm, *not* the model.", None, None, "st-2",
         None),
        ("st-3", "decision", None, *anna, "2013-11-01T08:30:00Z", "It stays in use.", "People check.", "2014-01-31",
         None, known),
        ("st-2", "comment", "drift", *ben, "2013-11-01T08:00:00Z", "The stom.", None, *more),
        ("st-1", "alert_closed", "al-3", None, "system", "2013-06-01T08:00:00Z", "status_returned", None, *more),
    ]  # fmt: skip
    return [(row[0], "flight-delay", *row[1:]) for row in rows if query.model in (None, "flight-delay")]


def _audit(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [
        ("2013-12-31T22:00:00.000001Z", "anna", "register", "flight-delay", '{"status": "idea"}', "{}", "b" * 64),
        ("2013-12-30T22:00:00.000001Z", "pipeline", "ingest_predictions", "calm", None, '{"rows": 3}', "a" * 64),
        ("2013-12-29T22:00:00.000001Z", "demo", "begin_chain", None, None, None, "c" * 64),
    ]


def _desk(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state not in ("alarming", "simulated"):
        return []
    task = ("flight-delay", "no_deputy", "Name a deputy", "Nobody stands in.", "high", "2013-04-01", "2013-04-08", True)
    other = ("calm", "no_tests", "Run the tests", "No test ran.", "low", None, None, False)
    return [
        ("anna.keller", *task, 45, 40_000.0, "EUR", 5, "ownership"),
        (None, *other, 9, None, None, 60, "model"),
    ]


def _rules(state: str, query: Query) -> list[tuple[Any, ...]]:
    broken = ("flight-delay", "operations", "deputy", "broken", "anna.keller", "2013-04-01", "Nobody stands in.")
    kept = ("calm", None, "deputy", "kept", None, None, None)
    if state == "unknown":
        return [(*row[:3], "not_due", None, None, None) for row in (broken, kept)]
    return [broken, kept] if state in ("alarming", "simulated") else [kept]


def _rules_over_time(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [] if state == "unknown" else [(month, "operations", 8, 10, 0.8) for month in MONTHS]


def _rule_meanings(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [("deputy", "Somebody stands in", "A deputy is named."), ("tests", "It is tested", "A test suite ran.")]


def _access(state: str, query: Query) -> list[tuple[Any, ...]]:
    since, by = "2013-11-01T08:00:00Z", "login:anna.keller"
    boss = ("anna.keller", "Anna Keller", "manager admin", "", "", None, None, since, "demo", "leads operations")
    if state == "unknown":
        return []
    return [
        boss,
        ("ben.frei", "Ben Frei", "domain_expert", "crew-planning", "", 1, None, since, by, "knows crews"),
        ("lea.left", "Lea Left", "data_scientist", "", "", None, "2013-11-30", since, by, "built it"),
        ("tom.taken", None, "", "", "", None, None, since, by, "moved"),
    ]


def _tokens(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "unknown":
        return []
    return [
        ("nightly", "read predictions", None, "2013-11-01T08:00:00Z", "login:anna.keller", None),
        ("old", "events", "anna.keller", "2013-10-01T08:00:00Z", "demo", "2013-11-02T08:00:00Z"),
    ]


def _volumes(state: str, query: Query) -> list[tuple[Any, ...]]:
    models = [query.model] if query.model else ["flight-delay", "calm"]
    return [
        (model, month, date.fromisoformat(f"{month}-01"), 4_000 + 100 * number, 0 if state == "unknown" else 3_900)
        for model in models
        for number, month in enumerate(MONTHS)
    ]


def _people(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "unknown":
        return []
    return [("anna.keller", "Anna Keller", "Operations", "accountable_executive", "flight-delay", "2010-01-01", None)]


def _targets(state: str, query: Query) -> list[tuple[Any, ...]]:
    value = None if state == "unknown" else 0.62 if state == "alarming" else 0.71
    return [("roc_auc", 0.70, 0.65, value, 0.60, 0.73, 0.72, WORST[state], "2013-12", "higher", "As wanted.")]


def _versions(state: str, query: Query) -> list[tuple[Any, ...]]:
    made = ("1", "2013-04-01T00:00:00Z", "HistGradientBoostingClassifier", "2013-04-02")
    return [(*made, "ab12", "a1b2c3", "q1", "python 3.11.7")]


def _timeline(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "healthy":
        return []
    return [
        ("2013-04-01T00:00:00Z", None, "deployment", "production", "1", "production"),
        ("2013-04-21T00:00:00Z", "2013-04-27T00:00:00Z", "incident", "Storm week", None, "3"),
    ]


def _card(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [("business", "process", "crew-planning"), ("data", "formula", "=HYPERLINK(1)")]


def _metric_status(state: str, number: int) -> str:
    return "alert" if state == "alarming" and number in (0, 8) else "warn" if state == "simulated" else "ok"


def _performance(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "unknown":
        return [(month, "roc_auc", None, None, None, 4_000, 0, "unknown") for month in MONTHS]
    rows: list[tuple[Any, ...]] = []
    for number, month in enumerate(MONTHS):
        status = _metric_status(state, number)
        value = 0.62 if status == "alert" else 0.70 + 0.005 * number
        rows.append((month, "accuracy", 0.8, 0.79, 0.81, 4_000, 3_900, "ok"))
        rows.append((month, "roc_auc", value, value - 0.02, value + 0.02, 4_000, 3_900, status))
    return rows


def _estimate(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [(month, "roc_auc", 0.69, 0.66, 0.72, 4_000) for month in MONTHS]


def _calibration(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "unknown":
        return []
    shift = 0.2 if state == "alarming" else 0.0
    centres = [0.05 + 0.1 * number for number in range(10)]
    return [
        (
            number,
            at - 0.05,
            at + 0.05,
            at,
            min(1.0, at + shift),
            max(0.0, at + shift - 0.04),
            min(1.0, at + shift + 0.04),
            400,
        )
        for number, at in enumerate(centres)
    ]


def _confusion(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "unknown":
        return []
    rows: list[tuple[Any, ...]] = []
    for step in range(101):
        cut = step / 100
        found, alarms = int(1_000 * (1 - cut)), int(3_000 * (1 - cut) ** 2)
        precision = found / (found + alarms) if found + alarms else math.nan
        counts = (found, alarms, 1_000 - found, 3_000 - alarms)
        f1 = 2 * found / (2 * found + alarms + 1_000 - found)
        rows.append(
            (cut, *counts, precision, found / 1_000, f1, (found + 3_000 - alarms) / 4_000, (found + alarms) / 4_000)
        )
    return rows


def _segments(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "unknown":
        return []
    return [
        ("carrier", "EV", "roc_auc", 0.61, 0.57, 0.65, 900, 880, -0.1, 0.02, WORST[state]),
        ("origin", "JFK", "roc_auc", 0.72, 0.70, 0.74, 2_000, 1_900, 0.01, 0.0, "ok"),
        ("carrier", "HA", "roc_auc", None, None, None, 8, 7, None, None, "unknown"),
    ]


def _drift_value(state: str, feature: str) -> tuple[float | None, str]:
    if state == "unknown":
        return None, "unknown"
    if state == "alarming":
        return {"dep_hour": (0.4, "alert"), "temp": (3.0, "warn")}.get(feature, (0.03, "ok"))
    return 0.02, "ok"


def _drift(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [
        (month, feature, query.method or "psi", *_with_importance(state, feature))
        for feature in ([query.feature] if query.feature else FEATURES)
        for month in MONTHS
    ]


def _with_importance(state: str, feature: str) -> tuple[Any, ...]:
    value, status = _drift_value(state, feature)
    return value, FEATURES.get(feature) if state != "unknown" else None, status


def _ranking(state: str, query: Query) -> list[tuple[Any, ...]]:
    rows = []
    for feature, share in FEATURES.items():
        value, importance, status = _with_importance(state, feature)
        relevance = value * share if value is not None else None
        rows.append((feature, query.method or "psi", value, importance, relevance, status))
    return sorted(rows, key=lambda row: -(row[4] or 0))


def _distribution(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [
        (query.feature, number, f"{number} – {number + 1}", number, number + 1, 100.0, 0.1, 90.0 + number, 0.09)
        for number in range(10)
    ]


ROWS: dict[str, Callable[[str, Query], list[tuple[Any, ...]]]] = {
    name: SIGN_OFF_ROWS[name] if name in SIGN_OFF_ROWS else globals()[f"_{name}"] for name in COLUMNS
}
COLUMNS |= gallery_ownership.COLUMNS | RISK_COLUMNS
ROWS |= {name: getattr(gallery_ownership, name) for name in gallery_ownership.COLUMNS} | RISK_ROWS
