"""Days and instants as people write them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from pydantic import TypeAdapter, ValidationError

from dashboard.schema.times import Day, Instant, Moment, end_instant, ends_before, instant

DAY, INSTANT, MOMENT = TypeAdapter(Day), TypeAdapter(Instant), TypeAdapter(Moment)
MORNING = datetime(2013, 4, 1, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2013-04-01T08:30:00Z",
        "2013-04-01T08:30:00.000000000z",
        "2013-04-01 08:30",
        "2013-04-01T10:30:00+02:00",
        "2013-04-01 04:30:00 -0400",
        datetime(2013, 4, 1, 8, 30),
        datetime(2013, 4, 1, 10, 30, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_an_instant_is_kept_in_utc(written):
    read = INSTANT.validate_python(written, strict=True)
    assert (read, read.tzinfo) == (MORNING, UTC)


def test_fractions_of_a_second_are_kept_to_the_microsecond():
    assert INSTANT.validate_python("2013-04-01T08:30:00.1234567Z").microsecond == 123456
    assert INSTANT.validate_python("2013-04-01T08:30:00,5Z").microsecond == 500000


def test_a_moment_is_what_was_written():
    assert MOMENT.validate_python("2013-04-01") == date(2013, 4, 1)
    assert type(MOMENT.validate_python("2013-04-01")) is date
    assert MOMENT.validate_python("2013-04-01T08:30:00Z") == MORNING
    assert MOMENT.dump_python(MORNING, mode="json") == "2013-04-01T08:30:00+00:00"


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (DAY, "2013-04-31"),
        (DAY, "2013-4-1"),
        (DAY, "01.04.2013"),
        (DAY, "2013-04-01T00:00:00Z"),
        (DAY, 20130401),
        (DAY, True),
        (DAY, "1899-12-31"),
        (DAY, "2200-01-01"),
        (DAY, datetime(2013, 4, 1, tzinfo=UTC)),
        (INSTANT, "2013-04-01"),
        (INSTANT, "2013-02-29T00:00:00Z"),
        (INSTANT, "2013-04-01T24:30:00Z"),
        (INSTANT, "2013-04-01T08:30:00+99:00"),
        (INSTANT, "0001-01-01T00:00:00+14:00"),
        (INSTANT, "9999-12-31T23:59:59-14:00"),
        (INSTANT, 1364801400),
        (MOMENT, "soon"),
        (MOMENT, 1364801400),
    ],
)
def test_anything_else_is_refused(kind, written):
    with pytest.raises(ValidationError, match="allowed"):
        kind.validate_python(written)


@pytest.mark.parametrize(
    ("zone", "begins", "ends"),
    [
        ("UTC", "2013-03-10T00:00:00+00:00", "2013-03-11T00:00:00+00:00"),
        ("America/New_York", "2013-03-10T05:00:00+00:00", "2013-03-11T04:00:00+00:00"),
        ("Asia/Kolkata", "2013-03-09T18:30:00+00:00", "2013-03-10T18:30:00+00:00"),
    ],
)
def test_a_day_lasts_from_midnight_to_midnight_in_the_time_zone(zone, begins, ends):
    day = date(2013, 3, 10)
    assert instant(day, zone).isoformat() == begins
    assert end_instant(day, zone).isoformat() == ends


def test_the_first_and_last_allowed_days():
    assert DAY.validate_python("1900-01-01") == date(1900, 1, 1)
    assert DAY.validate_python("2199-12-31") == date(2199, 12, 31)
    assert INSTANT.validate_python("2199-12-31T23:59:59Z").year == 2199


def test_an_instant_begins_and_ends_at_itself():
    assert instant(MORNING, "Asia/Kolkata") == end_instant(MORNING, "Asia/Kolkata") == MORNING


@pytest.mark.parametrize(
    ("end", "start", "expected"),
    [
        (date(2013, 4, 1), date(2013, 4, 1), False),
        (date(2013, 3, 31), date(2013, 4, 1), True),
        (MORNING - timedelta(seconds=1), MORNING, True),
        (date(2013, 4, 1), MORNING, False),
        (date(2013, 3, 31), MORNING, False),
        (date(2013, 3, 30), MORNING, True),
        (MORNING, date(2013, 4, 2), False),
        (MORNING, date(2013, 4, 3), True),
    ],
)
def test_an_end_is_refused_only_if_it_comes_first_in_every_time_zone(end, start, expected):
    assert ends_before(end, start) is expected
