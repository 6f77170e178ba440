"""The process map: what stops when a model is down, what it costs, whom to call."""

from __future__ import annotations

from tests.pages.conftest import Open, texts


def test_an_outage_is_played_through(open_page: Open) -> None:
    app = open_page("process_map", down="flight-delay", hours="24")
    stops = "\n".join(one.value for one in app.container(key="card_stops").markdown)
    assert "Crew planning" in stops
    costs = "\n".join(one.value for one in app.container(key="card_costs").markdown)
    assert "unknown" in costs or "an hour" in costs
    calls = "\n".join(one.value for one in app.container(key="card_calls").markdown)
    assert "Anna Keller" in calls


def test_processes_are_listed_with_their_models_and_consumers(open_page: Open) -> None:
    table = open_page("process_map").table[0].value
    row = table[table["Business process"] == "Crew planning"].iloc[0]
    assert "Late departure warning" in row["Models"]
    assert row["Consumers"] == "crew\\-desk" or row["Consumers"] == "crew-desk"


def test_a_node_of_the_map_leads_to_its_lineage(open_page: Open) -> None:
    app = open_page("process_map", card="process:crew-planning")
    assert "The process Crew planning relies on" in texts(app)
    assert app.button(key="to_lineage").label == "Look at the lineage"
