"""Data quality of a model: are its data sound, what fails since when, what does that do, and who takes care of it?"""

from dashboard.ui.layout import layout
from dashboard.ui.panels.data_quality import panels, rows as quality_rows
from dashboard.ui.panels.model import place, record, rows
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.ui.session.selection import Picked
from dashboard.ui.widgets import filters, model_lists

PAGE = Page(
    title="Data quality",
    url_path="quality",
    icon=":material/fact_check:",
    section="One model",
    order=17,
    question="Are the data of the model sound, and if not, what is wrong since when, and what does it do?",
    area="quality",
)

card = place.opened(PAGE)
everything = Picked(card.id).query()
record.area(data.read("status", everything), PAGE.area)
with layout.filter_bar(3) as bar:
    span = rows.span(layout.logged(data.read("volumes", everything), bar))
    with bar.cell():
        window = filters.pick_window(span)
    picked = Picked(card.id, window, filters.pick_by(card.period))
checks = quality_rows.checks(data.read("quality", picked.query()), card, language())
panels.dimensions(checks)

names = model_lists.shown_names({card.id: card}, language())
found = quality_rows.faults(data.read("quality-faults", everything), names)
layout.section(say("What is wrong, and what it does"))
panels.faults(found, rows.subject(card, language()), checked=len(checks) > 0)

layout.section(say("Every check"))
panels.over_time(checks)
