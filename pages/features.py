"""Features of all models: what they bring and cost, who shares them, and what may be made twice."""

from dashboard.ui.layout import layout
from dashboard.ui.panels.features import panels
from dashboard.ui.session import data
from dashboard.ui.session.language import language
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import model_lists
from dashboard.views.query import Query

PAGE = Page(
    title="Features",
    url_path="features",
    icon=":material/category:",
    section="Are models healthy?",
    order=5,
    question="What do the features of our models bring and cost, which are shared, and which may be made twice?",
)

layout.heading(PAGE)
names = model_lists.shown_names(layout.known_models(), language())
query = Query(language=language())
panels.explored(
    data.read("features", query), data.read("doubles", query), data.read("feature-store", query), names,
    data.organisation(),
)  # fmt: skip
