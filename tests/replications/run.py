"""Replicate every printed result at hand: `make replications`.

Writes build/replications.json and the page docs/reference/replications.md. Publications that are
not beside the project are skipped by name, and the page is then left as it is.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from national_offices import australia_1990, scotland_2016, uk_2010
from panels_and_textbooks import grunfeld, munnell_produc, wooldridge
from pooled_trials import bcg_trials, eight_schools
from replication import REPOSITORY, Absent, Replication
from small_tables import germany_1995, miller_blair, netherlands_2000
from space_and_shocks import adh_akm, adh_bhj, columbus, gpss_adh
from synthetic_controls import basque, german_reunification, prop99
from treatments import card_krueger, castle, ehec_medicaid, mpdta

PUBLICATIONS: dict[str, Callable[[], Iterator[Replication]]] = {
    "miller_blair": miller_blair,
    "germany_1995": germany_1995,
    "netherlands_2000": netherlands_2000,
    "uk_2010": uk_2010,
    "scotland_2016": scotland_2016,
    "australia_1990": australia_1990,
    "grunfeld": grunfeld,
    "munnell_produc": munnell_produc,
    "wooldridge": wooldridge,
    "prop99": prop99,
    "basque": basque,
    "german_reunification": german_reunification,
    "mpdta": mpdta,
    "card_krueger": card_krueger,
    "castle": castle,
    "ehec_medicaid": ehec_medicaid,
    "adh_akm": adh_akm,
    "adh_bhj": adh_bhj,
    "gpss_adh": gpss_adh,
    "columbus": columbus,
    "eight_schools": eight_schools,
    "bcg_trials": bcg_trials,
}
PAGE = REPOSITORY / "docs" / "reference" / "replications.md"
HEAD = """# Replications

Printed results, reproduced through the public interface by `make replications`. The publications
themselves are no part of the project; each tolerance is half of the last printed digit, or says
why it is another in `tests/replications/`.

| publication | result | numbers | largest difference | tolerance | |
|---|---|---:|---:|---:|---|
"""


def replicate() -> tuple[dict[str, list[Replication]], dict[str, str]]:
    """Return the replications of each publication at hand, and why others are skipped."""
    done: dict[str, list[Replication]] = {}
    skipped: dict[str, str] = {}
    for name, publication in PUBLICATIONS.items():
        try:
            done[name] = list(publication())
        except Absent as reason:
            skipped[name] = str(reason)
    return done, skipped


def page(done: dict[str, list[Replication]]) -> str:
    """Return the page of the documentation."""
    lines = [
        f"| {item.source} | {item.name} | {len(item.published):,} | {item.max_abs_diff:.1e} "
        f"| {item.tolerance:.1e} | {'pass' if item.record()['pass'] else '**fails**'} |"
        for items in done.values()
        for item in items
    ]
    return HEAD + "\n".join(lines) + "\n"


def main(folder: Path) -> int:
    """Write the record and the page; return 1 when a result at hand is not reproduced."""
    done, skipped = replicate()
    records = [
        {**item.record(), "name": f"{name}: {item.name}"}
        for name, items in done.items()
        for item in items
    ]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "replications.json"
    path.write_text(json.dumps(records, indent=1) + "\n", "utf-8")
    for reason in skipped.values():
        print(f"skipped {reason}")
    if not skipped:
        PAGE.write_text(page(done), "utf-8")
    failed = [record for record in records if not record["pass"]]
    for record in failed:
        print(f"fails {record['name']}: {record['max_abs_diff']:.3g} > {record['tolerance']:.3g}")
    print(f"{len(records) - len(failed)} of {len(records)} printed results reproduced: {path}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(REPOSITORY / "build"))
