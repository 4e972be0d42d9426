"""A study of many pledges: warehouses, data centres and factories in every departement in turn."""

from __future__ import annotations

import csv
import shutil
import tomllib
from pathlib import Path
from typing import Any, Final

import numpy as np

from econ.data.build import build_all
from econ.data.folder import data_folder

__all__ = ["many_pledges"]

MAIN: Final = "choose_france_2024"
SEED: Final = 20240513
SMALLEST, LARGEST = 5.0, 500.0  # MEUR, evenly spread on a logarithmic scale
FIRST_WORKS, LAST_WORKS = 2024, 2028
WAREHOUSE: Final = """
[[event]]
pledge = "{name}"
amount = {{ own = 2024 }}
template = "warehouse"
works = {{ start = {start}, shares = [0.5, 0.5], slip = "slip_warehouse" }}
realised = "realisation"
renewal = {{ spread = "life_spread", cost = "renewal_cost" }}
reference_case = "reference_case_warehouse"
[event.operation]
template = "warehouse_operation"
product = "H52"
opening = {opening}
ramp = "ramp_warehouse"
jobs = {{ per_million = "warehouse_jobs" }}
pay = "warehouse_pay"
cost = {{ per_job = "warehouse_purchases" }}
transfer = "intra_firm_transfer"
displacement = [{{ parameter = "displacement_retail", product = "G47" }}]
"""
DATA_CENTRE: Final = """
[[event]]
pledge = "{name}"
amount = {{ own = 2024 }}
template = "data_centre"
works = {{ start = {start}, shares = ["works_year_1", "works_year_2", "works_year_3"], slip = "slip_data_centre" }}
realised = "realisation"
abandoned = "abandonment"
renewal = {{ spread = "life_spread", cost = "renewal_cost" }}
[event.operation]
template = "data_centre_operation"
product = "J62_63"
opening = {opening}
ramp = "ramp_data_centre"
jobs = {{ per_million = "data_centre_jobs" }}
pay = "data_centre_pay"
cost = {{ per_capital = "data_centre_opex" }}
displacement = ["displacement_cloud"]
"""  # noqa: E501
FACTORY: Final = """
[[event]]
pledge = "{name}"
amount = {{ own = 2024 }}
template = "factory"
works = {{ start = {start}, shares = [0.4, 0.6], slip = "slip_data_centre" }}
realised = "realisation"
"""
KINDS: Final = (WAREHOUSE, DATA_CENTRE, FACTORY)


def many_pledges(folder: Path, count: int, *, regions: bool = False) -> Path:
    """Write a folder of data and a study of so many pledges into it.

    Parameters
    ----------
    folder : Path
        Must not exist yet.
    count : int
    regions : bool
        With the areas of the main study, a site for each pledge.

    Returns
    -------
    Path
        Of the study file.
    """
    shutil.copytree(data_folder(), folder)
    with (folder / "classifications" / "departements.csv").open(encoding="utf-8") as stream:
        places = [row["region"] for row in csv.DictReader(stream)]
    rng = np.random.default_rng(SEED)
    amounts = np.exp(rng.uniform(np.log(SMALLEST), np.log(LARGEST), count)).round(1)
    starts = rng.integers(FIRST_WORKS, LAST_WORKS + 1, count)
    names = [f"site_{number:04d}" for number in range(count)]
    pledges = folder / "pledges" / "pledges.csv"
    with pledges.open(encoding="utf-8", newline="") as stream:
        header = next(csv.reader(stream))
    with pledges.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header, restval="", lineterminator="\n")
        writer.writeheader()
        for place, (name, amount) in enumerate(zip(names, amounts, strict=True)):
            writer.writerow(
                {
                    "pledge": name,
                    "fact": f"S{place:04d}",
                    "record": "article",
                    "actor": f"Firm {place}",
                    "label": f"Site {place}",
                    "kind": "capital_expenditure",
                    "amount": float(amount),
                    "bound": "exactly",
                    "currency": "EUR",
                    "announced": "2024-05-13",
                    "location": places[place % len(places)],
                    "nuts": places[place % len(places)],
                    "status": "announced",
                    "certainty": "stated",
                    "source": "founding_article_2024",
                }
            )
    commitments = folder / "pledges" / "commitments.csv"
    with commitments.open(encoding="utf-8", newline="") as stream:
        header = next(csv.reader(stream))
    with commitments.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerow(
            {
                "commitment": "jobs_0000",
                "fact": "J0000",
                "record": "article",
                "actor": "Firm 0",
                "label": "Jobs of site 0",
                "kind": "jobs_permanent",
                "amount": 10,
                "bound": "exactly",
                "unit": "persons",
                "announced": "2024-05-13",
                "location": places[0],
                "nuts": places[0],
                "status": "announced",
                "pledge": names[0],
                "certainty": "stated",
                "source": "founding_article_2024",
            }
        )
    build_all(folder, ["pledges", "commitments"])
    events = [
        KINDS[place % len(KINDS)].format(
            name=name, start=int(start), opening=float(min(start + 3, 2032))
        )
        for place, (name, start) in enumerate(zip(names, starts, strict=True))
    ]
    main = tomllib.loads((folder / "studies" / f"{MAIN}.toml").read_text("utf-8"))
    held = {name: main[name] for name in ("study", "households", "additionality")}
    held["additionality"].pop("slack", None)
    for gone in ("context", "corrections", "record"):
        held["study"].pop(gone, None)
    held["study"] |= {"title": f"{count} made-up sites", "discount_rate": ""}
    held["report"] = {"economy": "France"}
    if regions:
        sites = {
            n: {_area(places[p % len(places)], main): "remainder"} for p, n in enumerate(names)
        }
        held["regions"] = {**main["regions"], "sites": sites, "others": []}
    study = folder / "studies" / f"sites_{count}.toml"
    study.write_text("\n".join([*_toml(held), *events]), "utf-8")
    return study


def _area(departement: str, main: dict[str, Any]) -> str:
    """Return the area of the main study that a departement is in."""
    areas = main["regions"]["areas"]
    return max((area for area in areas if departement.startswith(area)), key=len)


def _toml(tables: dict[str, Any]) -> list[str]:
    lines = []
    for name, table in tables.items():
        lines += [f"[{name}]", *[f"{key} = {_value(held)}" for key, held in table.items()], ""]
    return lines


def _value(held: Any) -> str:
    if isinstance(held, dict):
        return "{" + ", ".join(f"{key} = {_value(item)}" for key, item in held.items()) + "}"
    if isinstance(held, list):
        return "[" + ", ".join(map(_value, held)) + "]"
    if isinstance(held, bool | str):
        return str(held).lower() if isinstance(held, bool) else '"' + held.replace('"', '\\"') + '"'
    return repr(held)
