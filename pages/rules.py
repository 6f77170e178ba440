"""Minimal rules: are they kept, by which team, and who breaks them?"""

from dashboard.charts.rules import rules_kept, rules_over_time
from dashboard.ui import data, filters, frame, portfolio, rules
from dashboard.ui.language import language, say
from dashboard.ui.pages import Page
from dashboard.views.query import Query

PAGE = Page(
    title="Minimal rules",
    url_path="rules",
    icon=":material/rule:",
    section="Accountability",
    order=23,
    question="Are the minimal rules kept, by which team, and who breaks them?",
)

frame.heading(PAGE)
names = portfolio.shown_names(frame.known_cards(), language())
query = Query(language=language())
found = rules.named(data.read("rules", query), data.organisation())
with frame.filter_bar(3):
    teams = filters.pick_some("team", say("Team"), portfolio.present(found, "team_name"))
chosen = portfolio.kept_of(found, {"team_name": teams})
counted = rules.by_rule(chosen, data.read("rule-meanings", query))

frame.answer(rules.answer(chosen, counted))
left, right = frame.halves()
with left:
    figure = rules_kept(counted, frame.look())
    frame.chart(
        say("Kept and broken by rule"), figure, counted, "rule-meanings rules-over-time", rules.origin(), "by_rule"
    )
with right:
    history = rules.named(data.read("rules-over-time", query), data.organisation())
    shown = portfolio.kept_of(history, {"team_name": teams})
    figure = rules_over_time(shown, frame.look())
    frame.chart(say("Share kept by team"), figure, shown, "rules-over-time", rules.origin(), "over_time")
frame.section(say("Who breaks which rule"))
rules.offenders(chosen, counted, names, data.organisation())
