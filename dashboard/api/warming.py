"""What pages need is loaded when a server starts, so that the first reader does not wait for it."""

from __future__ import annotations

import importlib
import pkgutil

from dashboard import charts, ui
from dashboard.charts.warming import draw_first_chart
from dashboard.words import LANGUAGES, translate


def load_pages() -> None:
    """Import all that pages are made of, read the catalogues and draw a first chart."""
    for package in (ui, charts):
        for found in pkgutil.walk_packages(package.__path__, prefix=f"{package.__name__}."):
            importlib.import_module(found.name)
    for language in LANGUAGES:
        translate("", language)
    draw_first_chart()
