"""Data use: which team uses which data how, in which model and for what, and how reliable are the data?"""

from dashboard.ui.layout import layout
from dashboard.ui.panels.data_use import panels, rows
from dashboard.ui.panels.lineage.names import Names
from dashboard.ui.session import data
from dashboard.ui.session.language import language
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import model_lists
from dashboard.views.query import Query

PAGE = Page(
    title="Data use",
    url_path="data_use",
    icon=":material/dataset_linked:",
    section="Are models healthy?",
    order=9,
    question="Which team uses which data for what, which of them are personal, and how reliable are they?",
)

layout.heading(PAGE)
names = Names(model_lists.shown_names(layout.known_models(), language()), data.organisation())
panels.explored(rows.named(data.read("data-use", Query(language=language())), names))
