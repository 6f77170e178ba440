"""Which cases experts get: by quotas, each random one to one person but for a stated share, open ones first."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from dashboard.actions.monitor import Models
from dashboard.actions.registry import run_action
from dashboard.errors import NotFoundError
from dashboard.governance.feedback.handed_out import HANDED_OUT, HandedOut, handed_out
from dashboard.governance.feedback.queue import Pool, is_drawn_at_random, is_shared, pick_cases, shares_of
from dashboard.profiles.candidates import Candidate, Draw, draw_candidates
from dashboard.profiles.windows import open_profiles
from dashboard.schema.config.dashboard import Quotas
from dashboard.store.cards import get_card
from dashboard.store.engine import clock
from dashboard.store.statements import list_statements
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.acceptance.portfolio import claims
from tests.governance.feedback_world import BY_HAND, CARD, Experts, opened_with

COSTLY = CARD.replace(
    "business: {", "business: {value: {currency: CHF, outcomes: {true_positive: 9, false_positive: -4}}, "
)
RULES = "feedback: {minimum_cases: 20, overlap: 0.2}\n"
AT = datetime(2024, 5, 1, tzinfo=UTC)
ONLY_RANDOM = Quotas(random=1, uncertain=0, costly=0, drifted=0, contested=0)


@pytest.fixture
def experts(tmp_path: Path) -> Iterator[Experts]:
    with opened_with(tmp_path, COSTLY + RULES, claims(number=1_500).frame) as found:
        run_action(found.store, "monitor", Models(models=("claims",)), BY_HAND)
        yield found


def queue(experts: Experts, person: str) -> list[dict]:
    return experts.show("review-queue", person=person)


def given_to(experts: Experts, person: str) -> list[HandedOut]:
    said = list_statements(experts.store, [HANDED_OUT], "claims")
    return [one for one in handed_out(said) if one.person == person]


def test_cases_are_picked_by_the_quotas_and_each_for_its_reason(experts: Experts):
    experts.act("eva", "start_review", cases=20)
    rows = claims(number=1_500).frame.set_index("id")
    found = [one.case for one in given_to(experts, "eva")]
    counts = Counter(case.why for case in found)
    assert (counts["uncertain"], counts["costly"], counts["drifted"]) == (4, 2, 2)
    # Nothing is contested yet, so that its share is drawn at random.
    assert counts["random"] == 12
    uncertain = [abs(rows["p"][case.prediction] - 0.37) for case in found if case.why == "uncertain"]
    assert max(uncertain) < np.quantile(np.abs(rows["p"] - 0.37), 0.1)
    for case in found:
        if case.why == "drifted":
            row = rows.loc[case.prediction]
            assert row["region"] == "overseas" or row["amount"] > rows["amount"].quantile(0.97) or row["age"] > 88


def test_who_asks_again_gets_what_is_open_and_then_others(experts: Experts):
    experts.act("eva", "start_review", cases=5)
    first = queue(experts, "eva")
    assert "5 cases of claims are still open" in experts.act("eva", "start_review")
    assert queue(experts, "eva") == first
    for row in first:
        experts.give("eva", row["prediction"], "right")
    assert {row["verdict"] for row in queue(experts, "eva")} == {"right"}
    experts.act("eva", "start_review", cases=5)
    second = queue(experts, "eva")
    assert not {row["prediction"] for row in first} & {row["prediction"] for row in second}
    assert [row["position"] for row in second] == [1, 2, 3, 4, 5]


def test_a_judgement_of_a_case_counts_as_it_was_handed_out(experts: Experts):
    experts.act("eva", "start_review", cases=10)
    for row in queue(experts, "eva"):
        experts.give("eva", row["prediction"], "right")
    expected = {one.case.prediction: one.case.sample for one in given_to(experts, "eva")}
    assert {row["prediction"]: row["sample"] for row in experts.show("feedback")} == expected
    assert set(expected.values()) == {"random", "queue"}


def test_a_queued_case_cannot_be_declared_random(experts: Experts):
    experts.act("eva", "start_review", cases=10)
    picked = next(one.case for one in given_to(experts, "eva") if one.case.why == "uncertain")
    with pytest.raises(Exception, match="not drawn at random"):
        experts.give("eva", picked.prediction, "right", sample="random")


def test_twenty_at_once_share_no_more_random_cases_than_stated(experts: Experts):
    people = [f"p{number:02}" for number in range(20)]
    experts.store.writer.start()
    threads = [threading.Thread(target=experts.act, args=(one, "start_review"), kwargs={"cases": 10}) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    experts.store.writer.stop()
    random = {
        person: {one.case.prediction for one in given_to(experts, person) if one.case.why == "random"}
        for person in people
    }
    assert all(len(cases) >= 5 for cases in random.values())
    holders = Counter(key for cases in random.values() for key in cases)
    for cases in random.values():
        assert sum(holders[key] > 1 for key in cases) <= len(cases)
    # Each person shares at most the stated share with those before them.
    seen: set[tuple[str, str]] = set()
    order = sorted(people, key=lambda person: given_to(experts, person)[0].handed_out_at)
    for person in order:
        assert len(random[person] & seen) <= np.ceil(0.2 * len(random[person]))
        seen |= random[person]


def candidates(number: int = 400) -> list[Candidate]:
    rng = np.random.default_rng(5)
    marks = np.sort(rng.integers(0, 2**63, number, dtype=np.uint64))
    return [Candidate(f"c-{n}", "1", AT, float(rng.random()), int(mark)) for n, mark in enumerate(marks)]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["eva", "tom", "dora"]), st.integers(1, 12)), max_size=12),
    st.sampled_from([0.0, 0.2, 1.0]),
)
def test_random_cases_are_shared_as_stated_whatever_the_order(tmp_path_factory, steps, overlap):
    import yaml

    from dashboard.schema.card.card import ModelCard

    card = ModelCard.model_validate({**yaml.safe_load(CARD), "feedback": {"overlap": overlap}}, strict=False)
    pool, known = candidates(), []
    for person, number in steps:
        found = pick_cases(card, Pool(pool, known, []), person, ONLY_RANDOM, number)
        assert [case.why for case in found] == ["random"] * len(found)
        known = [*known, *(HandedOut("claims", person, AT, case) for case in found)]
    by_person: dict[str, list[tuple[str, str]]] = {}
    for one in known:
        by_person.setdefault(one.person, []).append((one.case.prediction, one.case.version))
    marks = {(one.prediction, one.version): one.mark for one in pool}
    assert all(len(set(keys)) == len(keys) for keys in by_person.values())
    assert all(is_drawn_at_random(marks[key]) for keys in by_person.values() for key in keys)
    holders = Counter(key for keys in by_person.values() for key in keys)
    shared = {key for key, count in holders.items() if count > 1}
    assert all(is_shared(marks[key], overlap) for key in shared)
    if not overlap:
        assert shared == set()


def test_two_who_alternate_share_about_the_stated_share_of_their_cases():
    import yaml

    from dashboard.schema.card.card import ModelCard

    card = ModelCard.model_validate({**yaml.safe_load(CARD), "feedback": {"overlap": 0.2}}, strict=False)
    pool, known = candidates(2_000), []
    for _ in range(20):
        for person in ("eva", "tom"):
            found = pick_cases(card, Pool(pool, known, []), person, ONLY_RANDOM, 10)
            known = [*known, *(HandedOut("claims", person, AT, case) for case in found)]
    keys = {person: {one.case.prediction for one in known if one.person == person} for person in ("eva", "tom")}
    assert len(keys["eva"]) == len(keys["tom"]) == 200
    assert 0.1 <= len(keys["eva"] & keys["tom"]) / 200 <= 0.2


def test_contested_cases_go_to_who_has_not_judged_them(experts: Experts):
    experts.act("eva", "start_review", cases=10)
    card = get_card(experts.store, "claims")
    pool = draw_candidates(experts.store, card, Draw(365, 20_000), None)
    name = pool[3].prediction
    experts.give("eva", name, "right")
    experts.give("tom", name, "wrong")
    experts.act("dora", "start_review", cases=10)
    contested = [one.case.prediction for one in given_to(experts, "dora") if one.case.why == "contested"]
    assert contested == [name]


def test_the_draw_is_even_repeatable_and_bounded(experts: Experts):
    card = get_card(experts.store, "claims")
    profiles = open_profiles(experts.store, card, None)
    whole = draw_candidates(experts.store, card, Draw(3_650, 20_000, ["amount", "region"]), profiles)
    few = draw_candidates(experts.store, card, Draw(3_650, 200, ["amount", "region"]), profiles)
    assert len(whole) == 1_500
    assert few == whole[:200]
    assert np.mean([is_drawn_at_random(one.mark) for one in whole]) == pytest.approx(0.5, abs=0.05)
    latest = max(one.made_at for one in whole)
    month = draw_candidates(experts.store, card, Draw(30, 20_000), profiles)
    assert {one.prediction for one in month} == {
        one.prediction for one in whole if one.made_at > latest - timedelta(days=30)
    }
    overseas = claims(number=1_500).frame.set_index("id")["region"] == "overseas"
    rare = {one.prediction for one in whole if one.rarity < 0.01}
    assert set(overseas[overseas].index) <= rare


def test_a_case_that_is_kept_for_too_long_goes_to_somebody_else(experts: Experts, monkeypatch: pytest.MonkeyPatch):
    experts.act("eva", "start_review", cases=10)
    kept = {one.case.prediction for one in given_to(experts, "eva") if one.case.why == "random"}
    experts.act("tom", "start_review", cases=10)
    assert len(kept & {one.case.prediction for one in given_to(experts, "tom")}) <= 2
    later = clock.now() + timedelta(days=15)
    monkeypatch.setattr("dashboard.actions.reviews.now", lambda: later)
    experts.act("dora", "start_review", cases=30)
    assert len(kept & {one.case.prediction for one in given_to(experts, "dora")}) > 2


@given(st.lists(st.integers(0, 10), min_size=5, max_size=5).filter(any), st.integers(1, 200))
def test_quotas_become_whole_numbers_that_sum_up(parts, number):
    shares = np.array(parts) / sum(parts)
    quotas = Quotas(
        **dict(zip(("random", "uncertain", "costly", "drifted", "contested"), shares.tolist(), strict=True))
    )
    found = shares_of(quotas, number)
    assert sum(found.values()) == number
    assert all(abs(count - share * number) < 1 for count, share in zip(found.values(), shares, strict=True))


def test_of_a_case_that_two_versions_scored_the_reader_sees_what_was_handed_out(tmp_path: Path):
    rows = claims(number=200).frame.assign(model_version="1")
    later = rows.assign(model_version="2", p=0.01)
    with opened_with(tmp_path, CARD, pd.concat([rows, later], ignore_index=True)) as experts:
        experts.act("eva", "start_review", cases=10)
        scores = rows.set_index("id")["p"]
        for one in given_to(experts, "eva"):
            query = Query(model="claims", prediction=one.case.prediction, person="eva")
            shown = run_view(experts.store, "review-case", query, BY_HAND).iloc[0]["value"]
            expected = 0.01 if one.case.version == "2" else scores[one.case.prediction]
            assert shown.startswith("yes" if expected >= 0.37 else "no")
            assert f"({expected:.1%};" in shown or f"({expected:.2%};" in shown


def test_a_case_names_categories_as_the_card_does(tmp_path: Path):
    rows = claims(number=50).frame
    region = str(rows.set_index("id")["region"].dropna().iloc[0])
    case = str(rows.loc[rows["region"] == region, "id"].iloc[0])
    names = f"category_labels: {{{region}: {{en: By the sea, de: Am Meer}}}}"
    card = CARD.replace("region: {kind: categorical}", f"region: {{kind: categorical, {names}}}")
    with opened_with(tmp_path, card, rows) as experts:
        for language, named in (("en", "By the sea"), ("de", "Am Meer")):
            query = Query(model="claims", prediction=case, language=language)
            frame = run_view(experts.store, "review-case", query, BY_HAND).set_index("name")
            assert frame["value"]["region"] == named


def test_a_case_shows_labels_and_units_and_not_the_outcome(experts: Experts):
    frame = run_view(experts.store, "review-case", Query(model="claims", prediction="c-7"), BY_HAND)
    assert list(frame["part"]) == ["decision", "input", "input", "input", "input", "group"]
    assert "fraud" not in set(frame["name"])
    row = claims(number=1_500).frame.set_index("id").loc["c-7"]
    assert frame.iloc[0]["value"].startswith("yes" if row["p"] >= 0.37 else "no")
    assert frame.set_index("name")["value"]["age"] == str(row["age"])
    with pytest.raises(NotFoundError):
        run_view(experts.store, "review-case", Query(model="claims", prediction="nothing"), BY_HAND)
