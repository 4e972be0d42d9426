"""Power on a known record, and protocols: registered, read, refused, run dry."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from econ.data.catalogue import catalogue
from econ.errors import InputError
from econ.kernels.evaluation.detection import detection_rates, smallest_detected
from econ.regression.evaluation.power import Power
from econ.regression.evaluation.protocol import Protocol
from econ.regression.evaluation.synthetic.donors import neighbours_within
from econ.regression.evaluation.synthetic.placebo import ranked
from econ.regression.panel.panel import Panel

NOISE = 2.0
NAMES = ("petit_landau", "colombier_saugnieu")


def panel(units: int = 200, periods: int = 8, seed: int = 0) -> Panel:
    """A level of 100 and independent noise of 2 % in each period."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "dep": np.repeat([f"u{unit:03d}" for unit in range(units)], periods),
            "year": list(range(2000, 2000 + periods)) * units,
            "jobs": 100.0 + NOISE * rng.normal(size=units * periods),
        }
    )
    return Panel(frame, unit="dep", time="year")


def test_ranks_of_an_added_effect_are_those_of_the_test_run_again() -> None:
    rng = np.random.default_rng(1)
    nothing = rng.normal(size=23)
    effects = np.array([0.0, 0.5, 1.5, 4.0])
    rates = detection_rates(nothing, effects, 0.10)
    for place, effect in enumerate(effects):
        for unit in range(23):
            moved = nothing.copy()
            moved[unit] += effect
            p = ranked(np.abs(np.append(moved[unit], np.delete(moved, unit)))).value
            assert rates[place, unit] == float(p <= 0.10)


def test_the_smallest_effect_is_infinite_where_none_is_detected() -> None:
    grid = np.array([0.0, 1.0, 2.0])
    assert smallest_detected(grid, np.array([0.1, 0.2, 0.3]), 0.8) == np.inf
    assert smallest_detected(grid, np.array([0.9, 0.9, 0.9]), 0.8) == 0.0


def test_the_minimum_detectable_effect_of_known_noise_is_that_of_the_normal_formula() -> None:
    study = Power("jobs", dates=[2006], after=2, designs=["did"]).run(panel(), {"u000": 1.0})
    found = study.table().iloc[0]
    # Relative to one noisy period: the mean of two less the mean of six, over that period.
    sd = NOISE * np.sqrt(1 / 2 + 1 / 6)
    expected = (stats.norm.ppf(0.95) + stats.norm.ppf(0.80)) * sd
    # 200 placebos: the spread of a spread is 5 %.
    assert found["mde"] == pytest.approx(expected, rel=0.15)
    assert found["mde_normal"] == pytest.approx(expected, rel=0.15)
    assert found["low"] <= found["mde"] <= found["high"]
    assert not found["seen"]


def test_power_rises_from_the_level_of_the_test_to_one() -> None:
    study = Power("jobs", dates=[2004, 2006], after=2).run(panel(60), {"u000": 20.0})
    for _, curve in study.curve().groupby("design"):
        assert curve["power"].iloc[0] == pytest.approx(0.10, abs=0.02)
        assert curve["power"].iloc[-1] == 1.0
    assert set(study.table()["cases"]) == {120}
    assert study.table()["seen"].all()
    assert "could be: the test would see them" in study.sentence("u000", "did")


def test_the_same_seed_gives_the_same_bounds_and_scale_only_relabels() -> None:
    rule = Power("jobs", dates=[2006], designs=["did"], seed=3)
    one, two = (rule.run(panel(), {"u000": 1.0}).table() for _ in "ab")
    pd.testing.assert_frame_equal(one, two)
    scaled = replace(rule, scale=0.001, unit="jobs").run(panel(), {"u000": 1000.0}).table()
    np.testing.assert_allclose(scaled["mde"], one["mde"] * 1000.0)
    np.testing.assert_allclose(scaled["power_at_announced"], one["power_at_announced"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"dates": [1990]}, "outside the panel"),
        ({"dates": [2007], "after": 3}, "1 periods from it on, not 3"),
        ({"dates": [2001]}, "fewer than 3 periods before it"),
        ({"designs": ["did", "sdit"]}, "did you mean sdid"),
        ({"size": 1.5}, "no share"),
        ({"dates": []}, "no placebo date"),
    ],
)
def test_a_power_study_that_cannot_be_run_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        replace(Power("jobs", dates=[2006]), **change).run(panel(20), {"u000": 1.0})


# ---------------------------------------------------------------- protocols


@pytest.mark.parametrize("name", NAMES)
def test_a_registered_protocol_runs_dry_and_says_honestly_what_it_cannot_see(name: str) -> None:
    protocol = Protocol.load(name)
    assert protocol.registration.unchanged
    dry = protocol.dry_run()
    found = dry.power.of(protocol.file.protocol.unit, protocol.file.estimator.method)
    assert protocol.file.protocol.announced < found.amount / dry.power.scale
    assert "could not be told from noise in this record" in dry.sentence
    assert "announced could not be" in dry.sentence
    assert (dry.table()["p_value"] > 0.10).all()
    assert set(protocol.file.donors.neighbours) & set(protocol.donors.exclude) == set()


@pytest.mark.parametrize("name", NAMES)
def test_the_neighbours_of_a_protocol_are_the_nearest_departements(name: str) -> None:
    protocol = Protocol.load(name)
    near = neighbours_within(catalogue().read("places_france"), 100.0)
    assert set(protocol.file.donors.neighbours) <= set(near[protocol.file.protocol.unit])


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    target = tmp_path / "protocols"
    shutil.copytree(catalogue().folder / "protocols", target)
    return target


def changed(copied: Path, old: str, new: str) -> Path:
    path = copied / "petit_landau.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return path


def test_a_changed_protocol_is_seen_and_not_evaluated_without_leave(copied: Path) -> None:
    path = changed(copied, 'method = "sdid"', 'method = "outcome"')
    path.write_text(path.read_text("utf-8").replace('["outcome", "aug', '["sdid", "aug'), "utf-8")
    protocol = Protocol.load(path)
    assert str(protocol.registration) == "CHANGED since it was registered on 2026-11-26"
    assert "CHANGED since" in str(protocol.dry_run())
    with pytest.raises(InputError, match="CHANGED since it was registered"):
        protocol.evaluate(protocol.panel())


def test_ends_of_line_are_no_change(copied: Path) -> None:
    path = copied / "petit_landau.toml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert Protocol.load(path).registration.unchanged
    other = path.with_name("mine.toml")
    shutil.copy(path, other)
    assert str(Protocol.load(other).registration) == "not registered"


def test_a_protocol_with_faults_is_refused_with_all_of_them(copied: Path) -> None:
    path = changed(copied, "announced = 200", "announced = 250")
    for old, new in (
        ('"FRF11"', '"FRF91"'),
        ("event = 2028", "event = 2020"),
        ("looks = [2030", "looks = [2019"),
        ("bluewin_2024", "bluewine_2024"),
    ):
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(InputError) as refused:
        Protocol.load(path)
    text = str(refused.value)
    assert "is not what the commitment says" in text
    assert "no such region" in text
    assert "not in order" in text
    assert "before the event" in text
    assert "did you mean bluewin_2024" in text
    path.write_text(path.read_text("utf-8").replace("size = 0.10", 'sizes = "a"'), "utf-8")
    with pytest.raises(InputError, match="sizes"):
        Protocol.load(path)
    with pytest.raises(InputError, match="did you mean petit_landau"):
        Protocol.load("petit_landeau")


def test_the_evaluation_waits_for_its_data_and_finds_what_is_planted() -> None:
    protocol = Protocol.load("petit_landau")
    with pytest.raises(InputError, match="the record ends in 2018"):
        protocol.evaluate(protocol.panel())
    record = protocol.panel().frame[["region", "year", "employment"]]
    last = record[record["year"] == 2018]
    later = [last.assign(year=year) for year in (2021, 2023, 2025, 2028, 2030)]
    whole = pd.concat([record, *later], ignore_index=True)
    whole.loc[(whole["region"] == "FRF12") & (whole["year"] >= 2028), "employment"] += 20.0
    found = protocol.evaluate(Panel(whole, unit="region", time="year", spacing="order"))
    assert found[0].design == "Synthetic difference-in-differences"
    assert found[0].at == "2028"
    # Nothing else moved after 2018, so the double difference is what was planted.
    assert found[0].jobs == pytest.approx(20_000.0, rel=0.25)
    assert found[0].p_value.rank == 1


def test_the_command_prints_the_dry_run(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "econ.cli", "evaluate", "petit_landau"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "as registered on 2026-11-26" in done.stdout
    assert "could not be told from noise in this record" in done.stdout
