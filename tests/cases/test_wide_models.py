"""Models of thousands of features are counted in bounded memory."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.cases.ledger import JANUARY, rows

pytestmark = pytest.mark.campaign


# deepchecks 1278.
@pytest.mark.parametrize(("features", "number"), [(1500, 3000), (5000, 400)])
def test_wide_models_are_monitored(ledger, features, number):
    names = [f"f{place:04d}" for place in range(features)]
    ledger.card(features={name: {"kind": "numeric"} for name in names}, data={"reference": JANUARY})
    values = pd.DataFrame(np.random.default_rng(1).normal(size=(number, features)), columns=names)
    ledger.monitored(pd.concat([rows(number), values], axis=1))
    assert ledger.show("drift", "m")["feature"].nunique() == features
