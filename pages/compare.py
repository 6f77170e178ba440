"""Compare: is the challenger better than the champion, for whom is it not, and what was tried before?"""

from dashboard.ui.panels.comparison import experiments, panels
from dashboard.ui.panels.model import place
from dashboard.ui.session import data
from dashboard.ui.session.page_registry import Page
from dashboard.ui.session.selection import Picked

PAGE = Page(
    title="Compare",
    url_path="compare",
    icon=":material/compare_arrows:",
    section="One model",
    order=30,
    question="Is another version better, in what and for whom, and what else was tried?",
)

card = place.opened(PAGE)
panels.compared(card)
experiments.tried(data.read("experiments", Picked(card.id).query()), card)
