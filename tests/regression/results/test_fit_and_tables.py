"""What a fit says of itself: tables, parameters, tests, figures and diagnostics."""

import numpy as np
import pandas as pd
import pytest

import econ
from econ.errors import InputError
from econ.quantity.provenance import Provenance
from econ.regression.results.fit import TIDY


def jobs(rows: int = 200) -> pd.DataFrame:
    rng = np.random.default_rng(6)
    frame = pd.DataFrame({"inv": rng.normal(size=rows), "size": rng.normal(size=rows)})
    frame["dep"] = [f"d{place % 40}" for place in range(rows)]
    frame["year"] = [2000 + place // 40 for place in range(rows)]
    frame["jobs"] = (
        1.5 * frame["inv"] + frame["size"] + rng.normal(size=rows) * (1 + frame["inv"] ** 2)
    )
    return frame


def test_the_tidy_frame_has_the_columns_it_promises() -> None:
    frame = jobs().assign(vintage="2024-03")
    fit = econ.FixedEffects("jobs ~ inv + size | dep").fit(econ.Panel(frame, "dep", "year"))
    tidy = fit.tidy()
    assert tuple(tidy.columns) == TIDY
    assert tidy["clusters"].tolist() == ["40", "40"]
    assert tidy["vintage"].tolist() == ["2024-03"] * 2
    assert tidy["sample"].iloc[0] == "200 of 200 rows; 40 units, 2000 to 2004"
    assert (tidy["level"] == 0.90).all()


def test_joint_tests_are_those_of_statsmodels() -> None:
    import statsmodels.api as sm

    frame = jobs()
    theirs = sm.OLS(frame["jobs"], sm.add_constant(frame[["inv", "size"]])).fit(
        cov_type="HC1", use_t=True
    )
    ours = econ.OLS("jobs ~ inv + size").fit(frame)
    expected = theirs.f_test(np.array([[0, 1, 0], [0, 0, 1]]))
    assert ours.wald(["inv", "size"]).statistic == pytest.approx(float(expected.fvalue))
    assert ours.wald(["inv", "size"]).p_value == pytest.approx(float(expected.pvalue))
    one = theirs.t_test(np.array([[0, 1, -1]]))
    apart = ours.linear_combination({"inv": 1, "size": -1})
    assert float(apart.bse.iloc[0]) == pytest.approx(float(np.squeeze(one.sd)))
    assert ours.wald([[0, 1, -1]]).p_value == pytest.approx(float(np.squeeze(one.pvalue)))


def test_an_estimate_becomes_a_sourced_assumption_with_its_distribution() -> None:
    fit = econ.OLS("jobs ~ inv").fit(jobs())
    with pytest.raises(InputError) as caught:
        fit.parameter("inv", name="jobs_per_inv")
    assert "no number without a source" in str(caught.value)
    assert "no number without a unit" in str(caught.value)
    sourced = fit.replace(provenance=Provenance(frozenset({"white_1980"})))
    parameter = sourced.parameter("inv", name="jobs_per_inv", unit="persons per MEUR")
    assert (parameter.distribution, parameter.basis) == ("normal", "evidence")
    assert parameter.source == ("white_1980",)
    bounds = fit.conf_int(level=0.90).loc["inv"]
    assert (parameter.low, parameter.high) == pytest.approx((bounds["low"], bounds["high"]))


def test_missing_values_and_zeros_under_a_logarithm_are_told_apart() -> None:
    frame = jobs()
    frame.loc[[3, 9], "inv"] = np.nan
    fit = econ.OLS("jobs ~ inv").fit(frame)
    assert fit.sample == "198 of 200 rows; dropped 2 without inv"
    with pytest.raises(InputError, match="log\\(size\\) has no value in"):
        econ.OLS("jobs ~ log(size)").fit(frame)
    with pytest.raises(InputError, match="infinite"):
        econ.OLS("jobs ~ size").fit(frame.replace({"size": {frame["size"].iloc[0]: np.inf}}))


def test_a_perfect_fit_is_reported_as_such() -> None:
    frame = jobs().assign(double=lambda rows: 2.0 * rows["inv"] + 1.0)
    fit = econ.OLS("double ~ inv").fit(frame)
    assert fit.diagnostic("perfect fit").holds is False


@pytest.mark.parametrize("kind", ["Int64", "Float64", "float32", "double[pyarrow]", "object"])
def test_columns_of_any_numeric_type_give_the_same_estimates(kind: str) -> None:
    frame = jobs()
    whole = frame.assign(inv=(frame["inv"] * 10).round())
    ours = econ.OLS("jobs ~ inv", vcov="iid").fit(whole.assign(inv=whole["inv"].astype(kind)))
    plain = econ.OLS("jobs ~ inv", vcov="iid").fit(whole)
    np.testing.assert_allclose(ours.params, plain.params, rtol=1e-9)


def test_texts_are_categories_and_references_can_be_chosen() -> None:
    frame = jobs().assign(side=lambda rows: np.where(rows["inv"] > 0, "up", "down"))
    plain = econ.OLS("jobs ~ side").fit(frame)
    assert plain.terms == ("Intercept", "side[T.up]")
    turned = econ.OLS("jobs ~ C(side, ref='up')").fit(frame)
    assert turned.terms == ("Intercept", "C(side)[T.down]")
    assert turned.params.iloc[1] == pytest.approx(-plain.params.iloc[1])
    event = econ.OLS("jobs ~ i(year, inv, ref=2000) + inv").fit(frame)
    assert event.terms[1:5] == tuple(f"year::{year}:inv" for year in range(2001, 2005))
    full = econ.OLS("jobs ~ C(side) - 1").fit(frame)
    assert full.terms == ("C(side)[down]", "C(side)[up]")
    with pytest.raises(InputError, match="value left: no such category; choose one of: down, up"):
        econ.OLS("jobs ~ C(side, ref='left')").fit(frame)


def test_tables_hold_the_same_numbers_in_every_format() -> None:
    frame = jobs()
    fits = {
        "pooled": econ.OLS("jobs ~ inv + size").fit(frame),
        "within": econ.FixedEffects("jobs ~ inv | dep").fit(frame),
    }
    table = econ.etable(fits, stars=True, labels={"inv": "Investment"})
    shown = f"{fits['within'].params['inv']:.3f}***"
    for text in (table.markdown(), table.html(), table.latex()):
        assert "Investment" in text
        assert shown in text
        assert "200" in text
    assert "R-squared (within)" in table.markdown()
    with pytest.raises(InputError, match="did you mean size"):
        econ.etable(fits, terms=["sizes"])


def test_figures_are_svg_and_the_same_twice() -> None:
    frame = jobs()
    frame["event"] = frame["year"] - 2002
    fit = econ.FixedEffects("jobs ~ i(event, inv, ref=-1) | dep").fit(frame)
    for figure in (econ.coefficient_plot([fit, fit]), econ.event_study_plot(fit)):
        assert figure.startswith("<svg")
    assert econ.event_study_plot(fit) == econ.event_study_plot(fit)
    with pytest.raises(InputError, match="no event times"):
        econ.event_study_plot(econ.OLS("jobs ~ inv").fit(frame))


def test_the_summary_prints_as_text_and_shows_as_html() -> None:
    fit = econ.OLS("jobs ~ inv").fit(jobs())
    assert "heteroskedasticity-robust (HC1)" in str(fit.summary())
    assert fit.summary()._repr_html_().startswith("<table>")
    assert str(fit) == str(fit.summary())


def test_diagnostics_are_those_of_statsmodels() -> None:
    import statsmodels.api as sm
    from statsmodels.stats.diagnostic import linear_reset

    frame = jobs()
    theirs = sm.OLS(frame["jobs"], sm.add_constant(frame[["inv", "size"]])).fit()
    rows = {row.name: row for row in econ.diagnose(econ.OLS("jobs ~ inv + size"), frame)}
    reset = linear_reset(theirs, power=3, use_f=True)
    assert rows["RESET"].statistic == pytest.approx(float(reset.fvalue), rel=1e-6)
    assert rows["White"].holds is False
    assert "HC1" in rows["White"].reason
    top = float(theirs.get_influence().hat_matrix_diag.max())
    assert rows["leverage"].statistic == pytest.approx(top)


def test_serial_correlation_is_seen_on_a_panel_and_not_where_there_is_none() -> None:
    rng = np.random.default_rng(13)
    noise = rng.normal(size=(60, 15))
    going_on = noise.copy()
    for period in range(1, 15):
        going_on[:, period] += 0.7 * going_on[:, period - 1]
    frame = pd.DataFrame(
        [(unit, period) for unit in range(60) for period in range(15)], columns=["dep", "year"]
    )
    frame["x"] = rng.normal(size=900)
    for held, holds in ((noise, True), (going_on, False)):
        panel = econ.Panel(frame.assign(y=held.ravel() + frame["x"]), "dep", "year")
        rows = econ.diagnose(econ.FixedEffects("y ~ x | dep"), panel)
        assert {row.name: row.holds for row in rows}["serial correlation"] is holds
