"""Cells as the lines of Markdown tables, one function for each section, each with its aim and what it comes to."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from benchmarks.honesty.cells import Cell

LOWEST, HIGHEST = 0.93, 0.97
MOST_ALERTS, MOST_WARNINGS = 0.01, 0.05
# A share of fewer intervals or verdicts says too little to stand beside an aim.
FEWEST = 40
NOTHING = "-"
WORST = 15

Text = Callable[[dict[str, Any]], str]


def pivot(cells: Sequence[Cell], rows: Sequence[str], column: str, text: Text) -> Iterator[str]:
    """A table with a line for each combination of `rows` and a column for each value of `column`."""
    heads = sorted({cell.settings[column] for cell in cells})
    yield f"| {' | '.join(rows)} | {' | '.join(f'{head:,} {column}' for head in heads)} |"
    yield "|---" * (len(rows) + len(heads)) + "|"
    lines: dict[tuple[str, ...], dict[Any, str]] = {}
    for cell in cells:
        key = tuple(_said(cell.settings[name]) for name in rows)
        lines.setdefault(key, {})[cell.settings[column]] = text(cell.figures)
    for key, found in lines.items():
        yield f"| {' | '.join([*key, *(found.get(head, '') for head in heads)])} |"


def _said(value: Any) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, float):
        return f"{value:.0%}" if value < 1 else f"{value:g}"
    return f"{value:,}" if isinstance(value, int) else str(getattr(value, "name", value))


def _percent(share: float | None) -> str:
    return NOTHING if share is None else f"{share:.1%}".replace("%", " %")


def coverage(cells: Sequence[Cell]) -> Iterator[str]:
    """The metric that is covered least and most often; then each metric over all cells, then the worst."""
    entries = [
        (cell, name, figure) for cell in cells for name, figure in cell.figures.items() if figure["intervals"] >= FEWEST
    ]
    outside = [entry for entry in entries if _off(entry[2])]
    flat = sum(figure["no_width"] > 0 for cell in cells for figure in cell.figures.values())
    inside = len(entries) - len(outside)
    yield (
        f"**{inside / max(len(entries), 1):.0%} of {len(entries):,} figures with intervals lie within 93 to 97 % or "
        f"differ from it by chance; {flat} have intervals of no width.** Aim: all, or no interval; none without width."
    )
    yield ""
    yield "Lowest and highest coverage of the metrics; in parentheses the lowest share of months with an interval."
    yield ""
    yield from pivot(cells, ("dependence", "task", "rate"), "rows", _range)
    yield from ("", "| task, metric | lowest | median | highest | figures | outside | without width, most |")
    yield "|---|---|---|---|---|---|---|"
    yield from _by_metric(entries)
    yield from ("", "Farthest from 95 %:", "")
    for cell, name, figure in sorted(outside, key=lambda entry: _covered(entry[2]))[:WORST]:
        yield f"- {_covered(figure):.2f} {name}, {cell.name().removeprefix('coverage: ')}"


def _covered(figure: dict[str, Any]) -> float:
    return float(figure["held"]) / float(figure["intervals"])


def _off(figure: dict[str, Any]) -> bool:
    """Whether coverage lies outside of 93 to 97 % by more than two standard errors at those ends."""
    covered, number = _covered(figure), figure["intervals"]
    margins = [2 * math.sqrt(end * (1 - end) / number) for end in (LOWEST, HIGHEST)]
    return bool(covered < LOWEST - margins[0] or covered > HIGHEST + margins[1])


def _range(figures: dict[str, Any]) -> str:
    shares = [figure["intervals"] / figure["repetitions"] for figure in figures.values()]
    found = {name: _covered(figure) for name, figure in figures.items() if figure["intervals"] >= FEWEST}
    if not found:
        return f"none ({min(shares):.0%})"
    low, high = min(found, key=lambda name: found[name]), max(found.values())
    return f"{found[low]:.2f} {low} to {high:.2f}" + (f" ({min(shares):.0%})" if min(shares) < 1 else "")


def _by_metric(entries: Sequence[tuple[Cell, str, dict[str, Any]]]) -> Iterator[str]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for cell, name, figure in entries:
        groups.setdefault(f"{cell.settings['task']}, {name}", []).append(figure)
    for name, figures in groups.items():
        found = [_covered(figure) for figure in figures]
        flat = max(figure["no_width"] / figure["intervals"] for figure in figures)
        yield (
            f"| {name} | {min(found):.2f} | {statistics.median(found):.2f} | {max(found):.2f} | {len(found)} | "
            f"{sum(_off(figure) for figure in figures)} | {_percent(flat)} |"
        )


def _false_alarms(cells: Sequence[Cell]) -> Iterator[str]:
    silent = [cell for cell in cells if cell.figures["judged"] < FEWEST]
    beyond = [cell for cell in cells if _too_many(cell.figures)]
    worst = {
        name: max(cell.figures[name] for cell in cells)
        for name in ("alert", "warn")
    }  # fmt: skip
    mean = {name: statistics.fmean(cell.figures[name] for cell in cells) for name in worst}
    yield (
        f"**At most {_percent(worst['alert'])} alerts and {_percent(worst['warn'])} warnings in a cell (mean "
        f"{_percent(mean['alert'])} and {_percent(mean['warn'])}); {len(beyond)} of {len(cells)} cells lie beyond "
        f"the aim by more than chance; {len(silent)} are (almost) always unknown.** "
        "Aim: at most 1 % alerts, 5 % warnings."
    )
    yield ""
    yield "Alert / warn, in parentheses unknown."
    yield ""


def _too_many(figures: dict[str, Any]) -> bool:
    """Whether alerts or warnings are more than their aim by more than two standard errors at the aim."""
    number = figures["verdicts"]
    pairs = ((figures["alert"], MOST_ALERTS), (figures["warn"], MOST_WARNINGS))
    return any(share > aim + 2 * math.sqrt(aim * (1 - aim) / number) for share, aim in pairs)


def _statuses(figures: dict[str, Any]) -> str:
    if not figures["judged"]:
        return "unknown"
    unknown = f" ({figures['unknown']:.0%})" if figures["unknown"] else ""
    return f"{_percent(figures['alert'])} / {_percent(figures['warn'])}{unknown}"


def performance(cells: Sequence[Cell]) -> Iterator[str]:
    """Shares of statuses by what the card names and how rows hang together."""
    yield from _false_alarms(cells)
    yield from pivot(cells, ("kind", "dependence", "targets"), "labels", _statuses)


def performance_power(cells: Sequence[Cell]) -> Iterator[str]:
    """Shares of statuses after a fall."""
    yield "Alert / warn, in parentheses unknown; the fall is of the ROC AUC, the reference three months."
    yield ""
    yield from pivot(cells, ("fall", "targets"), "labels", _statuses)


def drift(cells: Sequence[Cell]) -> Iterator[str]:
    """Shares of statuses by kind and number of features and rows of the reference."""
    yield from _false_alarms(cells)
    yield from pivot(cells, ("kind", "features", "reference"), "rows", _statuses)


def drift_power(cells: Sequence[Cell]) -> Iterator[str]:
    """Shares of statuses after a shift."""
    yield "Alert / warn, in parentheses unknown; numeric features, shift in deviations, reference of 3,000 rows."
    yield ""
    shown = [Cell(c.table, {**c.settings, "shift": str(c.settings["shift"])}, c.measure, c.figures) for c in cells]
    yield from pivot(shown, ("moved", "shift"), "rows", _statuses)


def delay(cells: Sequence[Cell]) -> Iterator[str]:
    """Median delay, early alarms and false alarms of each tool."""
    yield (
        "Key metric ROC AUC, a year of reference, 30 % positives. Aim: no later than NannyML, at a fifth of its false "
        "alarms. *Within 2*: falls told in their first two months; *false*: share of the months before."
    )
    yield from (
        "",
        "| fall, labels a month | told by | median months | within 2 | false | runs |",
        "|---|---|---|---|---|---|",
    )
    for cell in cells:
        for tool, figure in cell.figures.items():
            place = f"| {cell.settings['fall']:g}, {cell.settings['labels']:,} | {_tool(tool)} |"
            if isinstance(figure, str):
                yield f"{place} not asked: {figure} | | | |"
                continue
            median = "later than 12" if figure["median"] is None else f"{figure['median']:g}"
            false = _percent(figure["false"])
            yield f"{place} {median} | {figure['within_2']:.0%} | {false} | {figure['runs']} |"


def _tool(name: str) -> str:
    return {"nannyml": "NannyML 0.13.1", "evidently": "Evidently 0.7.23"}.get(name, f"this product, {name}")


def drift_peers(cells: Sequence[Cell]) -> Iterator[str]:
    """False alarms of each tool."""
    yield (
        "Mixed features that do not move, a year of reference. NannyML: any feature beyond its default threshold; "
        "Evidently: half of the columns, its default."
    )
    yield from ("", "| features, rows a month | told by | false alarms | runs of 6 months |", "|---|---|---|---|")
    for cell in cells:
        for tool, figure in cell.figures.items():
            place = f"| {cell.settings['features']}, {cell.settings['rows']:,} | {_tool(tool)} |"
            if isinstance(figure, str):
                yield f"{place} not asked: {figure} | |"
            else:
                yield f"{place} {_percent(figure['false'])} | {figure['runs']} |"


def estimate(cells: Sequence[Cell]) -> Iterator[str]:
    """The lowest and highest share of later values held; how far the estimated ROC AUC or error is off."""
    kept = [figure for cell in cells for figure in _estimated(cell.figures).values() if figure["intervals"] >= FEWEST]
    off = sum(_off(figure) for figure in kept)
    yield (
        f"**{len(kept) - off} of {len(kept)} figures hold what is measured later in 93 to 97 % of the months or differ "
        "from it by chance.** Aim: all. The mean prediction is known before labels and left out."
    )
    yield ""
    yield "Lowest and highest share; then the mean of estimate minus later value of the ROC AUC or MAE."
    yield ""
    yield from pivot(cells, ("task", "dependence", "reference"), "rows", _estimate_text)


def _estimated(figures: dict[str, Any]) -> dict[str, Any]:
    return {name: figure for name, figure in figures.items() if name != "mean_prediction"}


def _estimate_text(figures: dict[str, Any]) -> str:
    name = next((name for name in ("roc_auc", "mae") if name in figures), None)
    bias = f"; {name} {figures[name]['error']:+.4f}" if name else ""
    return f"{_range(_estimated(figures))}{bias}"
