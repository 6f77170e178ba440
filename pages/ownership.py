"""Ownership: who answers for which model, today and on any past day, where the holes are, and filling them."""

from dashboard.ui import acting, choices, data, dialogs, filters, frame, ownership, portfolio, rows, teams
from dashboard.ui import ownership_panels as panels
from dashboard.ui.language import language, say
from dashboard.ui.pages import Page
from dashboard.ui.terms.models import ROLES
from dashboard.views.query import Query
from dashboard.views.records import records

PAGE = Page(
    title="Ownership",
    url_path="ownership",
    icon=":material/assignment_ind:",
    section="Accountability",
    order=20,
    question="Who answers for which model, today and on any past day, and where is nobody?",
)

frame.heading(PAGE)
acting.tell_done()
cards = frame.known_cards()
known = ownership.Known(portfolio.shown_names(cards, language()), data.organisation(), language())
present = portfolio.present

with frame.filter_bar(3):
    day = choices.pick_day("on", rows.today())
    looked_at = day or rows.today()
    query = Query(on=looked_at, language=language())
    held = ownership.held_roles(data.read("people", query), cards, known, looked_at)
    text = filters.pick_search()
    chosen = {
        "process": filters.pick_some("process", say("Business process"), present(held, "process"), known.process),
        "team": filters.pick_some("team", say("Team"), present(held, "team"), known.team),
        "person": filters.pick_some("person", say("Person"), present(held, "person"), known.person),
        "role": filters.pick_some("role", say("Role"), present(held, "role"), filters.word_of(ROLES)),
    }
models = ownership.matching_models(held, cards, known, text, chosen)
gaps = data.read("gaps", query)

frame.answer(ownership.answer(gaps, models, known, day))

frame.section(say("Holes, and filling them"))
acts = panels.acts_today(day is not None)
holes = panels.chosen_holes(gaps, models, known)
panels.holes(holes, known, acts)
dialogs.show_asked(known.names, records(held))

frame.section(say("Who answers for what"))
panels.matrix(ownership.matrix(held, models, chosen["role"], known), held[held["model"].isin(models)])

frame.section(say("What if this person leaves?"))
departures = data.read("departures", query)
panels.if_somebody_leaves(departures, data.read("models", query), present(held, "person"), known, acts)

frame.section(say("Who carries how much, and how safe the knowledge is"))
panels.loads(ownership.shown_loads(data.read("loads", query), chosen["team"], known))
by_team = data.read("team-loads", query)
panels.team_loads(teams.sentence(by_team, known), teams.shown(by_team, chosen["team"], known))
panels.knowledge(ownership.shown_knowledge(data.read("knowledge", query), models, known))
