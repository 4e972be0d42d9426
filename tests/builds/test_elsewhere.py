"""Builds in an object store, in several processes, and on a Dask cluster that loses a worker."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from econ.builds.build import build
from econ.builds.command import build_all, check_all
from econ.builds.manifest import Manifest, check
from econ.builds.order import Order, orders
from econ.builds.place import Place
from econ.builds.trouble import LostError, StorageError
from econ.builds.vintages import drop_old, latest, studies, vintages
from econ.errors import InputError


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A real server that speaks S3, and the address of a bucket there."""
    from moto.server import ThreadedMotoServer

    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    import s3fs

    name = f"reports{time.time_ns()}"
    s3fs.S3FileSystem(endpoint_url=server).mkdir(name)
    return f"s3://{name}/nightly"


# botocore still names a call of the standard library that newer Pythons deprecate.
pytestmark = [
    pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def test_a_build_in_an_object_store_is_the_one_of_a_folder(
    bucket: str, built: Order, order: Callable[..., Order], data: Path
) -> None:
    there = order(out=bucket, vintage="2026-01")
    assert build(there).new
    folder = "study=acme/vintage=2026-01"
    assert check(there.out, folder) == Manifest.read(built.out, folder)
    assert latest(there.out, "acme") == "2026-01"
    assert not build(there).new
    study = data / "studies" / "acme.toml"
    study.write_text(study.read_text("utf-8").replace("value = 0.6\n", "value = 0.65\n"), "utf-8")
    build(order(out=bucket, vintage="2026-02"))
    assert vintages(there.out, "acme") == ["2026-01", "2026-02"]
    assert studies(there.out) == ["acme"]
    # What has no manifest was never finished, or is half gone.
    store, root = there.out._remote(), there.out.root
    store.rm(f"{root}/study=acme/vintage=2026-01/manifest.json")
    assert vintages(Place.at(bucket), "acme") == ["2026-02"]
    assert drop_old(there.out, "acme", keep=1) == []


@pytest.mark.parametrize("place", ["s3://no bucket/a b", "s3://nobody-has-this/reports"])
def test_a_bucket_that_is_none_is_storage_and_no_fault_of_ours(
    place: str, bucket: str, order: Callable[..., Order]
) -> None:
    with pytest.raises(StorageError, match="The reports there are as they were"):
        build(order(out=place))


def test_a_store_nobody_knows_is_refused(order: Callable[..., Order]) -> None:
    with pytest.raises(InputError, match="Protocol not known"):
        order(out="nowhere://bucket")


def told(data: Path, folder: Path) -> dict[str, Any]:
    return {"out": folder / "out", "work": folder / "work", "data": data, "draws": 20}


@pytest.fixture
def both(data: Path) -> list[str]:
    """Two studies that differ in their seed."""
    text = (data / "studies" / "acme.toml").read_text("utf-8")
    again = text.replace("seed = 1\n", "seed = 2\n")
    (data / "studies" / "acme2.toml").write_text(again, "utf-8")
    return ["acme", "acme2"]


def outputs(place: Place, names: list[str]) -> list[dict[str, str]]:
    found = [Manifest.read(place, f"study={name}/vintage=v") for name in names]
    return [dict(manifest.outputs) for manifest in found]


def test_processes_and_a_cluster_that_loses_a_worker_give_the_bytes_of_one_process(
    both: list[str], data: Path, tmp_path: Path
) -> None:
    from distributed import LocalCluster

    one, two, many = (
        orders(both, **told(data, tmp_path / name), vintage="v") for name in ("one", "two", "many")
    )
    assert [outcome.exit_code for outcome in build_all(one)] == [0, 0]
    assert [outcome.exit_code for outcome in build_all(two, jobs=2)] == [0, 0]
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs="ERROR"
    ) as cluster:
        results = build_all(many, scheduler=cluster.scheduler_address)
        lost = next(iter(cluster.workers.values())).process.pid
        first = next(results)
        os.kill(lost, signal.SIGKILL)
        rest = list(results)
    assert [outcome.exit_code for outcome in (first, *rest)] == [0, 0], rest
    expected = outputs(one[0].out, both)
    assert outputs(two[0].out, both) == expected
    assert outputs(many[0].out, both) == expected
    assert [outcome.exit_code for outcome in check_all(many)] == [0, 0]


def test_a_scheduler_that_is_not_there_is_refused(data: Path, tmp_path: Path) -> None:
    asked = orders(["acme"], **told(data, tmp_path))
    with pytest.raises(InputError, match="--scheduler"):
        list(build_all(asked, scheduler="nonsense://1"))
    with pytest.raises(InputError, match="--scheduler"):
        list(build_all(asked, scheduler="localhost"))


def test_an_address_where_no_scheduler_answers_is_told_within_seconds(
    server: str, data: Path, tmp_path: Path
) -> None:
    asked = orders(["acme"], **told(data, tmp_path))
    another = server.replace("http://", "tcp://")  # what speaks there is no Dask
    for address in ("tcp://127.0.0.1:9", another):
        with pytest.raises(LostError, match=f"no Dask scheduler answers at {address}") as caught:
            list(build_all(asked, scheduler=address))
        assert caught.value.exit_code == 4


def test_a_scheduler_that_dies_loses_what_was_not_built(
    both: list[str], data: Path, tmp_path: Path
) -> None:
    told_to = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--no-dashboard"]
    told_to += ["--port", "0", "--scheduler-file", str(tmp_path / "address.json")]
    scheduler = subprocess.Popen(told_to, stderr=subprocess.DEVNULL)
    while not (tmp_path / "address.json").exists():
        time.sleep(0.05)
        assert scheduler.poll() is None
    address = json.loads((tmp_path / "address.json").read_text())["address"]
    waiting = build_all(orders(both, **told(data, tmp_path)), scheduler=address)
    Timer(1.0, scheduler.kill).start()  # nobody is there to work, so everything waits
    outcomes = list(waiting)
    scheduler.wait()
    assert [outcome.exit_code for outcome in outcomes] == [4, 4]
    assert "its process was lost" in outcomes[0].message
