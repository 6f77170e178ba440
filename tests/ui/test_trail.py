"""The audit trail in words: who, how they came in, what changed; and the words that every action has."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from dashboard.actions.registry import ACTIONS
from dashboard.schema.people import Person
from dashboard.store.organisation import Organisation
from dashboard.ui.labels.actions import ACTIONS as DONE
from dashboard.ui.panels.audit import panels as trail
from dashboard.ui.panels.audit.differences import Reader, changes
from dashboard.ui.widgets.names import actor_name, actor_of
from tests.gallery import card, listed

PEOPLE = {"anna.keller": Person(id="anna.keller", name="Anna Keller")}
VALUE = {"process": "crew-planning", "value": {"currency": "CHF", "promised_per_month": 40_000}}
MODELS = {"flight-delay": listed(card("flight-delay", "Late departure warning", business=VALUE))}


def told(before: object, after: object, subject: str = "flight-delay", language: str = "en") -> list[str]:
    texts = [json.dumps(value) if value is not None else None for value in (before, after)]
    return changes(subject, *texts, Reader(language, PEOPLE, MODELS))


def test_every_action_has_words() -> None:
    recorded_by_the_program = {"begin_chain", "begin_hashes", "explain", "log_in", "log_out", "rebuild"}
    assert set(ACTIONS.all()) | recorded_by_the_program == set(DONE)


@pytest.mark.parametrize(
    ("actor", "key", "name", "way"),
    [
        ("login:anna.keller", "anna.keller", "Anna Keller", "login"),
        ("switcher:anna.keller", "anna.keller", "Anna Keller", "chosen on a page without login"),
        ("cli:root as anna.keller", "anna.keller", "Anna Keller", "command line, account root"),
        ("cli:root", "cli:root", "System operator", "command line, account root"),
        ("token:nightly", "token:nightly", "Program nightly", "token nightly"),
        ("token:nightly as ben", "ben", "ben", "token nightly"),
        ("page:local", "page:local", "Somebody without login", "page without login"),
        ("system", "system", "Model Ledger itself", ""),
        ("anything else", "anything else", "anything else", ""),
        ("ldap:x", "ldap:x", "ldap:x", ""),
    ],
)
def test_actors_are_told_as_people_with_their_way(actor: str, key: str, name: str, way: str) -> None:
    found = actor_of(actor, Organisation(people=PEOPLE), "en")
    assert (found.key, found.name, found.way) == (key, name, way)


def test_a_name_is_found_for_persons_and_programs() -> None:
    assert actor_name("anna.keller", Organisation(people=PEOPLE), "de") == "Anna Keller"
    assert actor_name("system", Organisation(people=PEOPLE), "de") == "Model Ledger selbst"
    assert actor_name(None, Organisation(people=PEOPLE), "de") == ""


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ({"risks.outage.likelihood": 2}, {"risks.outage.likelihood": 4}, ["Risks, Outage, Likelihood: 2 → 4"]),
        ({"roles.deputy[0].person": "anna.keller"}, {}, ["Roles, Deputy of the executive, 1, Person: Anna Keller → –"]),
        (
            {"business.value.promised_per_month": 40000},
            {"business.value.promised_per_month": 52500.5},
            ["Business, Business value, Promised value per month: 40,000 CHF → 52,500 CHF"],
        ),
        (None, {"until": "2026-03-12", "executive": True}, ["Until: 12 Mar 2026", "Executive: yes"]),
        ({"performance": None}, {"performance": "alert", "periods": 3}, ["Performance: Alert", "Periods computed: 3"]),
        (None, {"about": "flight-delay", "files": [{"sha256": "ab" * 32}]},
         ["About: Late departure warning", "File, Hash: abababababab…"]),
        # Prediction ids are no places in a list and outcomes are no codes.
        ({"actuals": {"17": "1", "a.b_c": "closed"}}, {"actuals": {"17": "0", "a.b_c": "alert"}},
         ["Outcomes, 17: 1 → 0", "Outcomes, a.b_c: closed → alert"]),
        (None, {"never_heard_of": [1.5, "x"]}, ["never heard of: 1.50, x"]),
        ({"same": 1}, {"same": 1}, []),
        (None, None, []),
    ],
)  # fmt: skip
def test_what_changed_is_told_in_the_readers_words(before: object, after: object, lines: list[str]) -> None:
    assert told(before, after) == lines


def test_german_readers_get_german_words_and_dates() -> None:
    assert told({"next_review": "2026-03-12"}, {"next_review": "2027-01-02"}, language="de") == [
        "Nächste Überprüfung: 12.03.2026 → 02.01.2027"
    ]


def test_subjects_have_names() -> None:
    organisation = Organisation(people=PEOPLE)
    names = [trail.subject_name(one, MODELS, organisation) for one in
             ("flight-delay", "person anna.keller", "access anna.keller", "login ben", "team x", "token nightly",
              "store", None, "gone")]  # fmt: skip
    assert names == [
        "Late departure warning", "Person Anna Keller", "Access of Anna Keller", "Login of ben", "Team x",
        "Token nightly", "Store", "", "gone",
    ]  # fmt: skip


def test_the_answer_tells_the_last_deed_and_by_whom() -> None:
    frame = pd.DataFrame(
        {
            "at": ["2013-12-31T22:00:00.000001Z", "2013-12-30T22:00:00.000001Z"],
            "actor": ["login:anna.keller", "token:nightly"],
            "action": ["register", "monitor"],
            "subject": ["flight-delay", None],
            "refused": [None, None],
            "written_at": [None, None],
        }
    )
    known = trail.with_doers(frame, Organisation(people=PEOPLE))
    first, further = trail.answer(known, {"flight-delay": "Late departure warning"})
    assert first == (
        "Most recent: Cards or people registered (Late departure warning) by Anna Keller, 31 Dec 2013, 22:00."
    )
    assert further == "2 entries by Anna Keller and Program nightly."
    first, _ = trail.answer(known.assign(refused="No."), {"flight-delay": "Late departure warning"})
    assert first == "Most recent: “Cards or people registered” was refused to Anna Keller, 31 Dec 2013, 22:00."


def test_the_way_in_which_a_training_is_started_has_a_word() -> None:
    (started,) = told(None, {"way": "hand"})
    assert "By hand" in started
