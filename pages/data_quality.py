"""Data quality of all models: which faults go on, what they cost, and who takes care of them?"""

from dashboard.ui.layout import layout
from dashboard.ui.panels.data_quality import panels, rows
from dashboard.ui.session import data
from dashboard.ui.session.language import language
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import model_lists
from dashboard.views.query import Query

PAGE = Page(
    title="Data quality",
    url_path="data_quality",
    icon=":material/fact_check:",
    section="Are models healthy?",
    order=4,
    question="Which models have faults in their data, what do these do to predictions and cost, and who takes care?",
)

layout.heading(PAGE)
names = model_lists.shown_names(layout.known_models(), language())
query = Query(language=language())
status = data.read("status", query)
known = rows.faults(data.read("quality-faults", query), names)
panels.explored(known, status[status["area"] == "quality"], names)
