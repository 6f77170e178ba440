"""Events are read line by line; a faulty line names its row and field."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import pytest

from dashboard.errors import SHOWN_PROBLEMS, InputRefusedError
from dashboard.schema.events import EVENT, EVENT_KINDS, Event, parse_event
from dashboard.schema.reading.event_files import LONGEST_LINE, parse_line, read_events

GOLDEN = Path(__file__).parent / "golden" / "events.jsonl"
USAGE = {"kind": "usage", "model": "m", "at": "2013-04-02", "consumer": "desk", "purpose": "planning", "calls": 3}


def refused(tmp_path: Path, content: bytes | str) -> list[str]:
    path = tmp_path / "e.jsonl"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputRefusedError) as caught:
        list(read_events(path))
    return [line.removeprefix(f"{path}:") for line in caught.value.lines()]


def test_every_kind_is_read_with_its_row():
    events = dict(read_events(GOLDEN))
    assert list(events) == [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]
    assert {event.kind for event in events.values()} == set(EVENT_KINDS)
    incident = events[2]
    assert incident.at == datetime(2013, 4, 21, 10, tzinfo=UTC)
    assert incident.known_at == datetime(2013, 4, 21, 10, 15, tzinfo=UTC)
    assert events[4].until == date(2013, 4, 22)
    assert (events[7].observed, events[7].passed) == (0.31, False)
    assert events[8].start == date(2013, 5, 1)
    assert (events[11].prediction, events[11].verdict, events[11].corrected) == ("2013-05-02-UA1545", "wrong", 0)
    assert (events[12].start, events[12].per_month) == (date(2013, 6, 1), 52_500)


def test_a_dumped_event_is_the_same_event():
    for _, event in read_events(GOLDEN):
        assert parse_event(event.model_dump(mode="json", by_alias=True)) == event
        assert EVENT.validate_json(event.model_dump_json(by_alias=True)) == event


def test_the_union_and_the_kinds_agree():
    assert set(get_args(get_args(Event)[0])) == set(EVENT_KINDS.values())


def test_a_byte_order_mark_and_blank_lines_are_passed_over(tmp_path):
    path = tmp_path / "e.jsonl"
    line = json.dumps(USAGE).encode()
    path.write_bytes(b"\xef\xbb\xbf" + line + b"\r\n  \r\n\n" + line)
    assert [row for row, _ in read_events(path)] == [1, 4]


@pytest.mark.parametrize("observed", [5, 5.5, True, "text", None])
def test_what_a_check_saw_keeps_its_type(observed):
    event = parse_event(
        {"kind": "quality", "model": "m", "at": "2013-04-02", "dataset": "d", "check": "c", "dimension": "reality"}
        | {"passed": True, "observed": observed}
    )
    assert (event.observed, type(event.observed)) == (observed, type(observed))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"kind": "usge"}, "1:kind: received 'usge'; allowed are deployment, incident, usage, work, test_run, quality, "
         "role, risk, sign_off, feedback, promise, kpi, outside, spending, experiment, retraining_planned, "
         "retraining_started, retraining_ended; did you mean 'usage'"),
        ({"kind": None}, "1:kind: received no kind; allowed are deployment, incident, usage, work, test_run, quality, "
         "role, risk, sign_off, feedback, promise, kpi, outside, spending, experiment, retraining_planned, "
         "retraining_started, retraining_ended; name the kind of event"),
        ({"model": "../m"}, "1:model: received '../m'; allowed is 1 to 100 letters, digits, '.', '_' or '-', "
         "starting with a letter or digit; correct it"),
        ({"model": None}, "1:model: received nothing for 'model'; it is required; add it"),
        ({"at": "2013-02-30"}, "1:at: received '2013-02-30', which is no day of the calendar; allowed is a day; "
         "correct it"),
        ({"at": 1364860800}, "1:at: received 1364860800; allowed is a day or an instant; write it like 2013-04-01 or "
         "2013-04-01T08:30:00Z"),
        ({"until": "2013-04-01"}, "1:until: received 2013-04-01, before at (2013-04-02); allowed is at or later; "
         "swap them"),
        ({"calls": -1}, "1:calls: received -1; allowed is at least 0; correct the number"),
        ({"calls": "3"}, "1:calls: received '3'; allowed is a whole number; write it without quotes and fraction"),
        ({"calls": True}, "1:calls: received true; allowed is a whole number; write it without quotes and fraction"),
        ({"calls": [1]}, "1:calls: received a list of 1; allowed is a whole number; write it without quotes and "
         "fraction"),
        ({"purpos": "x"}, "1:purpos: unknown key 'purpos'; allowed are kind, model, at, until, version, known_at, "
         "consumer, purpose, calls; did you mean 'purpose'"),
        ({"version": 1}, "1:version: received 1; allowed is text; write it in quotes"),
    ],
)  # fmt: skip
def test_a_faulty_field_is_refused_with(tmp_path, changes, expected):
    assert refused(tmp_path, json.dumps(USAGE | changes)) == [expected]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'{"kind": "usage"', "1: not valid JSON: expecting ',' delimiter (character 17); allowed is one object a "
         "line; correct the line"),
        (b"[1]", "1: received a list of 1; allowed is an object; write it like {...}"),
        (b"{\n", "1: received JSON over several lines; allowed is one object a line; write each event on one line"),
        (b'{"a": NaN}', "1: received NaN; allowed are finite numbers; write a number or null"),
        (b'{"a": -Infinity}', "1: received -Infinity; allowed are finite numbers; write a number or null"),
        (b'{"a": 1, "a": 2}', "1:a: received key 'a' a second time; allowed is once; remove one"),
        (b'{"a": ' + b"[" * 100_000, "1: received more than 30 levels; allowed are 30; nest less deeply"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "1: received a number with too many digits; allowed are 4300; shorten it"),
        (b'{"a": "\xff"}', "1: received byte 0xff, which is not UTF-8; allowed is UTF-8; save the file as UTF-8"),
        (b'"' + b"x" * LONGEST_LINE + b'"', "1: received more than 1 MB in a line; allowed is 1 MB; write one object a "
         "line"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_plain_object_is_refused_with(tmp_path, line, expected):
    assert refused(tmp_path, line)[0] == expected


def test_brackets_inside_text_do_not_count_as_levels(tmp_path):
    path = tmp_path / "e.jsonl"
    path.write_text(json.dumps(USAGE | {"purpose": '"[{' * 40}))
    assert [event.purpose for _, event in read_events(path)] == ['"[{' * 40]


def test_as_many_levels_as_allowed_are_read():
    assert parse_line(b"[" * 30 + b"]" * 30)
    with pytest.raises(InputRefusedError, match="more than 30 levels"):
        parse_line(b"[" * 31 + b"]" * 31)


def test_an_infinite_or_broken_value_is_refused(tmp_path):
    quality = '{"kind": "quality", "model": "m", "at": "2013-04-02", "dataset": "d", "check": "c", "passed": true, '
    quality += '"dimension": "reality", "observed": 1e999}'
    broken = json.dumps(USAGE).replace("desk", "\\ud800")
    assert refused(tmp_path, f"{quality}\n{broken}") == [
        "1:observed: received inf; allowed is a finite number, true, false or text; write one of them",
        r"2:consumer: received '\ud800'; allowed is text; remove characters that are no Unicode text",
    ]


def test_the_first_faults_and_their_total_are_told_and_rows_after_a_long_line_count_right(tmp_path):
    good, bad = json.dumps(USAGE), json.dumps(USAGE | {"calls": -1, "extra": 1})
    lines = refused(tmp_path, "\n".join([good, "x" * (3 * LONGEST_LINE), *[bad] * 30, good]))
    assert len(lines) == SHOWN_PROBLEMS + 1
    assert lines[0].startswith("2: received more than 1 MB")
    assert [lines[1].split(": ")[0], lines[2].split(": ")[0]] == ["3:calls", "3:extra"]
    assert lines[-1] == "41 more faults; 61 in total"


def test_good_rows_are_given_out_before_the_error(tmp_path):
    path = tmp_path / "e.jsonl"
    path.write_text(json.dumps(USAGE) + "\n{}\n")
    events = read_events(path)
    assert next(events)[0] == 1
    with pytest.raises(InputRefusedError):
        next(events)


def test_a_missing_file_is_named():
    with pytest.raises(InputRefusedError, match=r"^nowhere\.jsonl: no such file; check the path$"):
        list(read_events("nowhere.jsonl"))


def test_an_event_that_is_no_object_is_refused():
    with pytest.raises(InputRefusedError, match="^received nothing; allowed is an object"):
        parse_event(None)


def test_a_field_name_that_cannot_be_written_is_escaped(tmp_path):
    assert refused(tmp_path, r'{"\ud800": 1, "\ud800": 2}')[0].startswith(r"1:'\ud800': received key '\ud800' a second")
