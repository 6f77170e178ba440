"""The tab about training again: the answer, its arithmetic, the cause with its evidence, and earlier versions."""

from __future__ import annotations

from tests.pages.conftest import Open, texts


def test_the_arithmetic_is_open_and_the_cause_has_its_evidence(open_page: Open) -> None:
    shown = texts(open_page("retraining", "alarming", model="flight-delay"))
    assert "2,400 EUR" in shown
    assert "95% interval 1,900 to 2,900" in shown
    assert "4 weeks" in shown
    assert "2 earlier changes only" in shown
    assert "What is predicted has grown" in shown
    assert "speaks for it, but another cause comes first" in shown
    assert "Other cases than in the reference bring 300 EUR less per week" in shown
    assert "after a decline" in shown


def test_earlier_versions_are_a_table_with_what_is_not_known(open_page: Open) -> None:
    app = open_page("retraining", "alarming", model="flight-delay")
    versions = app.dataframe[-1].value
    assert list(versions["version"]) == ["2", "3"]
    assert list(versions["helped"]) == ["yes", "too few outcomes"]
    assert versions["measure"].iloc[0] == "Money per case"


def test_what_is_not_known_says_so_and_what_it_takes(open_page: Open) -> None:
    shown = texts(open_page("retraining", "unknown", model="flight-delay"))
    assert "No version has been replaced yet." in shown
    assert "Known outcomes of a period after the reference" in shown
    assert "No loss in money is known" in shown
    german = texts(open_page("retraining", "unknown", model="flight-delay", lang="de"))
    assert "Noch keine Version wurde ersetzt." in german
