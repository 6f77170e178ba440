"""What is read for many models at once is what each by itself would read; twice the models, as many queries."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from benchmarks.portfolio import build
from dashboard.access.principal import operator
from dashboard.governance.risk.evidence.registry import evidence_of
from dashboard.governance.risk.evidence.silence import silent_spans
from dashboard.governance.risk.track_record import validities
from dashboard.governance.sign_offs.metrics import periods_of
from dashboard.governance.situation import memo, preload
from dashboard.governance.situation.profiles import observed, thresholds_of, whole_profiles
from dashboard.governance.situation.situation import Situation
from dashboard.measures.judging.areas import judging_grain
from dashboard.measures.judging.metrics import judged, names_that_count
from dashboard.measures.judging.performance import judge_window
from dashboard.measures.performance import figures_of, reference_figures
from dashboard.profiles.windows import windows
from dashboard.schema.card.roles import RISK_NAMES
from dashboard.store import organisation
from dashboard.store.engine.database import Store, open_store
from dashboard.store.engine.kept_last import KeptLast
from dashboard.views import kept
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.governance.queries import counted_queries

MODELS = 28
FIRST = date(2025, 12, 20)
VIEWS = (
    "models", "status", "gaps", "desk", "rules", "risk", "risk-evidence", "sign-offs", "sign-off-differences", "alerts",
)  # fmt: skip


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    """Portfolios in every state of the log, monitored; the second is twice as large."""
    folder = tmp_path_factory.mktemp("portfolios")
    for models in (MODELS // 2, MODELS):
        build(folder / str(models), models)
    small, large = (open_store(folder / str(models)) for models in (MODELS // 2, MODELS))
    yield small, large
    small.close()
    large.close()


@pytest.fixture(scope="module")
def store(stores: tuple[Store, Store]) -> Store:
    return stores[1]


def told(situation: Situation, models: list[str]) -> str:
    """All that rests on profiles, model by model; as text, in which undefined figures are alike."""
    year = (FIRST, FIRST + timedelta(days=365))
    found = {
        model: (
            [evidence_of(situation, model, risk) for risk in RISK_NAMES],
            periods_of(situation, model),
            observed(situation, model),
            silent_spans(situation, model, year),
        )
        for model in models
    }
    return repr(found)


@contextmanager
def nothing_kept(together: int | None) -> Iterator[None]:
    """Without what was worked out before; so many models are read together, or each by a query of its own (None)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memo, "_MEMO", {})
        patch.setattr(organisation, "_IN_FORCE", {})
        if together is None:
            patch.setattr(preload.PreloadedProfiles, "_preloaded", lambda *_: None)
        else:
            patch.setattr(preload, "MODELS_PER_READ", together)
        yield


names = st.lists(st.integers(0, MODELS - 1).map("model-{:04d}".format), unique=True, min_size=1, max_size=9)
days = st.integers(0, 360).map(lambda after: FIRST + timedelta(days=after))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(models=names, day=st.none() | days, since=st.none() | st.integers(0, 200), together=st.integers(1, 5))
def test_together_is_one_by_one(store, models, day, since, together):
    def situation() -> Situation:
        begun = Situation(store, day)
        return begun if day is None or since is None else begun.between(day - timedelta(days=since), day)

    with nothing_kept(None):
        one_by_one = told(situation(), models)
    with nothing_kept(together):
        assert told(situation(), models) == one_by_one


def test_while_the_first_period_lasts_nothing_is_told_of_a_decline(store):
    """The models are monitored by month, from January on."""
    found = {day: evidence_of(Situation(store, day), "model-0000", "degradation") for day in (FIRST, date(2026, 1, 9))}
    assert [one.level for one in found.values()] == [None, None]
    assert found[FIRST].sentence.message == "Nothing is logged and monitored, so a decline cannot be detected."
    assert found[date(2026, 1, 9)].sentence.message.startswith("Too few periods with known outcomes")


def test_what_happened_while_ratings_held_is_the_same_together(store):
    models = [f"model-{number:04d}" for number in range(MODELS)]
    with nothing_kept(None):
        one_by_one = [list(validities(Situation(store), [model])) for model in models]
    with nothing_kept(5):
        together = list(validities(Situation(store), models))
    assert repr(together) == repr([one for found in one_by_one for one in found])
    assert len({(one.start, one.end) for one in together}) > 3


@pytest.mark.parametrize("query", [Query(), Query(on=date(2026, 8, 20))], ids=["today", "a past day"])
@pytest.mark.parametrize("view", VIEWS)
def test_twice_the_models_need_no_more_queries(stores, monkeypatch, view, query):
    counts = []
    for store in stores:
        asked = counted_queries(store, monkeypatch)
        monkeypatch.setattr(store, "worked_out", {})
        monkeypatch.setattr(kept, "_ANSWERS", KeptLast(kept.MOST_KEPT))
        with nothing_kept(preload.MODELS_PER_READ):
            for table in ("judgements", "judged_models", "judged_names"):
                with store.writing() as cursor:
                    cursor.execute(f"DELETE FROM {table}")
            asked.clear()
            run_view(store, view, query, operator("test"))
        counts.append(len(asked))
    assert 0 <= counts[1] - counts[0] <= OF_A_DECLINE * (in_decline(stores[1], query) - in_decline(stores[0], query))
    assert counts[0] > 0


# Where a model declines, its features of that time are read: of few models, and never of all of them together.
OF_A_DECLINE = 2


def in_decline(store: Store, query: Query) -> int:
    """How many models decline for a reason that has to be looked for in their features."""
    causes = run_view(store, "retraining", query, operator("test"))["cause"]
    return int((~causes.isin(["none", "harmless_drift", "unknown"])).sum())


def test_readers_at_the_same_time_get_what_one_would(store, monkeypatch):
    def frames(threads: int) -> list[str]:
        monkeypatch.setattr(store, "worked_out", {})
        with nothing_kept(5), ThreadPoolExecutor(threads) as pool:
            asked = [pool.submit(run_view, store, view, Query(), operator("test")) for view in VIEWS]
            return [one.result().to_csv() for one in asked]

    assert frames(4) == frames(1)


def test_one_model_is_read_by_itself(store, monkeypatch):
    read: list[int] = []

    def counted(store, spans, **options):
        read.append(len(spans))
        return profiles_within(store, spans, **options)

    profiles_within = preload.profiles_within
    monkeypatch.setattr(preload, "profiles_within", counted)
    with nothing_kept(5):
        situation = Situation(store)
        told(situation, ["model-0001"])
        assert read
        assert set(read) == {1}
        read.clear()
        told(situation, ["model-0002"])
    assert max(read) > 1


def test_only_the_metrics_that_count_are_computed_and_come_out_the_same(store):
    situation, seen = Situation(store), 0
    for model, card in situation.cards.items():
        profiles = whole_profiles(situation, model)
        if profiles is None:
            continue
        everything = reference_figures(profiles)
        for window in windows(profiles.read(("outcomes",)), profiles.layout, judging_grain(card)):
            figures = figures_of(window, profiles.layout)
            entries = judged(figures, card, everything, thresholds_of(card))
            expected = [entry for entry in entries if entry.metric in names_that_count(card)]
            found = judge_window(window, profiles, card, thresholds_of(card))
            assert repr(found) == repr(expected)
            seen += len(found)
    assert seen > MODELS
