"""Value of all models: which bring what was promised, which do not, and at which risk?"""

from dashboard.ui.layout import layout
from dashboard.ui.panels.value import portfolio, retirement
from dashboard.ui.session import data
from dashboard.ui.session.language import language
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import model_lists
from dashboard.views.query import Query

PAGE = Page(
    title="Business value",
    url_path="values",
    icon=":material/payments:",
    section="Are models healthy?",
    order=24,
    question="Which models bring what was promised, which cost more than they bring, and at which risk?",
)

layout.heading(PAGE)
names = model_lists.shown_names(layout.known_models(), language())
query = Query(language=language())
models = model_lists.with_people(data.read("models", query), data.organisation(), language())
portfolio.explored(portfolio.merged(data.read("values", query), models, names))
portfolio.by_process(data.read("process-values", query))
owners = dict(zip(models["model"], models["owner_name"], strict=True))
retirement.proposals(data.read("retire-or-merge", query), names, owners)
