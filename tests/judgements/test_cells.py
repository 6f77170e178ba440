"""Cells of judgements: what is kept is told in each language as it would have been at once."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given, strategies as st

from dashboard.governance.judgements.cells import from_text, tell, to_text
from dashboard.schema.texts import LocalText
from dashboard.words import LANGUAGES, Listed, Sentence, mark

TEMPLATE = mark("{n} of {due} due steps are not fully signed, starting with {step}.")
plain = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e12, 1e12) | st.text(max_size=40)
local = st.builds(
    LocalText, st.text(min_size=1, max_size=20) | st.fixed_dictionaries({"en": st.text(min_size=1), "de": st.text()})
)
values = plain | st.dates() | local | st.builds(Listed, st.lists(st.sampled_from(["Outage"]), min_size=1).map(tuple))
sentences = st.builds(
    lambda n, due, step: Sentence(TEMPLATE, {"n": n, "due": due, "step": step}), values, values, values
)


@given(cells=st.dictionaries(st.text(min_size=1, max_size=8), plain, max_size=5))
def test_plain_values_come_back_as_they_were(cells):
    for language in LANGUAGES:
        assert tell(from_text(to_text(cells)), language) == cells


@given(sentence=sentences, text=local, more=st.lists(sentences, max_size=3))
def test_words_are_told_as_they_would_have_been_at_once(sentence, text, more):
    kept = from_text(to_text({"one": sentence, "text": text, "all": more}))
    for language in LANGUAGES:
        assert tell(kept, language) == {
            "one": sentence.render(language),
            "text": text.in_language(language),
            "all": " ".join(one.render(language) for one in more) or None,
        }


def test_days_and_instants_are_iso_texts():
    cells = {"day": date(2024, 5, 1), "at": datetime(2024, 5, 1, 12, 30, tzinfo=UTC)}
    assert tell(from_text(to_text(cells)), "de") == {"day": "2024-05-01", "at": "2024-05-01T12:30:00Z"}
