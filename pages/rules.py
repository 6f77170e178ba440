"""Minimum rules: are they kept, by which team, and who breaks them?"""

from dashboard.charts.rules import rules_kept, rules_over_time
from dashboard.ui.layout import layout
from dashboard.ui.panels import rules
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import filters, model_lists
from dashboard.views.query import Query

PAGE = Page(
    title="Minimum rules",
    url_path="rules",
    icon=":material/rule:",
    section="Who is accountable?",
    order=23,
    question="Are the minimum rules met, by which team, and who breaks them?",
)

layout.heading(PAGE)
names = model_lists.shown_names(layout.known_models(), language())
query = Query(language=language())
found = rules.named(data.read("rule-counts", query), data.organisation())
with layout.filter_bar(3):
    teams = filters.pick_some("team", say("Team"), model_lists.present(found, "team_name"))
chosen = model_lists.narrowed(found, {"team_name": teams})
counted = rules.by_rule(chosen, data.read("rule-meanings", query))

layout.answer(rules.answer(counted))
left, right = layout.halves()
with left:
    figure = rules_kept(counted, layout.look())
    layout.chart(
        say("Rules met and broken"), figure, counted, "rule-meanings rules-over-time", rules.origin(), "by_rule"
    )
with right:
    history = rules.named(data.read("rules-over-time", query), data.organisation())
    shown = model_lists.narrowed(history, {"team_name": teams})
    figure = rules_over_time(shown, layout.look())
    layout.chart(say("Share of rules met by team"), figure, shown, "rules-over-time", rules.origin(), "over_time")
layout.section(say("Who breaks which rule"))
rules.offenders(counted, teams, names, data.organisation())
