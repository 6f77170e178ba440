"""Value of a model: does it bring what was promised, what moved that, and who promised it?"""

from dashboard.ui.panels.model import place, rows
from dashboard.ui.panels.value import costs, money, promise
from dashboard.ui.session import data
from dashboard.ui.session.page_registry import Page
from dashboard.ui.session.selection import Picked

PAGE = Page(
    title="Value",
    url_path="value",
    icon=":material/payments:",
    section="One model",
    order=16,
    question="Does the model bring what was promised, what moved that, and who promised it?",
    area="value",
)

card = place.opened(PAGE)
everything = Picked(card.id).query()
people = data.read("people", Picked(card.id).query(on=rows.today()))
worth = data.read("values", everything)
money.verdict(data.read("status", everything), worth, people, card)
part = money.pick_part(card).query()
money.over_time(data.read("value", part), data.read("timeline", everything), card)
money.moves(data.read("value-moves", part), worth, card)
money.decisions(data.read("value-decisions", part), card)
money.threshold(data.read("value-thresholds", part), data.read("value-threshold-groups", everything), card)
costs.costs(data.read("costs", everything), card)
costs.budget(data.read("budget", everything), data.read("spending", everything))
costs.business_figures(data.read("business-figures", everything))
promise.history(data.read("promises", everything), card)
promise.form(data.read("promises", everything), card)
