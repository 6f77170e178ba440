"""The first chart of a process costs more than all others: plotly loads the parts of a figure when they are set."""

from __future__ import annotations

from dashboard.charts.look import Look, blank
from dashboard.words import LANGUAGES


def draw_first_chart() -> None:
    """Draw, for nobody, a figure with the kinds of traces and lines that charts have, in every language."""
    for language in LANGUAGES:
        figure = blank(Look(language))
        Look(language).config()
    line, marker = {"width": 1, "dash": "dot", "color": "#000"}, {"color": "#000", "size": 8, "symbol": "circle"}
    seen = {"name": "a", "showlegend": True, "customdata": [[0]], "hovertemplate": "%{x}"}
    figure.add_scatter(x=[0], y=[0], mode="lines+markers+text", text=["a"], line=line, marker=marker, **seen)
    bars = {"type": "data", "array": [0], "arrayminus": [0], "color": "#000", "width": 1, "thickness": 1}
    figure.add_scatter(x=[0], y=[0], mode="lines", fill="toself", fillcolor="#000", hoverinfo="skip", error_y=bars)
    figure.add_bar(x=[0], y=[0], orientation="h", marker={"color": "#000"}, text=["a"], **seen)
    figure.add_heatmap(x=[0], y=[0], z=[[0]], colorscale=[[0, "#000"], [1, "#fff"]], colorbar={"thickness": 1})
    figure.add_hline(y=0, line=line, annotation={"text": "a", "font": {"size": 11}})
    figure.add_vrect(x0=0, x1=1, line=line, layer="below")
    figure.update_layout(barmode="stack", bargap=0.2, hovermode="closest", showlegend=True)
    figure.update_xaxes(type="linear", range=[0, 1], tickvals=[0], ticktext=["a"], fixedrange=True, showgrid=False)
    figure.update_yaxes(tickformat=".0%", zeroline=False, autorange="reversed", title={"text": "a"})
    figure.to_json()
