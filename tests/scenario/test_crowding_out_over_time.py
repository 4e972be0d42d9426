"""Crowding out grows with the years that a site is built or runs, and never takes more than all."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from econ.data.folder import data_folder
from econ.errors import InputError
from econ.scenario.additionality import Additionality, Clearing
from econ.study import Study

YEARS = np.arange(2024, 2036)


@pytest.fixture(scope="module")
def asked(study: Study) -> Study:
    return study.with_draws(10)


def test_what_is_left_falls_in_a_straight_line_to_the_long_run(asked: Study) -> None:
    found = asked.nationally(asked.draws())
    at_first = asked.fixing(crowding_out_later=0.0)
    at_first_net = at_first.nationally(at_first.draws()).net
    # At the central values: share 0.6 after 8 years; open in 2026 and, 1.5 years late, in 2029.
    for pledge, opened in (("amazon_logistics", 2026), ("microsoft_petit_landau", 2029)):
        for year in (2030, 2032, 2035):
            chosen = {"pledges": [pledge], "phase": "operation", "years": [year]}
            now, then = (r.draws("output", **chosen)[0] for r in (found.net, at_first_net))
            left = 1.0 - 0.6 * min((year - opened) / 8, 1.0)
            assert now == pytest.approx(left * then)


def test_nobody_is_crowded_out_again_in_gross_or_before_the_last_step(asked: Study) -> None:
    found = asked.nationally(asked.draws())
    at_first = asked.fixing(crowding_out_later=0.0)
    other = at_first.nationally(at_first.draws())
    for step in list(found.steps)[:-1]:
        ours, theirs = (e.steps[step].draws("employment") for e in (found, other))
        np.testing.assert_array_equal(ours, theirs)


def test_all_is_taken_in_the_long_run_where_the_labour_market_clears(asked: Study) -> None:
    cleared = asked.fixing(crowding_out_later=1.0, crowding_out_years=4.0)
    net = cleared.nationally(cleared.draws()).net
    site = {"pledges": ["amazon_logistics"], "phase": "operation"}
    assert net.draws("output", years=[2028], **site)[0] != 0.0
    # Open in 2026, and in every draw by the next year.
    np.testing.assert_allclose(net.draws("output", years=[2032], **site), 0.0, atol=1e-9)


def test_a_start_a_year_later_is_crowded_out_a_year_later(asked: Study) -> None:
    found = asked.nationally(asked.draws())
    response = next(r for r in found.net.responses if r.pledge == "amazon_logistics")
    late = np.zeros((len(YEARS), found.scenario.draws.columns))
    late[3:] = 1.0
    later = np.vstack([np.zeros((1, late.shape[1])), late[:-1]])
    key = (response.pledge, response.phase, "")

    def left(profile: np.ndarray) -> np.ndarray:
        rules = Additionality(
            "reference_case",
            "leakage_abroad",
            "crowding_out",
            events={},
            late={key: profile},
            clearing=Clearing("crowding_out_later", "crowding_out_years"),
        )
        return np.asarray(rules.cleared(response, found.scenario.draws))

    np.testing.assert_array_equal(left(later)[1:], left(late)[:-1])
    assert (np.diff(left(late), axis=0) <= 0.0).all()
    assert (left(late) >= 0.0).all()
    assert (left(late)[:4] == 1.0).all()


def test_a_study_without_it_has_one_crowding_out_for_all_years(asked: Study) -> None:
    rules = asked.file.additionality.model_copy(update={"clearing": None})
    plain = replace(asked, file=asked.file.model_copy(update={"additionality": rules}))
    none = asked.fixing(crowding_out_later=0.0)
    ours, theirs = (s.nationally(s.draws()).net.draws("employment") for s in (plain, none))
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_what_clearing_cannot_mean_is_refused_by_name(tmp_path: Path) -> None:
    text = (data_folder() / "studies" / "choose_france_2024.toml").read_text("utf-8")
    old = 'clearing = { share = "crowding_out_later", years = "crowding_out_years" }'
    assert old in text
    path = tmp_path / "mine.toml"
    new = 'clearing = { share = "crowding_out", years = "renewal_cost" }'
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError) as caught:
        Study.load(path)
    message = str(caught.value)
    assert "renewal_cost is in ratio; this place takes years" in message
    assert "value crowding_out: one parameter in two steps" in message
