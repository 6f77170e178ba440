"""People, teams and processes: what a file holds and what it may not."""

from datetime import date
from pathlib import Path

import pytest

from dashboard.errors import InputRefusedError
from dashboard.schema.people import PeopleFile
from dashboard.schema.reading.documents import read_document, read_documents

GOLDEN = Path(__file__).parent / "golden"


def test_a_file_of_people_teams_and_processes_is_read():
    (document,) = read_documents([GOLDEN / "people.yaml"])
    anna, tom = document.value.people
    assert document.kind == "people"
    assert (anna.name, anna.start, anna.end, anna.executive) == ("Anna Keller", date(2010, 1, 1), None, True)
    assert (tom.end, tom.executive) == (date(2014, 12, 31), False)
    assert document.value.teams[0].name.in_language("de") == "Hypotheken"
    assert document.value.processes[0].tolerable_outage_hours == 4
    assert PeopleFile.model_validate(document.value.model_dump(mode="json", by_alias=True)) == document.value


@pytest.mark.parametrize("key", ["people", "teams", "processes"])
def test_any_of_the_three_keys_is_enough(key):
    assert read_document("f", f"{key}: []".encode()).kind == "people"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "people: [{id: a, name: A}, {id: b, name: B}, {id: a, name: C}]",
            "1:people[0].id: received id 'a' more than once; allowed is once; rename or remove the others",
        ),
        (
            "people:\n  - {id: a, name: A, email: nobody}",
            "2:people[0].email: received 'nobody'; allowed is an address like name@example.org; correct it",
        ),
        (
            "people:\n  - {id: a, name: A, from: 2013-02-01, to: 2013-01-01}",
            "2:people[0].to: received 2013-01-01, before from (2013-02-01); "
            "allowed is the same day or later; swap them",
        ),
        (
            "processes: [{id: a, name: A, tolerable_outage_hours: -1}]",
            "1:processes[0].tolerable_outage_hours: received -1; allowed is at least 0; correct the number",
        ),
        (
            "teams: [{id: a, name: A, leader: b}]",
            "1:teams[0].leader: unknown key 'leader'; allowed are id, name, lead, side; did you mean 'lead'",
        ),
        ("people: [a]", "1:people[0]: received 'a'; allowed is a mapping; write it like {key: value}"),
        (
            "people: []\nid: x",
            "2:id: unknown key 'id'; allowed are people, teams, processes; remove it",
        ),
    ],
)
def test_a_faulty_file_is_refused_with(text, expected):
    with pytest.raises(InputRefusedError) as caught:
        read_document("people.yaml", text.encode())
    assert str(caught.value) == f"people.yaml:{expected}"


def test_two_files_may_not_define_the_same_person(tmp_path):
    again = tmp_path / "again.yaml"
    again.write_text("people: [{id: tom.berg, name: Tom}]\nteams: [{id: tom.berg, name: A team may be called so}]\n")
    with pytest.raises(InputRefusedError) as caught:
        read_documents([GOLDEN / "people.yaml", again])
    assert [(problem.file, problem.field) for problem in caught.value.problems] == [(str(again), "people")]
