"""What became of it: what the reader said about predictions, and the topics of all feedback with their answers."""

from dashboard.ui.layout import layout
from dashboard.ui.panels.review import outcome, topics
from dashboard.ui.session.language import language
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import model_lists

PAGE = Page(
    title="What became of it",
    url_path="feedback",
    icon=":material/forum:",
    section="What needs me?",
    order=3,
    question="What became of the feedback that I and others gave, which version answered it, and what did that change?",
)

layout.heading(PAGE)
names = model_lists.shown_names(layout.known_models(), language())
outcome.of_reader(names)
topics.of_all(names)
