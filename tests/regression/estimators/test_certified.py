"""Certified and classical results on data that are typed in or ship with a library.

Where figures are certified to fifteen digits, the tolerance is what conditioning leaves of them.
"""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import econ

STEPS = np.arange(21.0)
QUINTIC = "y ~ x + x^2 + x^3 + x^4 + x^5"


def certified(fit: Any, estimates: Any, errors: Any, share: float) -> None:
    np.testing.assert_allclose(fit.params, estimates, rtol=share)
    np.testing.assert_allclose(fit.bse, errors, rtol=share)


# ---------------------------------------------------------------- NIST StRD, linear regression


def test_wampler_s_polynomials_are_solved() -> None:
    # Wampler1 and Wampler2 fit without a rest; Wampler3 is Wampler1 with noise.
    for base in (1.0, 0.1):
        frame = pd.DataFrame({"x": STEPS, "y": sum((base * STEPS) ** k for k in range(6))})
        fit = econ.OLS(QUINTIC, vcov="iid").fit(frame)
        np.testing.assert_allclose(fit.params, [base**k for k in range(6)], rtol=1e-8)
        assert fit.diagnostic("perfect fit").holds is False
    y = [760, -2042, 2111, -1684, 3888, 1858, 11379, 17560, 39287, 64382, 113159, 175108, 273291]
    y += [400186, 581243, 811568, 1121004, 1506550, 2002767, 2611612, 3369180]
    errors = [2152.32624678170, 2363.55173469681, 779.343524331583, 101.475507550350]
    errors += [5.64566512170752, 0.112324854679312]
    fit = econ.OLS(QUINTIC, vcov="iid").fit(pd.DataFrame({"x": STEPS, "y": y}))
    certified(fit, np.ones(6), errors, 1e-9)


def test_a_line_through_the_origin_has_the_certified_r_squared() -> None:
    # NoInt1: R-squared about zero, where some programs give a negative one.
    frame = pd.DataFrame({"x": np.arange(60.0, 71.0), "y": np.arange(130.0, 141.0)})
    fit = econ.OLS("y ~ x - 1", vcov="iid").fit(frame)
    certified(fit, [2.07438016528926], [0.0165289256198347], 1e-12)
    assert fit.rsquared == pytest.approx(0.999365492298663, rel=1e-12)


def test_a_load_cell_is_calibrated_to_the_certified_digits() -> None:
    # Pontius: regressors of 10^6 and 10^13.
    y = "11019 21956 32949 43899 54803 65694 76562 87487 98292 109146 120001 130822 141599 152399"
    y += " 163194 173947 184646 195392 206128 216844 11052 22018 32939 43886 54798 65739 76596"
    y += " 87474 98300 109150 120004 130818 141613 152408 163159 173965 184696 195445 206177 216829"
    frame = pd.DataFrame({"x": np.tile(np.arange(1, 21) * 150000.0, 2)})
    frame["y"] = np.array(y.split(), dtype=float) / 1e5
    certified(
        econ.OLS("y ~ x + x^2", vcov="iid").fit(frame),
        [0.673565789473684e-03, 0.732059160401003e-06, -0.316081871345029e-14],
        [0.107938612033077e-03, 0.157817399981659e-09, 0.486652849992036e-16],
        1e-9,
    )


def test_filippelli_s_polynomial_of_degree_ten_is_solved_where_packages_give_up() -> None:
    # Filip: the powers of x have a condition number of 10^15; Stata drops one of them.
    x = """6.860120914 4.324130045 4.358625055 4.358426747 6.955852379 6.661145254 6.355462942
        6.118102026 7.115148017 6.815308569 6.519993057 6.204119983 5.853871964 6.109523091
        5.79832982 5.482672118 5.171791386 4.851705903 4.517126416 4.143573228 3.709075441
        3.499489089 6.300769497 5.953504836 5.642065153 5.031376979 4.680685696 4.329846955
        3.928486195 8.56735134 8.363211311 8.107682739 7.823908741 7.522878745 7.218819279
        6.920818754 6.628932138 6.323946875 5.991399828 8.781464495 8.663140179 8.473531488
        8.247337057 7.971428747 7.676129393 7.352812702 7.072065318 6.774174009 6.478861916
        6.159517513 6.835647144 6.53165267 6.224098421 5.910094889 5.598599459 5.290645224
        4.974284616 4.64454848 4.290560426 3.885055584 3.408378962 3.13200249 8.726767166
        8.66695597 8.511026475 8.165388579 7.886056648 7.588043762 7.283412422 6.995678626
        6.691862621 6.392544977 6.067374056 6.684029655 6.378719832 6.065855188 5.752272167
        5.132414673 4.811352704 4.098269308 3.66174277 3.2644011"""
    y = """8116 9072 9052 9039 8053 8377 8667 8809 7975 8162 8515 8766 8885 8859 8959 8913 8959
        8971 9021 9090 9139 9199 8692 8872 8900 8910 8977 9035 9078 7675 7705 7713 7736 7775 7841
        7971 8329 8641 8804 7668 7633 7678 7697 7700 7749 7796 7897 8131 8498 8741 8061 8460 8751
        8856 8919 8934 8940 8957 9047 9129 9209 9219 7739 7681 7665 7703 7702 7761 7809 7961 8253
        8602 8809 8301 8664 8834 8898 8964 8963 9074 9119 9228"""
    frame = pd.DataFrame({"x": -np.array(x.split(), dtype=float)})
    frame["y"] = np.array(y.split(), dtype=float) / 1e4
    powers = " + ".join(f"x^{degree}" for degree in range(2, 11))
    fit = econ.OLS(f"y ~ x + {powers}", vcov="iid").fit(frame)
    estimates = [-1467.48961422980, -2772.17959193342, -2316.37108160893, -1127.97394098372]
    estimates += [-354.478233703349, -75.1242017393757, -10.8753180355343, -1.06221498588947]
    estimates += [-0.670191154593408e-01, -0.246781078275479e-02, -0.402962525080404e-04]
    errors = [298.084530995537, 559.779865474950, 466.477572127796, 227.204274477751]
    errors += [71.6478660875927, 15.2897178747400, 2.23691159816033, 0.221624321934227]
    errors += [0.142363763154724e-01, 0.535617408889821e-03, 0.896632837373868e-05]
    certified(fit, estimates, errors, 1e-6)


# ---------------------------------------------------------------- classical data of statsmodels


def of_statsmodels(name: str) -> pd.DataFrame:
    import statsmodels.api as sm

    frame: pd.DataFrame = getattr(sm.datasets, name).load_pandas().data
    return frame


# Greene, Econometric Analysis (5th edition), tables 11.1 and 11.2: credit card expenditure.
CARDS = "AVGEXP ~ AGE + OWNRENT + INCOME + INCOMESQ"
GREENE: list[Any] = [
    (econ.OLS(CARDS, vcov="iid"), ["199.35", "5.5147", "82.922", "80.366", "7.4693"]),
    (econ.OLS(CARDS, vcov="HC0"), ["212.99", "3.3017", "92.188", "88.866", "6.9446"]),
    (econ.OLS(CARDS, vcov="HC1"), ["220.79", "3.4227", "95.566", "92.122", "7.1991"]),
    (
        econ.WLS(CARDS, weights="by_income", vcov="iid"),
        ["165.52", "4.6033", "69.879", "76.781", "8.2731"],
    ),
    (
        econ.WLS(CARDS, weights="by_square", vcov="iid"),
        ["139.69", "3.8074", "58.551", "76.392", "9.7243"],
    ),
]
MEANS = {
    "OLS": ["-237.15", "-3.0818", "27.941", "234.35", "-14.997"],
    "by_income": ["-181.87", "-2.9350", "50.494", "202.17", "-12.114"],
    "by_square": ["-114.11", "-2.6942", "60.449", "158.43", "-7.2493"],
}


@pytest.mark.parametrize(("model", "errors"), GREENE, ids=["OLS", "White", "DM", "WLS", "WLS 2"])
def test_card_spending_has_greene_s_robust_and_weighted_errors(model: Any, errors: Any) -> None:
    frame = of_statsmodels("ccard")
    frame = frame.assign(by_income=1 / frame["INCOME"], by_square=1 / frame["INCOMESQ"])
    fit = model.fit(frame)
    printed = MEANS[getattr(model, "weights", None) or "OLS"]
    for figures, found in ((printed, fit.params), (errors, fit.bse)):
        for text, value in zip(figures, found, strict=True):
            # The book rounds to five digits; its last one is off by one in a few places.
            assert value == pytest.approx(float(text), rel=1.5e-4)


def test_stack_loss_is_brownlee_s() -> None:
    # Brownlee (1965), as every package prints it.
    fit = econ.OLS("STACKLOSS ~ AIRFLOW + WATERTEMP + ACIDCONC", vcov="iid").fit(
        of_statsmodels("stackloss")
    )
    np.testing.assert_allclose(fit.params, [-39.9197, 0.7156, 1.2953, -0.1521], atol=0.5001e-4)
    np.testing.assert_allclose(fit.bse, [11.8960, 0.1349, 0.3680, 0.1563], atol=0.5001e-4)
    assert fit.rsquared == pytest.approx(0.9136, abs=0.5e-4)


def test_executions_follow_gill_s_poisson_regression() -> None:
    # Gill (2001), Generalized Linear Models, capital punishment in 17 states: table 5.1 ff.
    formula = "EXECUTIONS ~ INCOME + PERPOVERTY + PERBLACK + log(VC100k96) + SOUTH + DEGREE"
    fit = econ.Poisson(formula, vcov="iid").fit(of_statsmodels("cpunish"))
    estimates = [-6.80148, 0.000261, 0.07782, -0.09493, 0.29693, 2.30118, -18.72207]
    errors = [4.14687, 0.000052, 0.07940, 0.02292, 0.43752, 0.42838, 4.28398]
    np.testing.assert_allclose(fit.params, estimates, atol=0.5001e-5)
    np.testing.assert_allclose(fit.bse, errors, atol=0.5001e-5)


def test_grunfeld_s_ten_firms_pooled_and_with_random_effects() -> None:
    # R plm, Grunfeld: pooling and random (Swamy-Arora); Greene (2012) prints the same.
    frame = of_statsmodels("grunfeld")
    frame = frame[frame["firm"] != "American Steel"]
    pooled = econ.OLS("invest ~ value + capital", vcov="iid").fit(frame)
    np.testing.assert_allclose(pooled.params, [-42.71437, 0.11556, 0.23068], atol=0.5001e-5)
    np.testing.assert_allclose(pooled.bse, [9.51168, 0.00584, 0.02548], atol=0.5001e-5)
    firms = econ.Panel(frame, unit="firm", time="year")
    random = econ.RandomEffects("invest ~ value + capital", vcov="iid").fit(firms)
    np.testing.assert_allclose(random.params, [-57.834415, 0.109781, 0.308113], atol=0.5001e-6)
    np.testing.assert_allclose(random.bse, [28.898935, 0.010493, 0.017180], atol=0.5001e-6)
    assert random.statistics["theta"] == pytest.approx(0.8612, abs=0.5e-4)


# ---------------------------------------------------------------- as people write formulas


def test_the_part_of_fixed_effects_may_be_left_empty_or_zero() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.normal(size=(60, 3)), columns=["y", "w", "z"])
    frame["x"] = frame["z"] + frame["y"] / 2
    wanted = econ.IV("y ~ w | x ~ z").fit(frame)
    for formula in ("y ~ w | | x ~ z", "y ~ w | 0 | x ~ z"):
        pd.testing.assert_series_equal(econ.IV(formula).fit(frame).params, wanted.params)


def test_a_formula_longer_than_anybody_writes_is_refused_before_it_is_read() -> None:
    with pytest.raises(econ.InputError, match="has 10,000,005 characters; write at most 100,000"):
        econ.OLS("y ~ " + "x" * 10_000_001).fit(pd.DataFrame({"y": [1.0, 2.0]}))


def test_large_figures_do_not_run_into_each_other_in_a_summary() -> None:
    frame = of_statsmodels("longley")
    text = str(econ.OLS("TOTEMP ~ GNPDEFL + GNP + UNEMP + ARMED + POP + YEAR").fit(frame).summary())
    line = next(line for line in text.splitlines() if line.startswith("Intercept"))
    assert len(line.split()) == 7
