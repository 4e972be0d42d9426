"""Joint draws: all of them, the same ones, in little memory; and the same bytes however made."""

import hashlib
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from econ import Draws, ImpactResult, InputError, Study, Unit, read_parquet
from econ.impact import joint
from econ.impact.factored import Factored
from econ.impact.response import Response
from econ.quantity.axes import Axis
from econ.study import Evaluation

REPOSITORY = Path(__file__).resolve().parents[2]


def test_joint_draws_sum_to_the_draws_of_totals(evaluation: Evaluation, tmp_path: Path) -> None:
    path = evaluation.net.write_draws(
        tmp_path / "net.parquet", "phase", "effect", measures=["employment"]
    )
    stored = read_parquet(path)
    frame = stored.frame
    assert stored.provenance.sources == evaluation.net.provenance.sources
    assert set(frame["unit"]) == {"job-years"}
    for phase, rows in frame.groupby("phase"):
        total = rows.groupby("draw")["value"].sum().to_numpy()
        expected = evaluation.net.draws("employment", phase=str(phase))
        np.testing.assert_allclose(total, expected, rtol=1e-12)
        assert list(rows["draw"].unique()) == list(range(expected.size))


def test_the_same_draw_of_two_cells_is_one_possible_world(
    evaluation: Evaluation, tmp_path: Path
) -> None:
    path = evaluation.regional["gross"].write_draws(
        tmp_path / "areas.parquet", "region", "year", measures=["employment"]
    )
    wide = read_parquet(path).frame.pivot(index="draw", columns=["region", "year"], values="value")
    whole = evaluation.gross.draws("employment", years=[2026])
    np.testing.assert_allclose(wide.xs(2026, axis=1, level="year").sum(axis=1), whole, rtol=1e-9)


def test_central_values_and_intervals_of_a_frame_are_those_of_its_joint_draws(
    evaluation: Evaluation, tmp_path: Path
) -> None:
    path = evaluation.net.write_draws(tmp_path / "f.parquet", "pledge", "year", measures=["gdp"])
    drawn = read_parquet(path).frame.set_index(["pledge", "year"])["value"]
    frame = evaluation.net.by("pledge", "year", measures=["gdp"]).set_index(["pledge", "year"])
    assert set(drawn.index) >= set(frame.index)
    for key, row in frame.iterrows():
        values = drawn.loc[key].to_numpy()
        assert row["value"] == values[0]
        # Quantiles of a frame are taken in single precision.
        low, high = np.quantile(values[1:], [0.05, 0.95])
        assert row["low"] == pytest.approx(min(low, values[0]), rel=1e-5, abs=1e-9)
        assert row["high"] == pytest.approx(max(high, values[0]), rel=1e-5, abs=1e-9)


def synthetic(draws: int, products: int, members: int) -> ImpactResult:
    """Return a result of many cells that holds next to nothing itself: all is factored."""
    rng = np.random.default_rng(11)
    columns, years, effects = 1 + draws, (2024, 2025, 2026, 2027), ("direct", "indirect")
    responses = []
    for member in range(members):
        layers = tuple(
            {"output": [(rng.random((products, 1)), rng.random((1, columns)))]} for _ in effects
        )
        profile, weight = rng.random((len(years), columns)), rng.random((len(effects), columns))
        responses.append(
            Response(
                "works", "operation", "FR", effects, Factored(layers), profile, weight, f"{member}"
            )
        )
    axis = Axis("product", [f"p{number}" for number in range(products)])
    units = {"output": Unit.parse("MEUR 2022 basic")}
    return ImpactResult("s", "m", axis, years, units, tuple(responses))


def test_many_draws_take_the_memory_of_one_row_group_however_many_cells_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joint, "ROWS", 2**13)
    # What a row takes in memory while it is written: numbers, labels and their copy in one type.
    chunk = (
        joint.ROWS
        * 2
        * sum(
            {"int32": 4, "int64": 8, "double": 8}.get(str(field.type), 4 + len("employment"))
            for field in joint.SCHEMA
        )
    )
    peaks = {}
    for products in (8, 128):
        result = synthetic(draws=5000, products=products, members=3)
        pool = pa.proxy_memory_pool(pa.default_memory_pool())
        before = pa.default_memory_pool()
        pa.set_memory_pool(pool)
        tracemalloc.start()
        try:
            path = result.write_draws(tmp_path / f"{products}.parquet", "product", "effect", "year")
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
            pa.set_memory_pool(before)
        rows = pq.ParquetFile(path).metadata.num_rows
        assert rows == 2 * products * 4 * 5001
        assert pq.ParquetFile(path).num_row_groups >= rows / joint.ROWS
        peaks[products] = (peak + pool.max_memory()) / chunk
    # Sixteen times the rows in a thousand row groups take no more than one of them; what grows is
    # the footer, which says a little of each.
    assert max(peaks.values()) < 1.0
    assert peaks[128] < 4.0 * peaks[8]


def test_row_groups_of_any_size_hold_the_same_rows(
    evaluation: Evaluation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for result, choices in (
        (evaluation.net, (("effect", "product", "year"), ("product",))),
        (evaluation.regional["gross"], (("region",), ("phase", "year"))),
    ):
        for dimensions in choices:
            frames = []
            for rows in (2**18, 5000, 700):
                monkeypatch.setattr(joint, "ROWS", rows)
                path = tmp_path / f"{rows}.parquet"
                result.write_draws(path, *dimensions, measures=["employment"])
                frames.append(read_parquet(path).frame)
            for frame in frames[1:]:
                pd.testing.assert_frame_equal(frame, frames[0], check_exact=True)


def test_an_unknown_dimension_is_refused_before_anything_is_written(
    evaluation: Evaluation, tmp_path: Path
) -> None:
    path = tmp_path / "none.parquet"
    with pytest.raises(InputError, match="value pledges: unknown; did you mean pledge"):
        evaluation.net.write_draws(path, "pledges")
    with pytest.raises(InputError, match="value jobs: no such measure"):
        evaluation.net.write_draws(path, measures=["jobs"])
    assert not path.exists()


# ---------------------------------------------------------------- same seed, same bytes


def test_draws_in_chunks_are_bit_for_bit_those_of_one_go(study: Study) -> None:
    # One table of regions for all draws: else its grouping looks at all of them.
    assert study.file.regions is not None
    held = {name: study.assumptions[name].value for name, _ in study.file.regions.parameters()}
    plain = study.with_draws(60).fixing(**held)
    draws: Draws = plain.draws()
    whole = plain.evaluate(draws)
    chunks = [
        plain.evaluate(draws.part(slice(begin, begin + size)))
        for begin, size in ((0, 7), (7, 1), (8, 52))
    ]
    for source in ("steps", "regional"):
        for step, result in getattr(whole, source).items():
            for measure in ("employment", "gdp", "output"):
                at_once = result.draws(measure)[1:]
                pieces = [getattr(chunk, source)[step].draws(measure)[1:] for chunk in chunks]
                assert np.concatenate(pieces).tobytes() == at_once.tobytes(), (source, step)


SCRIPT = """
import hashlib, sys
from econ import Study
found = Study.load("choose_france_2024").with_draws(40).run()
for number, result in enumerate((found.net, found.regional["gross"])):
    path = result.write_draws(sys.argv[1] + str(number), "pledge", "effect", "region", "year")
    print(hashlib.sha256(path.read_bytes()).hexdigest())
"""


def test_the_number_of_threads_changes_no_byte(tmp_path: Path) -> None:
    printed = set()
    for threads in ("1", "2"):
        environment = os.environ | {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
        command = [sys.executable, "-c", SCRIPT, str(tmp_path / f"draws{threads}_")]
        done = subprocess.run(
            command, cwd=REPOSITORY, env=environment, capture_output=True, check=True, text=True
        )
        printed.add(done.stdout)
    assert len(printed) == 1
    assert len(next(iter(printed)).split()[0]) == len(hashlib.sha256().hexdigest())
