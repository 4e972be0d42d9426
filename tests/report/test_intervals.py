"""Every number that is an estimate has its interval, in every table; money is lost on no way."""

import numpy as np
import pandas as pd
import pytest

from econ.report.contents import Contents
from econ.report.tables import TABLES

# Numbers without an interval, and why.
BARE = {
    # of the draws themselves
    **dict.fromkeys(("gross_median", "net_median", "median", "mean", "per_thousand"), "draws"),
    **dict.fromkeys(("gross_above_zero", "net_above_zero", "above_zero", "none"), "draws"),
    **dict.fromkeys(("without_jobs", "cut", "outcome_low", "outcome_high"), "draws"),
    # stated, published or counted, not estimated here
    **dict.fromkeys(
        ("announced", "promised", "done", "share_done", "share_elapsed", "stated"), "stated"
    ),
    **dict.fromkeys(("rate", "threshold", "weight", "level", "employment"), "stated"),
    **dict.fromkeys(("persons", "pay"), "published"),
    "output_per_unit_sold": "a coefficient of the published table",
    # ends, errors and tests
    **dict.fromkeys(("swing", "std_error", "i_squared", "q", "q_p_value"), "diagnostic"),
    **dict.fromkeys(("first", "first_error", "total", "total_error"), "has its error"),
}
# Tables whose numbers stand at the central values, and say so on the page.
CENTRAL = {"own_shares", "readings", "pay_by_product", "chances", "assumptions"}


@pytest.fixture(scope="module")
def tables(shown: Contents) -> dict[str, pd.DataFrame]:
    return {name: table(shown) for name, table in TABLES.items()}


def test_every_number_of_every_table_has_its_interval_or_a_reason(
    tables: dict[str, pd.DataFrame],
) -> None:
    lacking = []
    for name, table in tables.items():
        whole = {"low", "high"} <= set(table) and name not in CENTRAL
        for column in map(str, table.select_dtypes("float64")):
            ends = (f"{column}_low", f"{column}_high")
            end = column.endswith(("low", "high"))
            if name in CENTRAL or end or column in BARE or set(ends) <= set(table):
                continue
            if not (whole and column in {"value", "estimate", "central", "ratio"}):
                lacking.append(f"{name}.{column}")
    assert lacking == []


def test_every_interval_holds_its_number(tables: dict[str, pd.DataFrame]) -> None:
    for name, table in tables.items():
        for column in map(str, table.select_dtypes("float64")):
            if f"{column}_low" not in table:
                continue
            found = table[[f"{column}_low", column, f"{column}_high"]].dropna()
            found = found[np.isfinite(found).all(axis=1)].to_numpy()
            assert (np.diff(found, axis=1) >= 0.0).all(), (name, column)


def test_every_table_names_the_publications_it_rests_on(tables: dict[str, pd.DataFrame]) -> None:
    assert all("eurostat_naio_10_cp1700" in table.attrs["sources"] for table in tables.values())


# ---------------------------------------------------------------- from pledge to effect

CENT = 1e-8  # in millions of euros


def test_what_enters_a_node_leaves_it_to_the_cent(tables: dict[str, pd.DataFrame]) -> None:
    flows, nodes = tables["flows"], tables["flow_nodes"]
    for node in nodes.to_dict("records"):
        stage, name, through = node["stage"], node["node"], node["amount"]
        entering = flows[(flows["stage"] == stage) & (flows["destination"] == name)]["amount"]
        leaving = flows[(flows["stage"] == stage + 1) & (flows["origin"] == name)]["amount"]
        if stage > 0:
            assert entering.sum() == pytest.approx(through, abs=CENT)
        if stage < 3:
            assert leaving.sum() == pytest.approx(through, abs=CENT)


def test_flows_begin_with_what_was_pledged_and_end_where_the_money_goes(
    shown: Contents, tables: dict[str, pd.DataFrame]
) -> None:
    nodes = tables["flow_nodes"].set_index(["stage", "node"])["amount"]
    pledged = sum(float(amount[0]) for amount in shown.amounts.values())
    assert nodes.groupby("stage").sum().to_numpy() == pytest.approx([pledged] * 4, abs=CENT)
    rows = tables["destinations"].query("subject == 'all'").set_index("destination")["amount"]
    assert nodes[3, "imports"] == pytest.approx(
        rows["imported directly"] + rows["imported by suppliers"], abs=CENT
    )
    assert nodes[3, "value added of contractors"] == pytest.approx(
        rows["value added of contractors"], abs=CENT
    )
    # The published table closes to 0.06 of 2,000 to 400,000 MEUR per column.
    assert abs(nodes[3, "discrepancy of the table"]) < 5e-5 * pledged


def test_imported_and_kept_shares_are_those_of_the_destinations(
    tables: dict[str, pd.DataFrame],
) -> None:
    kept = tables["kept_at_home"].set_index("subject")
    rows = tables["destinations"]
    for subject, found in rows.groupby("subject"):
        shares = found.set_index("destination")["share"]
        abroad = shares["imported directly"] + shares["imported by suppliers"]
        assert kept.loc[subject, "imported"] == pytest.approx(abroad, rel=1e-9)


# ---------------------------------------------------------------- other tables that gained some


def test_what_the_steps_take_off_adds_up_to_gross_less_net(tables: dict[str, pd.DataFrame]) -> None:
    for _, steps in tables["bridge"].groupby(["phase", "measure"]):
        lost = steps["left"].iloc[0] - steps["left"].iloc[-1]
        assert steps["lost"].sum() == pytest.approx(lost, rel=1e-9, abs=1e-9)


def test_tiles_add_up_to_the_country_and_have_intervals_of_their_own(
    tables: dict[str, pd.DataFrame],
) -> None:
    tiles = tables["tile_values"].groupby("phase")[["gross", "net"]].sum()
    jobs = tables["headline"].query("subject == 'all' and measure == 'employment'")
    whole = jobs.set_index("phase")[["gross", "net"]]
    pd.testing.assert_frame_equal(tiles, whole, check_names=False, rtol=1e-9)
    areas = tables["by_region"].query("subject == 'all' and measure == 'employment'")
    ends = areas.groupby("phase")["gross_high"].sum()
    # Sums of ends are no ends of sums: areas of one region do not all do best at once.
    assert (tables["tile_values"].groupby("phase")["gross_high"].sum() <= ends * (1 + 1e-9)).all()


def test_a_products_share_is_of_its_own_jobs(
    shown: Contents, tables: dict[str, pd.DataFrame]
) -> None:
    rows = tables["by_product"].query("measure == 'employment'").dropna(subset="employment")
    np.testing.assert_allclose(rows["gross_share"] * rows["employment"], rows["gross"], rtol=1e-9)
    jobs = dict(zip(shown.gross.products.labels, shown.employment, strict=True))
    # Job-years of construction stand over the product's own job-years of the same years.
    years = rows["phase"].map({"construction": len(shown.gross.years), "operation": 1})
    assert (rows["employment"] == rows["product"].map(jobs) * years).all()


def test_every_method_stands_with_an_interval_of_the_same_draws(
    tables: dict[str, pd.DataFrame],
) -> None:
    methods = tables["by_method"]
    moving = methods[methods["gross"].abs() > 1.0]
    assert (moving["gross_high"] > moving["gross_low"]).all()
    own = moving[moving["method"] == "flq"].set_index(["pledge", "title", "phase"])
    sites = tables["sites"].query("ring == 'site' and measure == 'employment'")
    found = sites.set_index(["pledge", "title", "phase"]).loc[own.index]
    np.testing.assert_allclose(own["gross_high"], found["gross_high"], rtol=1e-9)
