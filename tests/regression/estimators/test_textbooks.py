"""Printed results of textbooks and certified ones, asked for as an economist would write them."""

from typing import Any

import numpy as np
import pytest
from linearmodels.datasets import jobtraining, mroz, wage, wage_panel

import econ

# Certified to fifteen digits; columns of seven digits with a condition number of five million
# leave ten of them (NIST StRD, linear regression, Longley).
CERTIFIED = 1e-8
LONGLEY = {
    "Intercept": (-3482258.63459582, 890420.383607373),
    "GNPDEFL": (15.0618722713733, 84.9149257747669),
    "GNP": (-0.0358191792925910, 0.0334910077722432),
    "UNEMP": (-2.02022980381683, 0.488399681651699),
    "ARMED": (-1.03322686717359, 0.214274163161675),
    "POP": (-0.0511041056535807, 0.226073200069370),
    "YEAR": (1829.15146461355, 455.478499142212),
}


def test_longley_is_solved_to_the_certified_digits() -> None:
    from statsmodels.datasets import longley

    formula = "TOTEMP ~ GNPDEFL + GNP + UNEMP + ARMED + POP + YEAR"
    fit = econ.OLS(formula, vcov="iid").fit(longley.load_pandas().data)
    for term, printed in LONGLEY.items():
        found = (fit.params[term], fit.bse[term])
        np.testing.assert_allclose(found, printed, rtol=CERTIFIED)


def workers() -> Any:
    return mroz.load()


# Wooldridge, Introductory Econometrics: example, model, data, term, printed estimate and error.
PRINTED: list[Any] = [
    pytest.param(
        econ.OLS("lwage ~ educ", vcov="iid"), workers, "educ", "0.109", "0.014", id="15.1, OLS"
    ),
    pytest.param(
        econ.IV("lwage ~ 1 | educ ~ fatheduc", vcov="iid"),
        *(workers, "educ", "0.059", "0.035"),
        id="15.1, missing wages left out",
    ),
    pytest.param(
        econ.IV("hours ~ educ + age + kidslt6 + nwifeinc | lwage ~ exper + expersq", vcov="iid"),
        *(lambda: workers().query("inlf == 1"), "educ", "-184", "59"),
        id="16.5, labour supply",
    ),
    pytest.param(
        econ.FixedEffects("lscrap ~ d88 + d89 + grant + grant_1 | fcode", vcov="iid"),
        *(jobtraining.load, "grant_1", "-0.422", "0.210"),
        id="14.1, training grants",
    ),
    pytest.param(
        econ.FixedEffects(
            "lwage ~ married + union + i(year, educ, ref=1980) + C(year) | nr", vcov="iid"
        ),
        *(wage_panel.load, "union", "0.083", "0.019"),
        id="14.2, schooling by year",
    ),
    pytest.param(
        econ.OLS(
            "lwage ~ educ + black + hisp + exper + I(exper^2) + married + union + C(year)",
            vcov="iid",
        ),
        *(wage_panel.load, "union", "0.182", "0.017"),
        id="14.4, pooled",
    ),
    pytest.param(
        econ.IV("lwage ~ 1 | educ ~ sibs", vcov="iid"),
        *(wage.load, "educ", "0.122", "0.026"),
        id="15.2, siblings",
    ),
]


@pytest.mark.parametrize(("model", "data", "term", "estimate", "error"), PRINTED)
def test_printed_results_of_a_textbook_are_found(
    model: Any, data: Any, term: str, estimate: str, error: str
) -> None:
    fit = model.fit(data())
    for printed, found in ((estimate, fit.params[term]), (error, fit.bse[term])):
        digits = len(printed.partition(".")[2])
        assert f"{found:.{digits}f}" == printed


def test_a_product_is_found_by_either_order_and_a_power_of_a_sum_is_its_products() -> None:
    frame = wage_panel.load()
    both = econ.OLS("lwage ~ (educ + union)^2", vcov="iid").fit(frame)
    written = econ.OLS("lwage ~ educ*union", vcov="iid").fit(frame)
    assert both.terms == written.terms
    assert both.index("union:educ") == both.index("educ:union")
