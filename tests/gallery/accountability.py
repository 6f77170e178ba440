"""The gallery's frames about what people did: alerts, discussion, audit, rules, desk, access."""

from __future__ import annotations

from typing import Any

from dashboard.views.query import Query
from tests.gallery.states import MONTHS


def access(state: str, query: Query) -> list[tuple[Any, ...]]:
    since, by = "2013-11-01T08:00:00Z", "login:anna.keller"
    boss = ("anna.keller", "Anna Keller", "manager admin", "", "", None, None, since, "demo", "leads operations")
    if state == "unknown":
        return []
    return [
        boss,
        ("ben.frei", "Ben Frei", "domain_expert", "crew-planning", "night-shift", 1, None, since, by, "knows crews"),
        ("lea.left", "Lea Left", "data_scientist", "", "", None, "2013-11-30", since, by, "built it"),
        ("tom.taken", None, "", "", "", None, None, since, by, "moved"),
    ]


def tokens(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "unknown":
        return []
    return [
        ("nightly", "read predictions", None, "ends_soon", "2014-01-10", "2013-11-01T08:00:00Z", "cli:root", None),
        ("first", "read", None, "no_end", None, "2013-01-01T08:00:00Z", "cli:root", None),
        ("old", "events", "anna.keller", "revoked", "2014-01-01", "2013-10-01T08:00:00Z", "demo",
         "2013-11-02T08:00:00Z"),
    ]  # fmt: skip


def sources(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state in ("unknown", "empty"):
        return []
    at = "2013-12-30T06:00:00Z"
    refused = "/data/lake/*2013*.csv:5:p: received '7.0'; a probability from 0 to 1 is needed"
    works = ("scores", "files", "predictions", "flight-delay", 10.0, "works", 30, 0, at, None)
    if state != "alarming":
        return [works]
    return [
        works,
        ("lake", "files", "actuals", "flight-delay", 60.0, "refuses", 3, 1, at, refused),
        ("warehouse", "database", "events", None, 1440.0, "fails", 0, 0, None, "the database is away: no route"),
        ("old", "files", "lineage", None, 60.0, "paused", 0, 0, None, None),
        ("new", "files", "attributions", "calm", 60.0, "never_read", 0, 0, None, None),
    ]


def source_readings(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state in ("unknown", "empty"):
        return []
    at, actor = "2013-12-30T06:00:00Z", "source:schedule"
    taken = ("scores", at, "taken", "/data/scores/1.parquet", "received 9 rows; added 9", actor)
    if state != "alarming":
        return [taken]
    return [
        taken,
        ("lake", at, "refused", "/data/lake/2013.csv", "2013.csv:5:p: received '7.0'", actor),
        ("warehouse", at, "failed", None, "the database is away: no route", actor),
        ("old", at, "paused", None, "It *moves*.", "switcher:anna.keller"),
        ("older", at, "resumed", None, None, "switcher:anna.keller"),
    ]


def logins(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "unknown":
        return []
    hours = ("2014-01-01T07:00:00Z", "2014-01-01T15:00:00Z")
    rows = [(letter * 64, "anna.keller", browser, *hours) for letter, browser in (("a", "Firefox, Linux"), ("b", ""))]
    return [row for row in rows if query.person in (None, row[1])]


def acceptances(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state != "alarming":
        return []
    told = ("warn", "2099-12-31", "anna.keller", "The new carrier is known.", "2013-12-01T08:00:00Z", "in_force")
    return [("acc-1", "flight-delay", "drift", *told)]


def alerts(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state not in ("alarming", "simulated"):
        return []
    reason = "ROC AUC 0.62 is below the limit 0.65."
    seen = ("anna.keller", reason, "acknowledged", "2013-11-02T08:00:00Z", None, None, None, None, "2013-09")
    over = ("system", "status_returned", None)
    rows = [
        ("al-1", "flight-delay", "performance", "high", "2013-10-31T08:00:00Z", None, *seen),
        ("al-2", "calm", "drift", "low", "2013-11-01T08:00:00Z", None, None, "Moved.", "new", *[None] * 5,
         "2013-10-14"),
        ("al-3", "flight-delay", "drift", "medium", "2013-05-01T08:00:00Z", "2013-06-01T08:00:00Z", None, "Moved.",
         "closed", None, None, *over, None),
    ]  # fmt: skip
    return [row for row in rows if query.model in (None, row[1])]


def alert_record(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state not in ("alarming", "simulated"):
        return []
    few = "Alerts of which it is known whether they were right: 1; a share needs 5."
    rows: list[tuple[Any, ...]] = [
        ("flight-delay", "performance", 1, 1, 0, 0, 0, None, None, None, 2, 1, few),
        ("flight-delay", "drift", 8, 1, 5, 1, 1, 0.143, 0.026, 0.513, 2, 1, None),
        ("flight-delay", "fairness", 1, 0, 0, 0, 1, None, None, None, None, None, few),
        ("calm", "drift", 1, 0, 0, 0, 1, None, None, None, 0, 0, few),
    ]
    rows = [row for row in rows if query.among is None or row[0] in query.among]
    return [row for row in rows if query.model in (None, row[0])]


def proposed_limits(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state != "alarming":
        return []
    rows: list[tuple[Any, ...]] = [
        ("flight-delay", "drift", "psi", 0.25, 0.41, 3, 5, 5, 1, "monitoring.drift.psi.alert"),
        ("flight-delay", "performance", "roc_auc", None, 0.61, 3, 3, 2, 0, "business.key_metrics"),
    ]
    return [row for row in rows if query.model in (None, row[0])]


def alert_verdicts(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state not in ("alarming", "simulated"):
        return []
    rows = [
        ("al-1", "flight-delay", "performance", "2013-10-31T08:00:00Z", "right", "Known outcomes show <b>harm</b>."),
        ("al-3", "flight-delay", "drift", "2013-05-01T08:00:00Z", "wrong", "Known outcomes show no harm."),
        ("al-2", "calm", "drift", "2013-11-01T08:00:00Z", "unknown", "Too few outcomes are known to tell."),
    ]
    rows = [row for row in rows if query.among is None or row[1] in query.among]
    return [row for row in rows if query.model in (None, row[1])]


def discussion(state: str, query: Query) -> list[tuple[Any, ...]]:
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


def audit(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [
        (
            "2013-12-31T22:00:00.000001Z",
            "anna",
            "register",
            "flight-delay",
            '{"status": "idea"}',
            "{}",
            "b" * 64,
            None,
            None,
        ),
        (
            "2013-12-30T22:00:00.000001Z",
            "pipeline",
            "ingest_predictions",
            "calm",
            None,
            '{"rows": 3}',
            "a" * 64,
            None,
            "cli:root",
        ),
        (
            "2013-12-29T22:00:00.000001Z",
            "demo",
            "begin_chain",
            None,
            None,
            None,
            "c" * 64,
            "2026-11-28T08:00:00.000001Z",
            None,
        ),
    ]


def refusals(state: str, query: Query) -> list[tuple[Any, ...]]:
    only = "This is open to other roles only: manager."
    return [
        ("2013-12-31T23:00:00.000001Z", "login:anna.keller", "sign_off", "calm", "You build this model.", 1),
        ("2013-12-30T12:00:00.000001Z", "token:pipeline", "monitor", None, only, 64),
    ]


def desk(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state not in ("alarming", "simulated"):
        return []
    task = ("flight-delay", "no_deputy", "Name a deputy", "Nobody stands in.", "high", "2013-04-01", "2013-04-08", True)
    other = ("calm", "no_tests", "Run the tests", "No test ran.", "low", None, None, False)
    tasks = [
        ("anna.keller", *task, 45, 40_000.0, "EUR", 5, "ownership"),
        (None, *other, 9, None, None, 60, "model"),
    ]
    return [task for task in tasks if query.person in (None, task[0] or "")]


def desk_loads(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [
        (person, 1, int(late), int(late and severity == "high"), minutes)
        for person, _, _, _, _, severity, _, _, late, _, _, _, minutes, _ in desk(state, query)
    ]


def rules(state: str, query: Query) -> list[tuple[Any, ...]]:
    broken = ("flight-delay", "operations", "deputy", "broken", "anna.keller", "2013-04-01", "Nobody stands in.")
    kept = ("calm", None, "deputy", "kept", None, None, None)
    if state == "unknown":
        found = [(*row[:3], "not_due", None, None, None) for row in (broken, kept)]
    else:
        found = [broken, kept] if state in ("alarming", "simulated") else [kept]
    return [row for row in found if query.rule in (None, row[2]) and (not query.statuses or row[3] in query.statuses)]


def rule_counts(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [(team, rule, kept, 1) for _, team, rule, kept, *_ in rules(state, Query())]


def rules_over_time(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [] if state == "unknown" else [(month, "operations", 8, 10, 0.8) for month in MONTHS]


def rule_meanings(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [("deputy", "It has a deputy", "A deputy is named."), ("tests", "It is tested", "A test suite ran.")]
