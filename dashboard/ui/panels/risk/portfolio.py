"""The risks of all models: filters, the matrix of what they leave, and whether ratings were right."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dashboard.ui.labels.risks import RISK_CLASSES, RISKS
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.risk import answers, panels
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import filters, model_lists
from dashboard.views.query import Query


@part
def explored(risks: pd.DataFrame, names: Mapping[str, str]) -> None:
    """The filters, and the risks that they leave; `risks` with names and classes."""
    present, word_of, known = model_lists.present, filters.word_of, data.organisation()
    with layout.filter_bar(4):
        chosen = {
            "process": filters.pick_some(
                "process", say("Business process"), present(risks, "process"), layout.process_word
            ),
            "risk": filters.pick_some("risk", say("Risk"), present(risks, "risk"), word_of(RISKS)),
            "owner": filters.pick_some("owner", say("Owner of the risk"), present(risks, "owner"), known.person_name),
            "risk_class": filters.pick_some(
                "class", say("Risk class"), present(risks, "risk_class"), word_of(RISK_CLASSES)
            ),
        }
    found = model_lists.narrowed(risks, chosen)

    layout.answer(answers.portfolio(found, language()))
    panels.matrix(found)
    panels.listing(found)

    layout.section(say("Were our ratings right?"))
    panels.record(data.read("risk-record", Query(language=language())), names)
