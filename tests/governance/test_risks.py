"""Ratings from cards, events and people; evidence beside them; what contradicts, is overdue or asks for a new one."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dashboard.access.principal import operator
from dashboard.errors import ForbiddenError, InputRefusedError
from dashboard.governance.risk.assessment import Assessed
from dashboard.governance.risk.class_requirements import required_roles, required_sign_offs
from dashboard.governance.risk.evidence.registry import evidence_of
from dashboard.governance.risk.ratings import rating_history, rating_of
from dashboard.governance.risk.risk_class import risk_class
from dashboard.governance.risk.track_record import validities
from dashboard.governance.risk.triggers import triggers_of
from dashboard.schema.config.risk_rules import load_risk_rules
from dashboard.store.audit.chain import AuditContext
from dashboard.store.statements import NewStatement, append_statement
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.governance.risk_world import RATED, World

CARD_RATING = "{outage: {likelihood: 2, impact: 4, owner: cleo, assessed_on: 2024-01-10, next_review: 2024-07-10}}"


def test_the_latest_rating_until_the_day_counts(world: World) -> None:
    world.card(CARD_RATING)
    world.event("risk", "2024-03-01", risk="outage", likelihood=4, impact=4, person="ben", reason="A new provider")
    on = {
        day: rating_of(world.situation(day), "claims", "outage") for day in ("2024-01-09", "2024-02-29", "2024-03-01")
    }
    assert on["2024-01-09"] is None
    assert on["2024-02-29"] is not None
    assert on["2024-02-29"].likelihood == 2
    latest = on["2024-03-01"]
    assert latest is not None
    assert (latest.likelihood, latest.score, latest.assessed_by, latest.owner) == (4, 16, "ben", "cleo")
    assert (latest.reason, latest.source) == ("A new provider", "event")


def test_a_rating_that_came_in_later_was_not_known_before(world: World) -> None:
    world.card(CARD_RATING)
    world.on("2024-06-01")
    world.event("risk", "2024-03-01", risk="outage", likelihood=5, impact=5)
    known = rating_of(world.situation("2024-04-01", as_of="2024-05-01"), "claims", "outage")
    now = rating_of(world.situation("2024-04-01"), "claims", "outage")
    assert known is not None
    assert known.likelihood == 2
    assert now is not None
    assert now.likelihood == 5


def test_a_later_card_without_a_day_rates_from_its_own_day(world: World) -> None:
    world.card("{degradation: {likelihood: 1, impact: 1}}")
    world.on("2024-05-05")
    world.card("{degradation: {likelihood: 4, impact: 1}}")
    history = rating_history(world.situation("2024-06-01"), "claims", "degradation")
    assert [(one.likelihood, one.assessed_on) for one in history] == [(1, None), (4, date(2024, 5, 5))]
    assert rating_of(world.situation("2024-05-04"), "claims", "degradation") == history[0]


@pytest.mark.parametrize(
    ("incidents", "level"),
    [
        ([], None),
        ([("2024-02-01T08:00:00Z", "2024-02-01T10:00:00Z", 2)], 2),
        ([("2024-02-01T08:00:00Z", "2024-02-01T13:00:00Z", 2)], 3),
        ([("2024-02-01T08:00:00Z", None, 3)], 2),
        ([("2024-02-01T08:00:00Z", None, 4)], 3),
        ([(f"2024-02-0{day}T08:00:00Z", f"2024-02-0{day}T13:00:00Z", 2) for day in (1, 2, 3)], 4),
        ([(f"2024-02-0{day}T08:00:00Z", f"2024-02-0{day}T13:00:00Z", 2) for day in range(1, 7)], 5),
        ([("2024-02-01T00:00:00Z", "2024-02-02T16:00:00Z", 5)], 4),
    ],
)
def test_outages_of_the_last_year_reach_a_step(world: World, incidents: list[tuple], level: int | None) -> None:
    world.card(CARD_RATING)
    for at, until, severity in incidents:
        world.event("incident", at, severity=severity, **({"until": until} if until else {}))
    assert evidence_of(world.situation("2024-06-01"), "claims", "outage").level == level
    assert evidence_of(world.situation("2025-03-01"), "claims", "outage").level is None
    assert evidence_of(world.situation("2024-01-31"), "claims", "outage").level is None


def test_a_rating_below_the_facts_is_contradicted_on_the_days_on_which_both_are_there(world: World) -> None:
    world.card("{outage: {likelihood: 1, impact: 2, owner: ben, assessed_on: 2024-01-10, next_review: 2025-01-10}}")
    world.event("incident", "2024-03-05T00:00:00Z", until="2024-03-05T09:00:00Z", severity=2)
    assert world.gaps("rating_contradicted", "2024-03-04") == []
    (gap,) = world.gaps("rating_contradicted", "2024-03-05")
    assert (gap.person, gap.severity, gap.since) == ("ben", "high", date(2024, 3, 5))
    assert gap.reason.render("en") == "Outage is rated 1, the evidence says 3."
    row = run_view(world.store, "risk", Query(model="claims", on=date(2024, 3, 5)), operator("test")).iloc[0]
    assert (row["evidence_level"], row["status"], row["contradicted"]) == (3, "warn", True)
    assert "9 hours in total; longer than the tolerated 4 hours: 1." in row["evidence"]


def test_an_overdue_review_is_asked_of_the_owner_and_later_of_the_executive(world: World) -> None:
    world.card(CARD_RATING)
    assert world.gaps("overdue_review", "2024-07-10") == []
    (first,) = world.gaps("overdue_review", "2024-07-11")
    assert (first.person, first.severity, first.since) == ("cleo", "medium", date(2024, 7, 11))
    (late,) = world.gaps("overdue_review", "2024-08-10")
    assert (late.person, late.severity) == ("anna", "high")


def test_what_is_not_rated_is_a_gap_of_who_answers(world: World) -> None:
    world.card(CARD_RATING)
    found = world.gaps("risk_not_rated", "2024-02-01")
    assert [gap.reason.render("en").split(" is ")[0] for gap in found] == [
        "Wrong predictions", "Degradation", "Knowledge loss",
    ]  # fmt: skip
    assert {gap.person for gap in found} == {"anna"}


def test_facts_after_the_rating_ask_for_a_new_one(world: World) -> None:
    world.card(CARD_RATING)
    world.event("usage", "2024-02-01", consumer="old", purpose="sorting", calls=1)
    world.event("deployment", "2024-01-02", version="1", environment_name="production")
    world.event("deployment", "2024-02-02", version="2", environment_name="production")
    world.event("usage", "2024-02-03", consumer="sales", purpose="upselling", calls=4)
    world.event("role", "2024-02-04", role="accountable_executive", person="dora", **{"from": "2024-02-04"})
    world.on("2024-02-05")
    world.card(CARD_RATING, parts=RATED.replace("decision_support", "fully_automated"))
    world.on("2024-02-06")
    said = NewStatement("rating_requested", "claims", "test", "dora", "outage", {"reason": "New data"})
    with world.store.writing(AuditContext("request", "test", after={"claims": {}})) as cursor:
        append_statement(cursor, said)
    rating = rating_of(world.situation("2024-05-01"), "claims", "outage")
    assert rating is not None
    found = [(one.kind, one.day.isoformat()) for one in triggers_of(world.situation("2024-05-01"), rating)]
    assert found == [
        ("version", "2024-02-02"), ("use", "2024-02-03"), ("executive", "2024-02-04"), ("automation", "2024-02-05"),
        ("request", "2024-02-06"), ("owner", "2024-04-01"),
    ]  # fmt: skip
    assert [one.kind for one in triggers_of(world.situation("2024-02-02"), rating)] == ["version"]
    (gap,) = world.gaps("new_rating_asked", "2024-03-01")
    assert (gap.since, gap.severity) == (date(2024, 2, 2), "medium")


def test_a_rating_against_the_evidence_needs_a_reason_that_is_kept(world: World) -> None:
    world.card(CARD_RATING)
    world.event("incident", "2024-03-05T00:00:00Z", until="2024-03-05T09:00:00Z", severity=2)
    world.on("2024-03-10")
    with pytest.raises(InputRefusedError, match="evidence says 3, you rate 1"):
        world.rate("dora", likelihood=1, reason="  ")
    world.rate("dora", likelihood=1, reason="The provider was replaced", owner="anna")
    one = Assessed(world.situation("2024-03-10"), "claims", "outage")
    assert one.rating is not None
    assert (one.rating.likelihood, one.rating.reason, one.rating.assessed_by) == (
        1,
        "The provider was replaced",
        "dora",
    )
    assert (one.owner, one.contradicted, one.status) == ("anna", True, "warn")
    # Without a stated class the review is due after twelve months.
    assert one.rating.next_review == date(2025, 3, 10)
    (gap,) = world.gaps("rating_contradicted", "2024-03-10")
    assert gap.severity == "low"
    assert "Reason given: “The provider was replaced”" in gap.reason.render("en")


def test_who_builds_a_model_raises_but_does_not_lower(world: World) -> None:
    world.card(CARD_RATING)
    world.on("2024-02-01")
    with pytest.raises(ForbiddenError, match="may not lower"):
        world.rate("ben", likelihood=1, impact=4)
    with pytest.raises(ForbiddenError, match="may not lower"):
        world.rate("ben", likelihood=3, impact=3)
    assert "likelihood 3, impact 4" in world.rate("ben", likelihood=3, impact=4)
    assert "likelihood 2, impact 3" in world.rate("dora", likelihood=2, impact=3)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"owner": "cleo"}, "cleo is not registered, or has left"),
        ({"owner": "nobody"}, "nobody is not registered"),
        ({"next_review": "2024-05-01"}, "must be after today"),
    ],
)
def test_an_owner_who_is_gone_and_a_review_in_the_past_are_refused(world: World, values: dict, told: str) -> None:
    world.card(CARD_RATING)
    world.on("2024-05-01")
    with pytest.raises(InputRefusedError, match=told):
        world.rate("dora", likelihood=3, impact=4, **values)


def test_the_evidence_of_knowledge_loss_is_what_the_page_ownership_shows(world: World) -> None:
    world.card(CARD_RATING)
    world.event("work", "2024-01-05", person="cleo", activity="trained")
    world.event("work", "2024-04-02", person="ben", activity="reviewed")
    world.event("work", "2024-04-03", person="dora", activity="repaired")
    # Nobody at first; Cleo alone, two too few, no deputy; she has left; one and then two others, no deputy.
    levels = {"2024-01-04": None, "2024-02-01": 4, "2024-04-01": 5, "2024-04-02": 4, "2024-04-03": 3, "2025-04-03": 5}
    for day, level in levels.items():
        asked = Query(model="claims", on=date.fromisoformat(day))
        beside = run_view(world.store, "risk", asked, operator("test")).set_index("risk").loc["knowledge_loss"]
        ownership = run_view(world.store, "knowledge", asked, operator("test")).iloc[0]
        assert (beside["evidence_level"], ownership["level"]) == (level, level), day
        assert beside["evidence"] == ownership["reason"]


def test_a_deployment_that_says_other_steps_moves_both_places(world: World) -> None:
    world.card(CARD_RATING)
    world.event("work", "2024-01-05", person="cleo", activity="trained")
    (world.store.home / "config").mkdir()
    steps = "".join(f"- {{text: {{en: a, de: b}}, at_least: {{weaknesses: {2 * n}}}}}\n      " for n in range(1, 5))
    own = "steps:\n  knowledge_loss:\n    likelihood:\n      - {text: {en: a, de: b}}\n      " + steps
    (world.store.home / "config" / "risk.yaml").write_text(own, encoding="utf-8")
    asked = Query(model="claims", on=date(2024, 2, 1))
    risks = run_view(world.store, "risk", asked, operator("test")).set_index("risk")
    # Three weaknesses reach only the step that begins at two.
    assert risks.loc["knowledge_loss", "evidence_level"] == 2
    assert run_view(world.store, "knowledge", asked, operator("test"))["level"].tolist() == [2]


def test_lost_knowledge_contradicts_a_rating_since_the_day_on_which_it_was_lost(world: World) -> None:
    rated = "knowledge_loss: {likelihood: 2, impact: 2, owner: ben, assessed_on: 2024-01-10, next_review: 2025-01-10}"
    world.card(f"{{{rated}}}")
    for day, person in (("2024-01-05", "ben"), ("2024-01-06", "dora"), ("2024-01-07", "cleo")):
        world.event("work", day, person=person, activity="trained")
    # No deputy: 2. On 1 April Cleo has left: 3. A year after the card was written nobody looked at it again.
    assert world.gaps("rating_contradicted", "2024-03-31") == []
    (gap,) = world.gaps("rating_contradicted", "2024-12-31")
    assert (gap.since, gap.severity) == (date(2024, 4, 1), "medium")
    # A rating with a reason, made when it was known, explains it; until it becomes worse than it was then.
    world.event("risk", "2024-05-01", risk="knowledge_loss", likelihood=2, impact=2, person="dora", reason="Hiring")
    (gap,) = world.gaps("rating_contradicted", "2024-12-31")
    assert (gap.since, gap.severity) == (date(2024, 5, 1), "low")
    (gap,) = world.gaps("rating_contradicted", "2025-01-01")
    assert (gap.since, gap.severity) == (date(2025, 1, 1), "high")


def test_past_ratings_are_held_against_what_happened_while_they_held(world: World) -> None:
    world.card("{outage: {likelihood: 1, impact: 2, assessed_on: 2024-01-10, next_review: 2024-07-10}}")
    world.event("incident", "2024-01-05T00:00:00Z", until="2024-01-05T23:00:00Z", severity=2)
    world.event("incident", "2024-02-05T00:00:00Z", until="2024-02-05T09:00:00Z", severity=2)
    world.event("risk", "2024-03-01", risk="outage", likelihood=3, impact=2)
    found = [one for one in validities(world.situation("2024-06-01"), ["claims"]) if one.rating.risk == "outage"]
    told = [(one.rating.likelihood, one.start, one.end, one.evidence.level, one.evidence.number) for one in found]
    # The incident of 5 January lies before the first rating and does not speak against it.
    assert told == [
        (1, date(2024, 1, 10), date(2024, 2, 29), 3, 1),
        (3, date(2024, 3, 1), date(2024, 6, 1), None, None),
    ]
    record = run_view(world.store, "risk-record", Query(on=date(2024, 6, 1)), operator("test"))
    assert list(record["right"]) == [False, None]


def right(world: World, on: str, as_of: str | None = None) -> list[tuple[str, str, int, int | None, bool | None]]:
    """from, to, rated, happened and right of each rating of the risk of an outage."""
    known = datetime.fromisoformat(f"{as_of}T23:59:59+00:00") if as_of else None
    asked = Query(model="claims", on=date.fromisoformat(on), as_of=known)
    frame = run_view(world.store, "risk-record", asked, operator("test"))
    mine = frame[frame["risk"] == "outage"]
    return list(mine[["from", "to", "likelihood", "happened_level", "right"]].itertuples(index=False, name=None))


def test_were_we_right_is_told_of_any_day_as_known_at_any_instant(world: World) -> None:
    world.card("{outage: {likelihood: 2, impact: 2, assessed_on: 2024-01-10, next_review: 2024-07-10}}")
    world.event("incident", "2024-02-01T00:00:00Z", until="2024-02-01T02:00:00Z", severity=2)
    world.on("2024-06-01")
    # Known in June: nine hours in March, where four are tolerable.
    world.event("incident", "2024-03-01T00:00:00Z", until="2024-03-01T09:00:00Z", severity=2)
    assert right(world, "2024-01-31") == [("2024-01-10", "2024-01-31", 2, None, None)]
    assert right(world, "2024-02-29") == [("2024-01-10", "2024-02-29", 2, 2, True)]
    assert right(world, "2024-05-01", as_of="2024-05-01") == [("2024-01-10", "2024-05-01", 2, 2, True)]
    assert right(world, "2024-05-01") == [("2024-01-10", "2024-05-01", 2, 3, False)]
    # After its next review a rating is no longer held against what happens.
    world.event("incident", "2024-07-11T00:00:00Z", until="2024-07-13T00:00:00Z", severity=5)
    assert right(world, "2024-12-31") == [("2024-01-10", "2024-07-10", 2, 3, False)]


def test_a_rating_that_was_replaced_on_its_own_day_never_held(world: World) -> None:
    world.card("{outage: {likelihood: 1, impact: 2, assessed_on: 2024-01-10, next_review: 2024-07-10}}")
    world.event("risk", "2024-01-10", risk="outage", likelihood=3, impact=2, next_review="2024-07-10")
    world.event("incident", "2024-01-10T10:00:00Z", until="2024-01-10T19:00:00Z", severity=2)
    assert right(world, "2024-02-01") == [("2024-01-10", "2024-02-01", 3, 3, True)]


def test_a_rating_that_held_for_long_is_held_against_its_worst_year(world: World) -> None:
    world.card("{outage: {likelihood: 2, impact: 2, assessed_on: 2024-01-10, next_review: 2027-01-10}}")
    world.event("incident", "2024-02-01T00:00:00Z", until="2024-02-01T09:00:00Z", severity=2)
    world.event("incident", "2026-06-01T00:00:00Z", until="2026-06-01T01:00:00Z", severity=2)
    # The last year alone shows one short outage, which would be step 2; the long one of the first year is step 3.
    assert right(world, "2026-12-31") == [("2024-01-10", "2026-12-31", 2, 3, False)]


@pytest.mark.parametrize(
    ("stated", "automation", "name", "months"),
    [
        ("", "decision_support", None, 12),
        ("", "fully_automated", "medium", 12),
        ("risk_class: {affected_persons: 999, purpose: internal}\n", "decision_support", "low", 24),
        ("risk_class: {affected_persons: 1000, purpose: customers}\n", "decision_support", "medium", 12),
        ("risk_class: {affected_persons: 1000, purpose: rights}\n", "decision_support", "high", 6),
        ("risk_class: {exposure: small, purpose: internal, eu_ai_act: {class: high}}\n", "decision_support", "high", 6),
        ("risk_class: {exposure: small, purpose: rights}\n", "fully_automated", "high", 6),
    ],
)
def test_the_class_follows_from_its_factors(
    world: World, stated: str, automation: str, name: str | None, months: int
) -> None:
    world.card(CARD_RATING, parts=RATED.replace("decision_support", automation) + stated)
    situation = world.situation("2024-02-01")
    assert risk_class(situation, "claims").name == name
    duties = load_risk_rules().classes.requirements_of(name)
    assert duties.review_months == months
    assert required_roles(situation, "claims") == tuple(duties.roles)
    assert required_sign_offs(situation, "claims")["deployment"][0] == "accountable_executive"


def test_a_missing_factor_is_a_gap_once_the_portfolio_states_classes(world: World) -> None:
    world.card(CARD_RATING)
    assert world.gaps("no_risk_class", "2024-02-01") == []
    world.card(CARD_RATING, parts=RATED + "risk_class: {exposure: small, purpose: internal}\n")
    (gap,) = world.gaps("no_risk_class", "2024-02-01")
    assert "affected persons" in gap.reason.render("en")


def test_a_deployment_lays_its_own_rules_over_the_shipped_ones(world: World) -> None:
    world.card(CARD_RATING)
    (world.store.home / "config").mkdir()
    own = "matrix: {warn: 2, alert: 8}\nreviews: {escalate_after_days: 1}\n"
    (world.store.home / "config" / "risk.yaml").write_text(own, encoding="utf-8")
    assert Assessed(world.situation("2024-02-01"), "claims", "outage").status == "alert"
    (gap,) = world.gaps("overdue_review", "2024-07-12")
    assert gap.person == "anna"


def test_nothing_is_rated_before_the_first_rating(world: World) -> None:
    world.card(CARD_RATING)
    frame = run_view(world.store, "risk", Query(on=date(2024, 1, 9)), operator("test"))
    assert set(frame["status"]) == {"unknown"}
    assert run_view(world.store, "risk", Query(as_of=datetime(2023, 1, 1, tzinfo=UTC)), operator("test")).empty
