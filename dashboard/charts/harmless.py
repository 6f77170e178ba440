"""Figures whose labels are text of people: drawn, they may stand bold or on a new line, and do nothing else."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.basedatatypes import BaseFigure

# Plotly makes links, colours and more of tags; these are all that this program writes itself.
FOREIGN_TAG = re.compile(r"<(?!/?(?:b|br|i|sub|sup|extra)\s*/?>)")
DRAWN = ("data", "layout", "frames")
_AS_SENT = "_as_sent"


class Sent(BaseFigure):  # type: ignore[misc]
    """A figure as it goes to the browser. It was checked when it was drawn, and is not checked again."""

    def __init__(self, parts: dict[str, Any]) -> None:
        """Keep the parts of the figure as JSON has them."""
        self.__dict__["_parts"] = parts

    def to_dict(self) -> dict[str, Any]:
        """The parts, as every figure gives them."""
        parts: dict[str, Any] = self.__dict__["_parts"]
        return parts


def harmless(figure: go.Figure) -> Sent:
    """The same figure with every other tag in its texts shown as the signs that it consists of.

    It is worked out once for a figure, which must not be changed any more.
    """
    sent: Sent | None = figure.__dict__.get(_AS_SENT)
    if sent is None:
        parts = figure.to_dict()
        template = parts.get("layout", {}).pop("template", None)
        parts = {part: _text_only(parts[part]) for part in DRAWN if parts.get(part)}
        if template is not None:
            parts.setdefault("layout", {})["template"] = template
        sent = figure.__dict__[_AS_SENT] = Sent({"data": [], "layout": {}} | parts)
    return sent


def _text_only(value: Any) -> Any:
    if isinstance(value, str):
        return FOREIGN_TAG.sub("&lt;", value)
    if isinstance(value, dict):
        return {name: _text_only(held) for name, held in value.items()}
    if isinstance(value, np.ndarray):
        return value if value.dtype.kind in "biufmM" else _text_only(value.tolist())
    return [_text_only(held) for held in value] if isinstance(value, list | tuple) else value
