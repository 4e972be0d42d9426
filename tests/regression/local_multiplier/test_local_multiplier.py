"""Local multipliers: simulated truth, the French record, and refusals by name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import econ
from econ.errors import InputError

TRADED = tuple(f"t{k}" for k in range(12))
LOCAL = ("l0", "l1")


def places(multiplier: float = 0.8, units: int = 200, seed: int = 3) -> econ.Panel:
    """Shocks of traded sectors move traded jobs; demand at home moves both and misleads."""
    rng = np.random.default_rng(seed)
    mix = rng.dirichlet(np.ones(len(TRADED)), units) * rng.uniform(0.2, 0.5, (units, 1))
    size = rng.uniform(50.0, 500.0, units)
    rows = []
    jobs = mix * size[:, None]
    local = size - jobs.sum(axis=1)
    for year in (2000, 2004, 2010):
        frame = pd.DataFrame({"place": [f"p{i}" for i in range(units)], "year": year})
        frame["employment"] = jobs.sum(axis=1) + local
        for k, name in enumerate(TRADED):
            frame[f"employment_{name}"] = jobs[:, k]
        frame["employment_l0"], frame["employment_l1"] = 0.3 * local, 0.7 * local
        rows.append(frame)
        home = 0.02 * rng.normal(size=(units, 1))
        growth = 0.15 * rng.normal(size=len(TRADED)) + home
        total = jobs.sum(axis=1) + local
        moved = jobs * growth
        noise = 0.005 * rng.normal(size=units)
        local = local + multiplier * moved.sum(axis=1) + total * (home[:, 0] + noise)
        jobs = jobs + moved
    return econ.Panel(pd.concat(rows), unit="place", time="year", spacing="order")


MODEL = econ.LocalMultiplier(traded=TRADED, non_traded=LOCAL)


def test_instruments_find_the_multiplier_that_least_squares_overstates() -> None:
    panel = places()
    held = MODEL.fit(panel).jobs_per_job()
    naive = replace(MODEL, instrument="none").fit(panel).jobs_per_job()
    assert abs(held.params["traded"] - 0.8) < 3.0 * held.bse["traded"]
    assert naive.params["traded"] > 0.8 + 5.0 * naive.bse["traded"]
    assert held.unit == "jobs per job"


def test_the_unit_of_jobs_changes_nothing() -> None:
    panel = places()
    jobs = [name for name in panel.frame if name.startswith("employment")]
    scaled = panel.frame.assign(**{name: 1000.0 * panel.frame[name] for name in jobs})
    persons = econ.Panel(scaled, unit="place", time="year", spacing="order")
    for model in (MODEL, replace(MODEL, form="log"), replace(MODEL, stacked=True)):
        np.testing.assert_allclose(
            model.fit(persons).jobs_per_job().estimates,
            model.fit(panel).jobs_per_job().estimates,
        )


def test_an_elasticity_times_the_ratio_of_jobs_is_jobs_per_job() -> None:
    panel = places()
    fit = replace(MODEL, form="log", instrument="none").fit(panel)
    start = panel.frame[panel.frame["year"] == 2000]
    traded = start[[f"employment_{name}" for name in TRADED]].to_numpy().sum()
    ratio = (start["employment"].sum() - traded) / traded
    jobs = fit.jobs_per_job()
    assert jobs.params["traded"] == pytest.approx(ratio * fit.params["traded"])
    assert jobs.bse["traded"] == pytest.approx(ratio * fit.bse["traded"])
    assert fit.unit == "elasticity"


def test_every_way_to_stack_and_to_cluster_is_one_option() -> None:
    panel = places()
    stacked = replace(MODEL, stacked=True).fit(panel)
    assert stacked.nobs == 400
    assert stacked.vcov == "clustered by place (200)"
    by_shock = replace(MODEL, stacked=True, vcov="AKM").fit(panel)
    assert by_shock.params["traded"] == pytest.approx(stacked.params["traded"])
    assert by_shock.clusters == (12,)
    sets = replace(MODEL, vcov="AKM0", level=0.5, form="log").fit(panel)
    jobs = sets.jobs_per_job()
    ends, scaled = sets.confidence_set(), jobs.confidence_set()
    assert scaled[0][1] / ends[0][1] == pytest.approx(jobs.params["traded"] / sets.params["traded"])


def test_groups_of_traded_jobs_have_coefficients_of_their_own() -> None:
    fit = replace(MODEL, skilled=TRADED[:6]).fit(places())
    jobs = fit.jobs_per_job()
    assert jobs.terms == ("skilled", "other_traded")
    for term in jobs.terms:
        assert abs(jobs.params[term] - 0.8) < 4.0 * jobs.bse[term]


def test_leaving_out_gives_the_estimates_of_the_fit_without() -> None:
    panel = places(units=40)
    model = replace(MODEL, start=2000, end=2010)
    without = model.leaving_out_units(panel).set_index("left_out")
    frame = model.frame(panel)
    rest = econ.IV(model.formula(panel), vcov="HC1").fit(frame[frame["place"] != "p7"])
    assert without.loc["p7", "estimate"] == pytest.approx(rest.params["traded"])
    assert without.loc["p7", "std_error"] == pytest.approx(rest.bse["traded"])
    sectors = model.leaving_out_sectors(panel)
    assert set(sectors["left_out"]) == set(TRADED)
    assert sectors["change"].abs().is_monotonic_decreasing


def test_rotemberg_weights_and_shocks_are_those_of_the_design() -> None:
    panel = places()
    model = replace(MODEL, instrument="national")
    design, frame = model.shift_share(panel), model.frame(panel)
    assert design.rotemberg(frame).estimate == pytest.approx(model.fit(panel).params["traded"])
    across = design.shock_level(frame).fit
    assert across.params["traded"] == pytest.approx(model.fit(panel).params["traded"])


# ---------------------------------------------------------------- the French record


def french(**options: object) -> econ.LocalMultiplier:
    return replace(econ.LocalMultiplier(start=2008, end=2018), **options)  # type: ignore[arg-type]


def test_a_first_look_at_96_departements_is_what_was_seen_there() -> None:
    # 0.65 by least squares, 0.95 with the instrument, first stage 0.93: as noted with the figures.
    panel = econ.regional_panel(overseas=False)
    least = french(instrument="none").fit(panel).params["traded"]
    plain = french(control_sum_of_shares=False, vcov="AKM").fit(panel)
    assert round(least, 2) == 0.65
    assert round(plain.params["traded"], 2) == 0.95
    assert round(plain.statistics["first_stage"], 2) == 0.93


def test_four_shocks_cannot_carry_errors_across_shocks_and_the_fit_says_so() -> None:
    panel = econ.regional_panel(overseas=False)
    fit = french().fit(panel)
    assert not fit.diagnostic("many shocks").holds
    assert not fit.diagnostic("AKM0 set is an interval").holds
    assert fit.diagnostic("complete shares").holds
    assert fit.diagnostic("effective F").holds
    wide = french(vcov="AKM0").fit(panel).conf_int()
    assert np.isinf(wide.to_numpy()).all()
    # The decline of industry is what moves traded jobs.
    assert french().leaving_out_sectors(panel)["left_out"].iloc[0] == "B-E"


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"form": "shares"}, "did you mean share"),
        ({"instrument": "bartik"}, "column instrument, value bartik: unknown"),
        ({"traded": ()}, "no sectors"),
        ({"traded": ("t0", "l0")}, "value l0: traded and non-traded"),
        ({"skilled": ("t99",)}, "value t99: not among the traded"),
        ({"skilled": TRADED}, "all traded are skilled"),
    ],
)
def test_sectors_that_cannot_be_are_refused_by_name(options: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        replace(MODEL, **options)  # type: ignore[arg-type]


def test_panels_that_cannot_be_differenced_are_refused_by_name() -> None:
    panel = places()
    frame = panel.frame.reset_index(drop=True)
    with pytest.raises(InputError, match="value 2001: no such time"):
        replace(MODEL, start=2001).fit(panel)
    with pytest.raises(InputError, match="no change between two times"):
        replace(MODEL, start=2010, end=2010).fit(panel)
    with pytest.raises(InputError, match="employment_t99: no such column"):
        replace(MODEL, traded=("t0", "t99")).fit(panel)
    with pytest.raises(InputError, match=r"give an econ\.Panel"):
        MODEL.fit(frame)  # type: ignore[arg-type]
    holed = frame.assign(employment_t0=frame["employment_t0"].mask(frame.index == 4))
    with pytest.raises(InputError, match="row p4, column employment_t0: no figure in 2000"):
        MODEL.fit(econ.Panel(holed, "place", "year"))
    empty = frame.assign(employment=frame["employment"].mask(frame.index == 5, 0.0))
    with pytest.raises(InputError, match="row p5, column employment: no jobs"):
        MODEL.fit(econ.Panel(empty, "place", "year"))
    with pytest.raises(InputError, match="no one shift-share"):
        replace(MODEL, skilled=TRADED[:2], vcov="AKM").fit(panel)
