"""Sentences never contradict sign, order or size of the contributions that they tell, in any language."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings, strategies as st

from dashboard.explanations.words.facts import TELLINGS, Facts
from dashboard.explanations.words.frequency import Frequency
from dashboard.explanations.words.reasons import STANDS_OUT, WORTH_A_WORD, Reason
from dashboard.explanations.words.related import Related
from dashboard.explanations.words.tellings import NAMED, tell
from dashboard.words import LANGUAGES
from tests.explanations.words.cards import NAMES, card

BINARY, NUMBER = card(), card("regression")
LABEL = re.compile(r"[QZ](F\d)[QZ]")
SIZES = st.lists(
    st.floats(-5, 5, allow_nan=False).map(lambda size: round(size, 3)), min_size=1, max_size=len(NAMES)
)  # fmt: skip
FOR = ("main reason", "foremost", "wichtigste", "am ehesten")
AGAINST = ("Against it", "Dagegen")
RAISED, LOWERED = ("raised", "erhöht"), ("lowered", "gesenkt")


def facts(sizes: list[float], model=BINARY, score: float = 0.9, base: float = 0.0, **more) -> Facts:
    reasons = tuple(
        Reason(name, float(place), size) for place, (name, size) in enumerate(zip(NAMES, sizes, strict=False))
    )
    scale = "log_odds" if model is BINARY else "number"
    return Facts(model, reasons, base, score, scale, **more)


def named(text: str) -> list[str]:
    return [name.lower() for name in LABEL.findall(text)]


def sentences_with(words: tuple[str, ...], found: list[str]) -> list[str]:
    return [text for text in found if any(word in text for word in words)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("telling", ["manager", "expert"])
@settings(max_examples=150, deadline=None)
@given(sizes=SIZES, positive=st.booleans())
def test_a_decision_names_the_strongest_of_each_side_in_their_order(language, telling, sizes, positive) -> None:
    size = dict(zip(NAMES, sizes, strict=False))
    direction = 1 if positive else -1
    rendered = [one.render(language) for one in tell(facts(sizes, score=0.9 if positive else 0.1), telling)]
    whole = sum(map(abs, sizes))
    for words, sign, most in ((FOR, direction, NAMED[telling][0]), (AGAINST, -direction, NAMED[telling][1])):
        shown = [name for text in sentences_with(words, rendered) for name in named(text)]
        side = sorted((name for name in size if size[name] * sign > 0), key=lambda name: -abs(size[name]))
        assert all(size[name] * sign > 0 for name in shown)
        assert [abs(size[name]) for name in shown] == [abs(size[name]) for name in side[: len(shown)]]
        assert len(shown) <= most
        for left_out in side[len(shown) : most]:
            assert abs(size[left_out]) < WORTH_A_WORD * whole
    if whole and any(value * direction > 0 for value in sizes):
        strongest = max(abs(value) for value in sizes if value * direction > 0)
        weak = any(word in " ".join(rendered) for word in ("No single", "Kein einzelner"))
        assert weak == (strongest / whole < STANDS_OUT)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=150, deadline=None)
@given(sizes=SIZES)
def test_what_raises_a_number_is_never_said_to_lower_it(language, sizes) -> None:
    size = dict(zip(NAMES, sizes, strict=False))
    predicted = 100 + sum(sizes)
    rendered = [one.render(language) for one in tell(facts(sizes, NUMBER, predicted, 100.0), "expert")]
    for words, sign in ((RAISED, 1), (LOWERED, -1)):
        shown = [name for text in sentences_with(words, rendered) for name in named(text)]
        assert all(size[name] * sign > 0 for name in shown)
    more = any(word in rendered[0] for word in (" more than ", " mehr als "))
    less = any(word in rendered[0] for word in (" less than ", " weniger als "))
    assert (more, less) == (predicted > 100, predicted < 100)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=100, deadline=None)
@given(sizes=SIZES)
def test_experts_read_shares_of_everything_that_moves_the_score(language, sizes) -> None:
    size = dict(zip(NAMES, sizes, strict=False))
    whole = sum(map(abs, sizes))
    for sentence in tell(facts(sizes), "expert"):
        text = sentence.render(language)
        for name, percent in re.findall(r"[QZ](F\d)[QZ] \([^;()]*; (\d+)\s?%\)", text):
            assert abs(int(percent) / 100 - abs(size[name.lower()]) / whole) <= 0.00501


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=100, deadline=None)
@given(sizes=SIZES, base=st.floats(-3, 3).map(lambda value: round(value, 3)))
def test_data_scientists_read_every_contribution_with_its_sign(language, sizes, base) -> None:
    size = dict(zip(NAMES, sizes, strict=False))
    shown = facts(sizes, base=base)
    text = tell(shown, "data_scientist")[1].render(language)
    found = re.findall(r"(f\d) = \d \(([+-]?[\d.]+)\)", text)
    assert sorted(name for name, _ in found) == sorted(size)
    amounts = [float(amount) for _, amount in found]
    assert [abs(amount) for amount in amounts] == sorted(map(abs, amounts), reverse=True)
    for name, amount in zip((name for name, _ in found), amounts, strict=True):
        assert amount == pytest.approx(size[name], abs=0.006)
        assert (amount > 0) == (size[name] > 0)
        assert (amount < 0) == (size[name] < 0)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=60, deadline=None)
@given(first=st.floats(0.1, 3), second=st.floats(-3, -0.1), positive=st.booleans())
def test_features_that_go_together_are_summed(language, first, second, positive) -> None:
    found = facts([first, second], score=0.9 if positive else 0.1, related=[Related("f0", "f1", 0.9)])
    text = tell(found, "expert")[-1].render(language)
    both = (first + second) * (1 if positive else -1)
    if min(first, -second) / (first - second) < WORTH_A_WORD:
        return
    assert set(named(text)) == {"f0", "f1"}
    assert any(word in text for word in (("speak for it", "dafür") if both >= 0 else ("against it", "dagegen")))


def test_a_manager_reads_three_sentences_in_the_words_of_the_card() -> None:
    model = card(
        threshold=0.35,
        wording={
            "cases": {"en": "flights", "de": "Flügen"},
            "outcome": {"en": "are late", "de": "verspäten sich"},
            "positive": {"en": "The warning is raised", "de": "Die Warnung wird ausgelöst"},
            "negative": {"en": "No warning is raised", "de": "Es wird nicht gewarnt"},
        },
        features={
            "hour": {"kind": "numeric", "label": {"en": "Departure hour", "de": "Abflugstunde"}, "unit": "h"},
            "origin": {
                "kind": "categorical",
                "label": {"en": "Origin", "de": "Abflughafen"},
                "category_labels": {"EWR": "Newark"},
            },
            "wind": {"kind": "numeric", "label": {"en": "Wind", "de": "Wind"}},
        },
    )
    reasons = (Reason("wind", None, -0.4), Reason("origin", "EWR", 0.5), Reason("hour", 18.0, 1.1))
    shown = Facts(model, reasons, -0.7, 0.55, "log_odds", Frequency(0.6218, "record", 0.55, 0.69, 1234))
    assert [one.render("en") for one in tell(shown, "manager")] == [
        "The warning is raised: of 100 such flights about 62 are late.",
        "The main reasons are Departure hour (18 h) and Origin (Newark).",
        "Against it speaks Wind (missing).",
    ]
    assert [one.render("de") for one in tell(shown, "manager")] == [
        "Die Warnung wird ausgelöst: etwa 62 von 100 solchen Flügen verspäten sich.",
        "Die wichtigsten Gründe sind Abflugstunde (18 h) und Abflughafen (Newark).",
        "Dagegen spricht Wind (fehlt).",
    ]
    assert tell(shown, "expert")[1].render("en") == (
        "So it was in 1,234 cases with a similar score (95% interval: 55% to 69%)."
    )


def test_what_decides_on_average_and_what_moves_nothing_is_said() -> None:
    alone = [one.render("en") for one in tell(facts([-1.0, -0.5], base=3.0), "manager")]
    assert alone[1:] == [
        "No feature speaks for it more than in the average case.",
        "Against it speaks QF0Q (0).",
    ]
    assert tell(facts([0.0, 0.0]), "expert")[-1].render("de") == (
        "Kein Merkmal bewegt die Vorhersage von der des durchschnittlichen Falls weg."
    )


def test_reasons_that_are_not_named_but_as_strong_are_counted() -> None:
    told = [one.render("en") for one in tell(facts([1.0, 1.0, 1.0, 0.95]), "manager")]
    assert told[-1] == "Further reasons are about as strong: 2."


@pytest.mark.parametrize("telling", TELLINGS)
def test_a_class_is_a_word_of_the_data(telling) -> None:
    model = card("multiclass_classification")
    shown = Facts(model, (Reason("f0", 1.0, 0.4),), 0.1, "about {n}", "probability")
    assert "about {n}" in tell(shown, telling)[0].render("de")
