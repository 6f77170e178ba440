"""Every fault of a card is named with its line, its field, what was received, what is allowed and how to repair it."""

from pathlib import Path

import pytest
import yaml

from dashboard.errors import InputRefusedError
from dashboard.schema.reading.documents import SETTINGS, read_document, read_documents

GOLDEN = Path(__file__).parent / "golden"
CASES = yaml.safe_load((GOLDEN / "refused_cards.yaml").read_text())
MINIMAL = (GOLDEN / "minimal_card.yaml").read_text()


def messages(text: str) -> list[str]:
    with pytest.raises(InputRefusedError) as caught:
        read_document("card.yaml", text.encode())
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_faulty_card_is_refused_with(case):
    assert case["replace"] in MINIMAL
    text = MINIMAL.replace(case["replace"], case["by"], 1)
    assert messages(text) == [f"card.yaml:{case['message']}"]


@pytest.mark.parametrize(
    ("task", "line", "expected"),
    [
        (
            "regression",
            "threshold: 0.4",
            "10:data.threshold: received 0.4 for regression; allowed for classification only",
        ),
        ("regression", "positive: late", "10:data.positive: received 'late' for regression"),
        (
            "multiclass_classification",
            "positive: late",
            "10:data.positive: received 'late' for multiclass_classification",
        ),
    ],
)
def test_columns_must_fit_the_task(task, line, expected):
    text = MINIMAL.replace("binary_classification", task).replace("  actual: y\n", f"  actual: y\n  {line}\n")
    (message,) = messages(text)
    assert message.startswith(f"card.yaml:{expected}")


def test_outcomes_are_for_binary_classification():
    text = (
        MINIMAL.replace("binary_classification", "regression") + "business: {value: {outcomes: {true_positive: 1}}}\n"
    )
    (message,) = messages(text)
    assert message == (
        "card.yaml:11:business.value.outcomes: received outcomes for regression; "
        "allowed for binary_classification only; remove them"
    )


def test_all_faults_of_all_files_come_together(tmp_path):
    faulty = tmp_path / "faulty.yaml"
    faulty.write_text(MINIMAL.replace("kind: numeric", "kind: n").replace("id: heat-demand", "id: '-'"))
    broken = tmp_path / "broken.yaml"
    broken.write_text("id: [")
    missing = tmp_path / "missing.yaml"
    with pytest.raises(InputRefusedError) as caught:
        read_documents([faulty, GOLDEN / "full_card.yaml", broken, missing, tmp_path])
    found = [(problem.file, problem.row, problem.field) for problem in caught.value.problems]
    assert found == [
        (str(faulty), 1, "id"),
        (str(faulty), 10, "data.features.age.kind"),
        (str(broken), 1, None),
        (str(missing), None, None),
        (str(tmp_path), None, None),
    ]
    assert caught.value.exit_code == 2


def test_two_files_may_not_define_the_same_model(tmp_path):
    again = tmp_path / "again.yaml"
    again.write_text(MINIMAL.replace("Heat demand", "Another"))
    with pytest.raises(InputRefusedError) as caught:
        read_documents([GOLDEN / "minimal_card.yaml", again])
    (problem,) = caught.value.problems
    assert (problem.file, problem.field) == (str(again), "id")
    assert "minimal_card.yaml defines too" in problem.message


def test_a_file_without_any_known_key_says_what_files_there_are():
    (message,) = messages("colour: red\n")
    assert message.startswith(
        "card.yaml:1: received the keys 'colour'; allowed are a model card (id, name, task, versions, data, ...), "
        "people, teams, processes, or settings: "
    )
    assert "thresholds (performance, drift, quality, fairness, estimate, silence, status" in message
    assert message.endswith("use the keys of one of them")
    assert [kind for kind in SETTINGS if f"{kind} (" not in message] == []


def test_no_message_shows_more_than_a_glimpse_of_what_was_received():
    (message,) = messages(MINIMAL.replace("binary_classification", "x" * 5_000))
    assert len(message) < 250


def test_a_field_name_stays_on_one_line():
    (message,) = messages(MINIMAL + '"two\\nlines": 1\n')
    assert message.startswith(r"card.yaml:11:'two\nlines': unknown key")


@pytest.mark.parametrize("zone", ["localtime", "posix/Europe/Zurich", "right/UTC", "Factory", "zone.tab", "Europe", ""])
def test_a_file_of_the_zone_database_is_no_time_zone(zone):
    (message,) = messages(f'time_zone: "{zone}"\n{MINIMAL}')
    assert message.startswith("card.yaml:1:time_zone: received '")


@pytest.mark.parametrize("sign", ["\\x07", "\\x7f", "\\x9b", "\\u2028", "\\n"])
def test_a_name_holds_no_control_characters(sign):
    (message,) = messages(MINIMAL.replace("score: p", f'score: "p{sign}"'))
    assert message.startswith("card.yaml:8:data.score: received 'p\\")
