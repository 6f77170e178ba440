"""Cases for which predictions are asked, held against those that the card approves."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from dashboard.access.principal import Principal, operator
from dashboard.actions.registry import read_payload, run_action
from dashboard.errors import ForbiddenError, InputRefusedError
from dashboard.governance.uses.population import CasesInWords
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.acceptance.portfolio import Rows
from tests.gallery import card
from tests.governance.risk_world import World

APPROVED = "{region: {values: [north, south]}, age: {from: 20, to: 60}, channel: {values: [web]}}"
CARD = "business: {purposes: [sorting], population: %s}\nroles: {accountable_executive: [anna]}\n"


def rows(days: dict[str, list[tuple[str, float, str]]]) -> Rows:
    """Rows (region, age, channel) on days of 2024."""
    found = [(day, *row) for day, those in days.items() for row in those]
    frame = pd.DataFrame(found, columns=["day", "region", "age", "channel"])
    at = pd.to_datetime(frame.pop("day"), utc=True) + pd.Timedelta(hours=9)
    place = np.arange(len(frame))
    frame = frame.assign(
        id=place.astype(str),
        decided=at,
        p=0.4,
        fraud=place % 2,
        customer=place,
        amount=1.0,
        constant=1.0,
        model_version="1",
    )
    return Rows(frame, at.dt.tz_localize(None))


# Ages of 20 to 60 in the reference, then cases beside it; an age of 60 lies inside, one of 61 does not.
USUAL = [(("north", "south")[age % 2], float(age), "web") for age in range(20, 61)]
AFTER = {
    "2024-03-05": [*USUAL, ("east", 30.0, "web"), ("east", 61.0, "web")],
    "2024-03-06": [("north", 19.0, "app"), ("west", 20.0, "web"), ("north", 60.0, "web")],
}
DAYS = {f"2024-01-{day:02d}": USUAL for day in range(1, 21)} | AFTER


def outside(world: World, day: str) -> list[tuple[str, int, str, str, str]]:
    frame = run_view(world.store, "uses", Query(model="claims", on=date.fromisoformat(day)), operator("test"))
    mine = frame[(frame["kind"] == "population") & (frame["state"] != "approved")]
    columns = ["purpose", "calls", "first_seen", "last_seen", "state"]
    return sorted(mine[columns].itertuples(index=False, name=None))


def test_cases_outside_the_population_are_questions_from_the_day_on_which_their_period_was_over(world: World) -> None:
    world.card(parts=CARD % APPROVED)
    world.rows(rows(DAYS))
    assert outside(world, "2024-03-04") == []
    east = ("region = east", 2, "2024-03-05", "2024-03-05", "unapproved")
    old = ("age > 60", 1, "2024-03-05", "2024-03-05", "unapproved")
    assert outside(world, "2024-03-05") == [old, east]
    assert outside(world, "2024-03-06") == [
        ("age < 20", 1, "2024-03-06", "2024-03-06", "unapproved"), old,
        ("channel = app", 1, "2024-03-06", "2024-03-06", "unapproved"), east,
        ("region = west", 1, "2024-03-06", "2024-03-06", "unapproved"),
    ]  # fmt: skip
    gaps = world.gaps("unapproved_use", "2024-03-06")
    assert {(gap.person, gap.severity) for gap in gaps} == {("anna", "medium")}
    assert sorted(gap.since.isoformat() for gap in gaps if gap.since) == ["2024-03-05"] * 2 + ["2024-03-06"] * 3
    assert "2 predictions lie outside the approved population: region = east" in gaps[1].reason.render("en")


def test_approved_cases_are_counted_too(world: World) -> None:
    world.card(parts=CARD % APPROVED)
    world.rows(rows(DAYS))
    frame = run_view(world.store, "uses", Query(model="claims", on=date(2024, 3, 7)), operator("test"))
    approved = frame[frame["state"] == "approved"].set_index("purpose")["calls"].to_dict()
    # 21 days of 41 usual cases, and 5 others of which 2, 3 and 4 are approved by region, age and channel.
    assert approved == {"region = north, south": 863, "age >= 20, <= 60": 864, "channel = web": 865}


def test_the_executive_answers_as_about_a_use(world: World) -> None:
    world.card(parts=CARD % APPROVED)
    world.rows(rows(DAYS))
    world.on("2024-03-10")

    def answer(person: str, cases: str, **values: str) -> None:
        told = {"model": "claims", "consumer": "population", "purpose": cases, "reason": "As agreed", **values}
        who = Principal(f"test:{person}", person, frozenset({"business_stakeholder"}))
        run_action(world.store, "answer_use", read_payload("answer_use", told), who)

    with pytest.raises(ForbiddenError, match="Only those who are accountable"):
        answer("dora", "region = east", answer="stop")
    answer("anna", "region = east", answer="allow", until="2024-03-20")
    answer("anna", "age > 60", answer="extend")
    answer("anna", "channel = app", answer="stop")
    states = {purpose: state for purpose, _, _, _, state in outside(world, "2024-03-10")}
    assert states == {
        "region = east": "allowed", "channel = app": "stopping", "region = west": "unapproved",
        "age < 20": "unapproved",
    }  # fmt: skip
    assert {purpose: state for purpose, *_, state in outside(world, "2024-04-06")}["channel = app"] == "ended"


def test_without_a_stated_population_or_monitored_rows_nothing_is_known(world: World) -> None:
    world.card(parts=CARD % "{}")
    world.rows(rows(DAYS))
    assert outside(world, "2024-03-06") == []
    world.on("2024-03-08")
    world.card(parts=CARD % "{region: {values: [north]}}")
    # What was approved on a day is what the card in force said then; the first one stands for the time before it.
    assert outside(world, "2024-03-07") == []
    assert [purpose for purpose, *_ in outside(world, "2024-03-08")] == [
        "region = east",
        "region = south",
        "region = west",
    ]


def test_many_values_are_told_together(world: World) -> None:
    world.card(parts=CARD % "{region: {values: [north, south]}}")
    many = {f"2024-03-{day:02d}": [(f"land-{day}", 30.0, "web")] for day in range(1, 9)}
    world.rows(rows(DAYS | many))
    told = {purpose: calls for purpose, calls, *_ in outside(world, "2024-03-09")}
    assert told == {f"region = land-{day}": 1 for day in (1, 2, 3, 4, 5)} | {"region = (other)": 3}


@pytest.mark.parametrize(
    ("population", "told"),
    [
        ("{regoin: {values: [a]}}", "did you mean 'region'"),
        ("{age: {values: [a]}}", "allowed for 'age' is from and to"),
        ("{region: {from: 1}}", "allowed for 'region' is values"),
        ("{age: {from: 2, to: 1}}", "received 1, below from (2)"),
        ("{age: {}}", "neither values nor a range"),
        ("{region: {values: [a], to: 3}}", "both values and a range"),
    ],
)
def test_a_population_that_fits_no_column_is_refused(world: World, population: str, told: str) -> None:
    with pytest.raises(InputRefusedError) as refused:
        world.card(parts=CARD % population)
    assert told in " ".join(str(problem) for problem in refused.value.problems)


def test_readers_are_told_cases_by_the_label_of_the_column() -> None:
    stated = card("m", "M", business={"population": {"dep_hour": {"to": 22}}})
    assert CasesInWords(stated, "dep_hour > 22").in_language("en") == "Departure hour > 22"
    assert CasesInWords(stated, "dep_hour > 22").in_language("de") == "Abflugstunde > 22"
    assert CasesInWords(stated, "carrier = XX").in_language("en") == "carrier = XX"
