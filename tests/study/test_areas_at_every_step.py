"""When a study runs by area, areas are held to the country at every step, not only at the ends."""

from dataclasses import replace

import numpy as np
import pytest

from econ.errors import EconError
from econ.impact.result import ImpactResult, Response
from econ.study import Evaluation
from econ.study.sums_over_areas import check_sums

STEP = "reference case"


def broken(evaluation: Evaluation, number: int, **changed: object) -> dict[str, ImpactResult]:
    """The steps by area with one response of one step changed."""
    result = evaluation.regional[STEP]
    responses = list(result.responses)
    responses[number] = replace(responses[number], **changed)  # type: ignore[arg-type]
    return {**evaluation.regional, STEP: replace(result, responses=tuple(responses))}


def chosen(evaluation: Evaluation) -> tuple[int, Response]:
    """A response by area in which something happens."""
    found = enumerate(evaluation.regional[STEP].responses)
    return next((i, r) for i, r in found if r.totals("employment")[0, 0] > 1.0)


def test_areas_that_agree_pass(evaluation: Evaluation) -> None:
    check_sums(evaluation.regional, evaluation.steps)


def test_one_area_too_large_in_one_draw_of_one_step_is_refused_by_name(
    evaluation: Evaluation,
) -> None:
    number, response = chosen(evaluation)
    weight = np.array(response.weight)
    weight[0, 7] *= 1.0 + 1e-6
    steps = broken(evaluation, number, weight=weight)
    words = f"{response.pledge} {response.phase}.* after {STEP}: areas and country differ"
    with pytest.raises(EconError, match=words):
        check_sums(steps, evaluation.steps)


def test_one_area_in_other_years_is_refused_by_name(evaluation: Evaluation) -> None:
    number, response = chosen(evaluation)
    steps = broken(evaluation, number, profile=np.roll(response.profile, 1, axis=0))
    with pytest.raises(EconError, match=f"{response.pledge}.* after {STEP}: not in the years"):
        check_sums(steps, evaluation.steps)


def test_an_area_with_a_pledge_the_country_has_not_is_refused(evaluation: Evaluation) -> None:
    _, response = chosen(evaluation)
    result = evaluation.regional[STEP]
    added = replace(result, responses=(*result.responses, replace(response, pledge="somebody")))
    steps = {**evaluation.regional, STEP: added}
    with pytest.raises(EconError, match=f"somebody.* after {STEP}: only in areas"):
        check_sums(steps, evaluation.steps)
