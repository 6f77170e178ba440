"""What pages need is loaded when a server starts, so that the first reader does not wait for it."""

from __future__ import annotations

import importlib
import pkgutil

from dashboard import charts, ui
from dashboard.access.principal import operator
from dashboard.charts.warming import draw_first_chart
from dashboard.explanations.sandbox.warm import warm_worker
from dashboard.store.cards import list_cards
from dashboard.store.engine.database import Store
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from dashboard.words import LANGUAGES, translate


def load_judging() -> None:
    """Import all that judges, so that the first fact after a start costs what the next ones do."""
    from dashboard.governance.desk.tasks import TASK_SOURCES
    from dashboard.governance.gaps.registry import GAP_CHECKS
    from dashboard.governance.judgements import judging  # noqa: F401 - loaded for those who judge
    from dashboard.governance.judgements.registry import SUBJECTS
    from dashboard.governance.risk.evidence.registry import EVIDENCE
    from dashboard.governance.status.registry import STATUS_RULES

    for registry in (SUBJECTS, TASK_SOURCES, GAP_CHECKS, STATUS_RULES, EVIDENCE):
        registry.all()


# What rests on the rows of all models and is kept until these change: who carries how much, which every page about all
# of them needs, and the lists that take longest to read.
PORTFOLIO = ("desk-loads", "models", "gaps", "people", "data-use", "features", "doubles")


def load_portfolio(store: Store) -> None:
    """Work out what counts over all models and read the longest lists, so that the first reader does not wait."""
    for name in PORTFOLIO:
        run_view(store, name, Query(waits=False), operator("server"))


def load_explaining(store: Store) -> None:
    """Start what explains predictions, where a model has a file to explain them by."""
    cards = (recorded.card for recorded in list_cards(store).values())
    if any(version.artifact_sha256 for card in cards for version in card.versions):
        warm_worker().start()


def load_pages() -> None:
    """Import all that pages are made of, read the catalogues and draw a first chart."""
    for package in (ui, charts):
        for found in pkgutil.walk_packages(package.__path__, prefix=f"{package.__name__}."):
            importlib.import_module(found.name)
    for language in LANGUAGES:
        translate("", language)
    draw_first_chart()
