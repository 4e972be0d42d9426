"""Very many draws of one study: bounded memory, and the same bytes however they are made."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from econ.builds.columns import drawn_columns
from econ.builds.manifest import Manifest, check
from econ.builds.many_draws import draw
from econ.builds.order import Order
from econ.data.catalogue import Catalogue
from econ.data.store import read_parquet
from econ.errors import InputError
from econ.impact.interval import interval
from econ.report.tables.national import headline
from econ.study import Study
from econ.study.headline import Headline
from econ.study.parts.answer import contents

Make = Callable[..., Order]
COUNT = 300


@pytest.fixture
def drawing(order: Make, tmp_path: Path) -> Make:
    def make(name: str, **changes: object) -> Order:
        told = {"out": tmp_path / name, "work": tmp_path / f"{name} work", "draws": COUNT}
        return order(vintage="v", **{**told, **changes})

    return make


def hashes(order: Order) -> dict[str, str]:
    return dict(Manifest.read(order.out, "study=acme/vintage=v").outputs)


def test_chunks_processes_and_a_cluster_give_the_same_bytes(drawing: Make) -> None:
    from distributed import LocalCluster

    one, small, two, many = (drawing(name) for name in ("one", "small", "two", "many"))
    draw(one, chunk=COUNT)
    expected = hashes(one)
    draw(small, chunk=7)
    assert hashes(small) == expected
    draw(two, chunk=101, jobs=2)
    assert hashes(two) == expected
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs="ERROR"
    ) as cluster:
        draw(many, chunk=64, scheduler=cluster.scheduler_address)
    assert hashes(many) == expected
    check(many.out, "study=acme/vintage=v")


def test_the_headline_of_the_draws_is_that_of_a_report(drawing: Make, data: Path) -> None:
    order = drawing("one")
    draw(order, chunk=50)
    folder = order.out.path / "study=acme" / "vintage=v"
    found = read_parquet(folder / "headline.parquet").frame
    study = Study.load(data / "studies" / "acme.toml", Catalogue.load(data)).with_draws(COUNT)
    pd.testing.assert_frame_equal(found, headline(contents(study)), check_exact=True)
    draws = read_parquet(folder / "draws.parquet").frame
    assert draws.groupby(["scenario", "pledge", "phase", "measure"]).size().eq(COUNT + 1).all()
    row = found.query("subject == 'all' and phase == 'operation' and measure == 'gdp'").iloc[0]
    mine = draws.query(
        "scenario == 'acme.net' and pledge == 'all' and phase == 'operation' and measure == 'gdp'"
    )
    assert mine["draw"].tolist() == list(range(COUNT + 1))
    assert interval(mine["value"].to_numpy()) == (row["net"], row["net_low"], row["net_high"])
    assert set(draws["unit"]) <= set(found["unit"])


def test_a_row_group_and_a_chunk_bound_the_memory(drawing: Make) -> None:
    order = drawing("many", draws=300_000)
    script = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from econ.builds.many_draws import draw\n"
        "from econ.builds.order import orders\n"
        "study, data, out, work, count = sys.argv[1:]\n"
        "(order,) = orders([study], out=out, work=Path(work), data=Path(data),"
        " draws=int(count), vintage='v')\n"
        "draw(order, chunk=2000)\n"
        "lines = Path('/proc/self/status').read_text().splitlines()\n"
        "held = {line.split(':')[0]: line.split()[1] for line in lines if 'kB' in line}\n"
        "print(held['RssAnon'], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    told = [str(order.study), str(order.data), order.out.root, str(order.work)]
    peaks = []
    for count in (2_000, 300_000):
        done = subprocess.run(
            [sys.executable, "-c", script, *told, str(count)],
            capture_output=True,
            text=True,
            check=True,
        )
        peaks.append(int(done.stdout.split()[1]) / 1024)
        file = order.out.path / "study=acme" / "vintage=v" / "draws.parquet"
        rows = pq.ParquetFile(file).metadata
        assert max(rows.row_group(g).num_rows for g in range(rows.num_row_groups)) <= 2**18
        (order.out.path / "study=acme").rename(order.out.path / f"done {count}")
    # Files that are mapped count while there is room; all of it in memory would be five times more.
    assert peaks[1] - peaks[0] < 300, peaks


def test_parameters_drawn_one_by_one_are_those_drawn_together(data: Path, tmp_path: Path) -> None:
    study = Study.load(data / "studies" / "acme.toml", Catalogue.load(data)).with_draws(50)
    names = Headline(study).used
    assert {"acme_pay", "realisation"} <= names
    apart, together = drawn_columns(study, names, tmp_path), study.draws()
    for name in names:
        np.testing.assert_array_equal(apart[name], together[name])


def test_a_sequence_that_all_parameters_share_is_refused(drawing: Make, data: Path) -> None:
    study = data / "studies" / "acme.toml"
    text = study.read_text("utf-8").replace("seed = 1\n", 'seed = 1\nsampling = "sobol"\n')
    study.write_text(text, "utf-8")
    with pytest.raises(InputError, match="not for very many draws"):
        draw(drawing("one"))


def test_the_command_says_where_the_draws_are(drawing: Make) -> None:
    order = drawing("one")
    told = [sys.executable, "-m", "econ.cli", "report", "draws", str(order.study)]
    told += ["--data", str(order.data), "--out", order.out.root, "--work", str(order.work)]
    done = subprocess.run(
        [*told, "--draws", "20", "--vintage", "v", "--chunk", "9"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == "study=acme/vintage=v"
    again = subprocess.run(
        [*told, "--draws", "20", "--vintage", "v"], capture_output=True, text=True, check=False
    )
    assert again.returncode == 1
    assert "built already" in again.stderr
