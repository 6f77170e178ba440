"""A card is read into typed parts, and dumps back to what was read."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from dashboard.errors import InputRefusedError
from dashboard.schema.card.card import Feature, ModelCard, Reference, Risk, RoleHolder, Version
from dashboard.schema.reading.documents import read_document, read_documents
from dashboard.schema.texts import LocalText

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(name="card")
def full_card() -> ModelCard:
    (document,) = read_documents([GOLDEN / "full_card.yaml"])
    assert isinstance(document.value, ModelCard)
    return document.value


@pytest.mark.parametrize("name", ["full_card.yaml", "minimal_card.yaml"])
def test_a_dumped_card_is_the_same_card(name):
    (document,) = read_documents([GOLDEN / name])
    card = document.value
    assert ModelCard.model_validate(card.model_dump(mode="json", by_alias=True)) == card
    assert ModelCard.model_validate_json(card.model_dump_json(by_alias=True)) == card


def test_a_document_keeps_the_file_as_it_was():
    path = GOLDEN / "minimal_card.yaml"
    (document,) = read_documents([path])
    assert (document.kind, document.path, document.text) == ("card", path, path.read_text())
    assert document.sha256 == "e9d0a44702d4812a6c4c0d085c335b4dfca0d3bb9f1aa377b3e6059b25519c24"


def test_a_minimal_card_has_gaps_and_defaults():
    card = read_document("x", (GOLDEN / "minimal_card.yaml").read_bytes()).value
    assert (card.time_zone, card.period, card.simulated, card.data.threshold) == ("UTC", "day", False, 0.5)
    assert (card.status, card.retraining, card.risks.outage, card.data.reference) == (None, None, None, None)
    assert list(card.roles.held()) == []
    assert card.business.value is None


def test_the_full_card_holds_every_value(card):
    assert card.name.in_language("de") == "Verspätungswarnung"
    assert card.data.features["dep_hour"] == Feature(
        kind="numeric", label=LocalText({"en": "Departure hour", "de": "Abflugstunde"}), unit=LocalText("h")
    )
    assert card.data.reference == Reference(start=date(2013, 1, 1), end=date(2013, 3, 31))
    assert card.versions[0].deployments[0].start == date(2013, 4, 1)
    assert card.risks.outage.score == 8
    assert card.risks.knowledge_loss.score is None
    assert card.business.key_metrics[0].limit == 0.65
    assert card.business.value.outcomes.false_negative == -60
    assert card.data.positive == "yes"


def test_a_role_entry_is_an_id_or_a_span(card):
    held = [(role, holder.person, holder.start, holder.end) for role, holder in card.roles.held()]
    assert held[0] == ("accountable_executive", "anna.keller", None, None)
    assert ("business_stakeholder", "maria.lopez", date(2013, 1, 1), date(2013, 6, 30)) in held
    assert held[-1][0] == "deputy"


def test_package_versions_are_kept_as_written(card):
    assert card.versions[0].deployments[0].environment["python"] == "3.10"
    assert card.versions[1].version == "1.10"


def test_a_training_day_begins_in_the_cards_time_zone(card):
    assert card.versions[0].trained_at == datetime(2013, 4, 1, tzinfo=UTC)
    assert card.versions[1].trained_at == datetime(2013, 7, 1, 4, tzinfo=UTC)


def test_days_are_counted_in_the_cards_time_zone(card):
    assert card.zone.key == "America/New_York"
    assert card.local_day(datetime(2013, 7, 1, 3, 59, tzinfo=UTC)) == date(2013, 6, 30)
    assert card.local_day(datetime(2013, 7, 1, 4, tzinfo=UTC)) == date(2013, 7, 1)


def test_a_key_without_value_counts_as_left_out():
    text = (GOLDEN / "minimal_card.yaml").read_text() + "roles:\nrisks:\n  outage:\n    owner:\nsummary:\n"
    card = read_document("x", text.encode()).value
    assert card.summary is None
    assert card.risks.outage.owner is None


def test_earlier_versions_may_have_had_other_features(card):
    dumped = card.model_dump(mode="json", by_alias=True)
    dumped["versions"][0]["importance"] = {"gone": 1.0}
    assert ModelCard.model_validate(dumped).versions[0].importance == {"gone": 1.0}
    dumped["versions"][1]["importance"] = {"carier": 1.0}
    with pytest.raises(ValidationError, match="did you mean 'carrier'"):
        ModelCard.model_validate(dumped)


@pytest.mark.parametrize(
    ("given", "language", "expected"),
    [
        ("plain", "de", "plain"),
        ({"en": "one", "de": "eins"}, "de", "eins"),
        ({"de": "eins", "en": "one"}, "fr", "one"),
        ({"it": "uno", "fr": "un"}, "de", "uno"),
    ],
)
def test_a_text_is_told_in_the_language_asked_for_else_english_else_the_first(given, language, expected):
    assert LocalText(given).in_language(language) == expected


def test_a_path_may_point_into_the_folder_of_the_card_but_not_anywhere(card):
    dumped = card.model_dump(mode="json", by_alias=True)
    dumped["versions"][0]["artifact"] = "artifacts/a.skops"
    assert ModelCard.model_validate(dumped).versions[0].artifact == "artifacts/a.skops"
    for refused in ("../artifacts/a.skops", "/etc/passwd", "C:\\model.skops", "https://example.org/a.skops"):
        dumped["versions"][0]["artifact"] = refused
        with pytest.raises(ValidationError, match="relative to the card"):
            ModelCard.model_validate(dumped)


def test_a_risk_is_rated_only_with_likelihood_and_impact():
    assert Risk(likelihood=3, impact=5).score == 15
    assert Risk(likelihood=3).score is None
    assert Risk(impact=3).score is None


def test_a_span_may_be_one_day_and_a_limit_may_be_the_target():
    day = date(2013, 1, 1)
    assert Reference(start=day, end=day).end == day
    text = (GOLDEN / "minimal_card.yaml").read_text()
    for metric, target, limit in (("roc_auc", 0.7, 0.7), ("brier_score", 0.2, 0.2), ("log_loss", 0.2, 0.3)):
        line = f"business: {{key_metrics: [{{metric: {metric}, target: {target}, limit: {limit}}}]}}\n"
        assert read_document("f", (text + line).encode()).value.business.key_metrics[0].limit == limit


def test_a_direction_counts_when_a_limit_is_held_against_its_target():
    text = (GOLDEN / "minimal_card.yaml").read_text()
    line = "business: {key_metrics: [{metric: brier_score, target: 0.2, limit: 0.1}]}\n"
    with pytest.raises(InputRefusedError, match=r"limit 0\.1, better than target 0\.2 \(lower is better\)"):
        read_document("f", (text + line).encode())


@pytest.mark.parametrize("value", [[], "x", None, {}, {"versions": 3}])
def test_something_else_than_a_card_is_no_card(value):
    with pytest.raises(ValidationError):
        ModelCard.model_validate(value)


@pytest.mark.parametrize(
    ("part", "field", "longest"),
    [
        (Version, "version", 100),
        (Version, "algorithm", 200),
        (RoleHolder, "person", 100),
        (Risk, "mitigation", 5_000),
        (Feature, "unit", 200),
    ],
)
def test_texts_have_a_greatest_length(part, field, longest):
    rest = {"kind": "numeric"} if part is Feature else {"version": "1"} if part is Version else {}
    assert part.model_validate({**rest, field: "x" * longest})
    with pytest.raises(ValidationError):
        part.model_validate({**rest, field: "x" * (longest + 1)})


@pytest.mark.parametrize("number", [".nan", ".inf", "1e999", "true", "'5'"])
def test_money_is_a_finite_number(number):
    text = (GOLDEN / "minimal_card.yaml").read_text() + f"business: {{value: {{promised_per_month: {number}}}}}\n"
    with pytest.raises(InputRefusedError, match=r"11:business\.value\.promised_per_month: received"):
        read_document("f", text.encode())


def test_a_card_cannot_be_changed_after_it_was_checked(card):
    with pytest.raises(ValidationError, match="frozen"):
        card.task = "regression"
