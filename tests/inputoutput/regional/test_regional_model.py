"""The model by area: its sum is the national model's, its parts fall where the sites are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from econ import Evaluation, InputError, Study
from econ.impact.result import EFFECTS

PHASES = ("construction", "operation")


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return Study.load("choose_france_2024").with_draws(60).run()


def test_areas_sum_to_the_country_in_every_draw_measure_effect_and_year(
    evaluation: Evaluation,
) -> None:
    for name in ("gross", "crowding out"):
        regional, national = evaluation.regional[name], evaluation.steps[name]
        for measure in regional.units:
            for phase in PHASES:
                for effect in EFFECTS:
                    for years in (None, [2028]):
                        options: dict[str, Any] = {"phase": phase, "effect": effect, "years": years}
                        parts = regional.draws(measure, **options)
                        whole = national.draws(measure, **options)
                        # The same additions in another order.
                        size = np.abs(whole).max()
                        np.testing.assert_allclose(parts, whole, rtol=1e-9, atol=1e-9 * size)


def test_areas_sum_to_the_country_after_every_step_and_for_every_pledge(
    evaluation: Evaluation,
) -> None:
    assert list(evaluation.regional) == list(evaluation.steps)
    for step, regional in evaluation.regional.items():
        for pledge in regional.pledges:
            parts = regional.draws("employment", pledges=[pledge])
            whole = evaluation.steps[step].draws("employment", pledges=[pledge])
            np.testing.assert_allclose(parts, whole, rtol=1e-9, atol=1e-9)


def test_the_staff_of_a_site_is_where_the_site_is(evaluation: Evaluation) -> None:
    gross = evaluation.gross_by_area
    own = {"pledges": ["microsoft_petit_landau"], "phase": "operation", "effect": "direct"}
    here = gross.draws("employment", regions=["FRF12"], **own)  # type: ignore[arg-type]
    all_ = gross.draws("employment", **own)  # type: ignore[arg-type]
    np.testing.assert_allclose(here, all_, rtol=1e-12)


def test_construction_at_petit_landau_falls_mostly_in_haut_rhin_and_spills_over(
    evaluation: Evaluation,
) -> None:
    gross = evaluation.gross_by_area
    total = gross.draws("employment", pledges=["microsoft_petit_landau"], phase="construction")
    shares = {
        area: gross.draws(
            "employment", pledges=["microsoft_petit_landau"], phase="construction", regions=[area]
        )[0]
        / total[0]
        for area in gross.regions
    }
    assert shares["FRF12"] == max(shares.values())
    assert 0.3 < shares["FRF12"] < 0.7
    assert shares["rest of FRF"] > shares["FRH"]


def test_jobs_displaced_by_the_warehouse_are_lost_elsewhere(evaluation: Evaluation) -> None:
    net = evaluation.net_by_area
    site = net.draws("employment", pledges=["amazon_logistics"], years=[2035], regions=["FRK26"])
    far = net.draws("employment", pledges=["amazon_logistics"], years=[2035], regions=["FR1"])
    assert site[0] > 0.0 > far[0]


def test_delta_widens_the_interval_of_a_departement_and_not_that_of_the_country() -> None:
    study = Study.load("choose_france_2024").with_draws(200)
    fixed = study.fixing(flq_delta=0.25)
    spread = {}
    for name, made in (("drawn", study.run()), ("fixed", fixed.run())):
        here = made.regional["gross"].draws(
            "employment",
            pledges=["microsoft_petit_landau"],
            phase="construction",
            regions=["FRF12"],
        )
        total = made.gross.draws("employment", phase="construction")
        share = here / made.gross.draws(
            "employment", pledges=["microsoft_petit_landau"], phase="construction"
        )
        spread[name] = (np.ptp(share[1:]), total)
    assert spread["drawn"][0] > 2.0 * spread["fixed"][0]
    np.testing.assert_array_equal(spread["drawn"][1], spread["fixed"][1])


def test_a_study_without_regions_has_no_result_by_area() -> None:
    study = Study.load("choose_france_2024").with_draws(2)
    plain = replace(study, file=study.file.model_copy(update={"regions": None}))
    assert plain.run().regional == {}


def regions_with(study: Study, **changes: Any) -> Study:
    settings = study.file.regions
    assert settings is not None
    changed = settings.model_copy(update=changes)
    return replace(study, file=study.file.model_copy(update={"regions": changed}))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sites": {}}, ["microsoft_petit_landau", "a pledge without a place"]),
        ({"displaced": {}}, ["displacement_cloud", "displacement without a place"]),
        ({"places": "pledges"}, ["places", "value pledges", "no such dataset"]),
        ({"delta": "deltas"}, ["deltas", "unknown parameter"]),
        ({"delta": "works_year_1"}, ["works_year_1", "exponent"]),
    ],
)
def test_regions_of_a_study_that_do_not_fit(changes: dict[str, Any], words: list[str]) -> None:
    study = regions_with(Study.load("choose_france_2024"), **changes)
    with pytest.raises(InputError, match="(?s)" + ".*".join(words)):
        InputError.raise_if(study.faults())


def test_sites_in_areas_nobody_knows_or_in_several() -> None:
    study = Study.load("choose_france_2024").with_draws(2)
    sites = dict(study.file.regions.sites) if study.file.regions else {}
    for code, words in (("FRL", "it lies in FRL04, rest of FRL"), ("DE111", "no single area")):
        broken = regions_with(study, sites={**sites, "amazon_aws": {code: "remainder"}})
        with pytest.raises(InputError, match=words):
            broken.run()
