"""The process map: what stops when a model is down, what it costs, whom to call."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Open, texts


def of(app: AppTest, card: str) -> str:
    return "\n".join(one.value for one in app.container(key=f"card_{card}").markdown)


def test_an_outage_is_played_through(open_page: Open) -> None:
    app = open_page("process_map", down="flight-delay", hours="24")
    stops = of(app, "stops")
    assert ":red-badge[" in stops
    assert "Crew planning stops\\: it bears 4 hours without the model." in stops
    assert "Fixed standby roster" in stops
    assert "Without predictions are\\: crew-desk." in stops
    assert "20.5 EUR an hour, 492 EUR in 24 hours" in of(app, "costs")
    calls = of(app, "calls").splitlines()
    assert calls[1].startswith("1. **")
    assert "ML engineer" in calls[1]
    assert "Anna Keller" in calls[2]
    assert "owner of the process Crew planning" in calls[2]


def test_a_short_outage_is_borne(open_page: Open) -> None:
    app = open_page("process_map", down="flight-delay", hours="2")
    assert ":green-badge[" in of(app, "stops")
    assert "goes on" in of(app, "stops")


def test_what_nobody_said_is_unknown(open_page: Open) -> None:
    app = open_page("process_map", "unknown", down="flight-delay")
    assert ":gray-badge[" in of(app, "stops")
    assert "no value is promised, so that the cost is unknown" in of(app, "costs")
    told = "\n".join(one.value for one in app.container(key="answer").markdown)
    assert "Of one nobody said how long it may stand still" in told
    assert ":orange-badge[" in told


def test_processes_are_listed_with_their_models_and_consumers(open_page: Open) -> None:
    table = open_page("process_map").table[0].value
    row = table[table["Business process"] == "Crew planning"].iloc[0]
    assert "Late departure warning" in row["Models"]
    assert row["Consumers"] == "crew-desk"


def test_a_node_of_the_map_leads_to_its_lineage(open_page: Open) -> None:
    app = open_page("process_map", card="process:crew-planning")
    assert "The process Crew planning relies on" in texts(app)
    assert app.button(key="to_lineage").label == "Look at the lineage"


def test_processes_on_models_with_an_alert_come_first(open_page: Open) -> None:
    assert "One relies on a model that is on alert" in texts(open_page("process_map"))
    assert "on alert" not in texts(open_page("process_map", "healthy"))
