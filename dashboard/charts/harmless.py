"""Figures whose labels are text of people: drawn, they may stand bold or on a new line, and do nothing else."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import plotly.graph_objects as go

# Plotly makes links, colours and more of tags; these are all that this program writes itself.
FOREIGN_TAG = re.compile(r"<(?!/?(?:b|br|i|sub|sup|extra)\s*/?>)")
DRAWN = ("data", "layout", "frames")


def harmless(figure: go.Figure) -> go.Figure:
    """The same figure with every other tag in its texts shown as the signs that it consists of."""
    parts = figure.to_plotly_json()
    template = parts.get("layout", {}).pop("template", None)
    changed = go.Figure({part: _text_only(parts[part]) for part in DRAWN if parts.get(part)}, skip_invalid=False)
    changed.layout.template = template
    return changed


def _text_only(value: Any) -> Any:
    if isinstance(value, str):
        return FOREIGN_TAG.sub("&lt;", value)
    if isinstance(value, dict):
        return {name: _text_only(held) for name, held in value.items()}
    if isinstance(value, np.ndarray):
        return value if value.dtype.kind in "biufmM" else _text_only(value.tolist())
    return [_text_only(held) for held in value] if isinstance(value, list | tuple) else value
