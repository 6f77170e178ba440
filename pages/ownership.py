"""Ownership: who answers for which model, today and on any past day, where the gaps are, and closing them."""

from dashboard.ui.labels.models import ROLES
from dashboard.ui.layout import layout
from dashboard.ui.panels.model import rows
from dashboard.ui.panels.ownership import dialogs, gap_order, panels, rows as ownership_rows, teams
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import choices, filters, model_lists, submit
from dashboard.views.query import Query

PAGE = Page(
    title="Ownership",
    url_path="ownership",
    icon=":material/assignment_ind:",
    section="Who is accountable?",
    order=25,
    question="Who is accountable for which model, today and on any past day, and where is nobody?",
)

layout.heading(PAGE)
submit.tell_done()
listed = layout.known_models()
known = ownership_rows.Known(model_lists.shown_names(listed, language()), data.organisation(), language())
present = model_lists.present
with layout.filter_bar(3):
    day = choices.pick_day("on", rows.today())
    looked_at = day or rows.today()
    # Without a day the kept judgements of the present answer; roles that ended are not held today.
    query, on_the_day = (Query(on=asked, language=language()) for asked in (day, looked_at))
    held = ownership_rows.held_roles(data.read("people", on_the_day), listed, known, looked_at)
    text = filters.pick_search()
    chosen = {
        "process": filters.pick_some("process", say("Business process"), present(held, "process"), known.process),
        "team": filters.pick_some("team", say("Team"), present(held, "team"), known.team),
        "person": filters.pick_some("person", say("Person"), present(held, "person"), known.person),
        "role": filters.pick_some("role", say("Role"), present(held, "role"), filters.word_of(ROLES)),
    }
models = ownership_rows.matching_models(held, listed, known, text, chosen)
gaps = data.read("gaps", query)
about_people = gap_order.of_models(gaps, models, ownership_rows.ABOUT_PEOPLE)
layout.answer(ownership_rows.answer(about_people, models, known, day))

layout.section(say("Gaps and how to close them"))
acts = panels.acts_today(day is not None)
panels.closable(gaps, about_people, models, known, acts)
dialogs.show_asked(known.names, held)

layout.section(say("Who is responsible for what"))
panels.matrix(held, models, chosen["role"], known)

layout.section(say("What if this person leaves?"))
panels.if_somebody_leaves(query, data.read("models", query), present(held, "person"), known, acts)

layout.section(say("Workload, and how safe the knowledge is"))
panels.workload(ownership_rows.shown_workloads(data.read("loads", query), chosen["team"], known))
by_team = data.read("team-loads", query)
panels.team_workload(teams.sentence(by_team, known), teams.shown(by_team, chosen["team"], known))
panels.knowledge(ownership_rows.shown_knowledge(data.read("knowledge", query), models, known))
