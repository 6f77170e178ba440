"""One declaration of a query's options: command line, HTTP and OpenAPI follow from it."""

from __future__ import annotations

import argparse
from dataclasses import fields
from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from dashboard.api.parameters import described_parameters, query_of_parameters
from dashboard.cli.queries import add_query_options, asked, query_from
from dashboard.errors import InputRefusedError
from dashboard.measures.drift import METHODS
from dashboard.views.query import DRIFT_METHODS, OPTIONS, Query

TEXTS = {
    "model": "claims", "start": "2024-01-01", "end": "2024-02-29", "by": "week", "version": "2",
    "segment": "region=a=b", "reference": "2023-01-01:2023-01-31", "on": "2024-02-01",
    "as_of": "2024-03-01T08:00:00+01:00", "method": "ks", "metric": "bias",
    "feature": "amount", "threshold": "0.25", "node": "dataset:db/raw", "prediction": "c-1", "against": "c-2",
    "predicted_at": "2024-02-03T10:00:00+01:00", "direction": "up", "hours": "6",
    "changes": '{"amount": 40, "region": null}',
    "language": "de",
}  # fmt: skip
READ = Query(
    model="claims", start=date(2024, 1, 1), end=date(2024, 2, 29), by="week", version="2", segment=("region", "a=b"),
    reference=(date(2023, 1, 1), date(2023, 1, 31)), on=date(2024, 2, 1), as_of=datetime(2024, 3, 1, 7, tzinfo=UTC),
    method="ks", metric="bias", feature="amount", threshold=0.25, node="dataset:db/raw", prediction="c-1",
    against="c-2", predicted_at=datetime(2024, 2, 3, 9, tzinfo=UTC), direction="up", hours=6.0,
    changes=(("amount", "40"), ("region", "")),
    language="de",
)  # fmt: skip
WRONG = {
    "start": ("yesterday", "--from", "allowed is a day"),
    "end": ("2024-02-30", "--to", "no day of the calendar"),
    "segment": ("region", "--segment", "allowed is COLUMN=VALUE"),
    "reference": ("2024-02-01:2024-01-01", "--reference", "not before the first"),
    "on": ("2024", "--on", "allowed is a day"),
    "as_of": ("now", "--as-of", "allowed is an instant"),
    "changes": ("[1]", "--change", "allowed is a JSON object"),
    "threshold": ("nan", "--threshold", "allowed is a number"),
}


def on_the_command_line(texts: dict[str, str]) -> Query:
    parser = argparse.ArgumentParser()
    parser.add_argument("model", nargs="?")
    add_query_options(parser)
    model = [texts["model"]] if "model" in texts else []
    flags = [part for name, text in texts.items() if (flag := OPTIONS[name].flag) for part in (flag, text)]
    return query_from(parser.parse_args([*model, *flags]))


def test_everything_can_be_asked_for_but_what_the_reader_sees():
    assert {field.name for field in fields(Query)} - set(OPTIONS) == {
        "seen", "own", "waits", "among", "person", "rule", "statuses", "limit", "offset",
    }  # fmt: skip
    assert set(TEXTS) == set(OPTIONS)
    assert sorted(DRIFT_METHODS) == sorted(METHODS.all())


def test_all_doors_read_the_same():
    assert on_the_command_line(TEXTS) == READ
    assert query_of_parameters(TEXTS.items()) == READ
    assert Query(**TEXTS) == READ


def test_nothing_asked_is_every_views_own_default():
    assert on_the_command_line({}) == query_of_parameters([]) == Query()


def test_words_and_days_in_place_of_spans():
    assert query_of_parameters([("reference", "last_year")]).reference == "last_year"
    known = query_of_parameters([("as_of", "2024-03-01")]).as_of
    assert known == datetime(2024, 3, 1, 23, 59, 59, 999999, tzinfo=UTC)


@pytest.mark.parametrize("name", WRONG)
def test_a_refusal_names_what_was_wrong_as_the_caller_wrote_it(name):
    text, flag, why = WRONG[name]
    for ask, field in ((on_the_command_line, flag), (lambda texts: query_of_parameters(texts.items()), name)):
        with pytest.raises(InputRefusedError, match=why) as refused:
            ask({name: text})
        assert [problem.field for problem in refused.value.problems] == [field]


def test_everything_that_is_wrong_is_told_at_once():
    with pytest.raises(InputRefusedError) as refused:
        query_of_parameters([(name, text) for name, (text, _, _) in WRONG.items()] + [("by", "decade")])
    assert {problem.field for problem in refused.value.problems} == {*WRONG, "by"}


@pytest.mark.parametrize("items", [[("seen", "claims")], [("colour", "red")], [("on", "2024-01-01")] * 2])
def test_what_is_no_parameter_or_stands_twice_is_refused(items):
    with pytest.raises(InputRefusedError, match="unknown parameter|twice"):
        query_of_parameters(items)


def test_a_text_that_cannot_be_sent_on_is_refused():
    with pytest.raises(InputRefusedError, match="no Unicode text"):
        query_of_parameters([("feature", "\udcff")])


def test_choices_stand_in_the_options_and_in_openapi():
    described = {parameter["name"]: parameter for parameter in described_parameters(["model"])}
    assert list(described) == list(OPTIONS)
    assert [name for name, parameter in described.items() if parameter["required"]] == ["model"]
    chosen = {
        name: parameter["schema"]["enum"] for name, parameter in described.items() if "enum" in parameter["schema"]
    }
    assert chosen == {name: list(option.choices) for name, option in OPTIONS.items() if option.choices is not None}
    assert {"by", "method", "direction", "language"} == set(chosen)
    with pytest.raises(ValidationError, match="allowed are en, de"):
        Query(language="fr")


def test_what_was_asked_can_be_sent_on():
    parser = argparse.ArgumentParser()
    add_query_options(parser)
    options = parser.parse_args(["--from", "2024-01-01", "--language", "de"])
    options.model = None
    assert asked(options) == {"start": "2024-01-01", "language": "de"}
