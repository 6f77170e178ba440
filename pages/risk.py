"""Risk matrix: which risks the models carry, whether the evidence agrees, and who must act."""

from dashboard.ui.layout import layout
from dashboard.ui.panels.risk import portfolio, rows
from dashboard.ui.session import data
from dashboard.ui.session.language import language
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import model_lists
from dashboard.views.query import Query

PAGE = Page(
    title="Risk matrix",
    url_path="risk",
    icon=":material/grid_on:",
    section="Who is accountable?",
    order=26,
    question="Which risks do our models carry, does the evidence agree with the ratings, and who must act?",
)

layout.heading(PAGE)
models = layout.known_models()
query = Query(language=language())
names = model_lists.shown_names(models, language())
classes = data.read("risk-class", query)
known = data.organisation()
risks = rows.named(rows.portfolio(data.read("risk", query), classes, models, known), names)
portfolio.explored(risks, names)
