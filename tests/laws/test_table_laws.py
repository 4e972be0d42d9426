"""Laws of every table: solving, aggregating, units, regions, and prices against quantities."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import econ
from econ.inputoutput.models import price_effects
from econ.kernels.inputoutput.operator import LeontiefOperator

# Solves of a few sectors in double precision, some of them close to unproductive.
CLOSE = 1e-8


@st.composite
def tables(draw: Any) -> econ.InputOutputTable:
    """A productive table of two regions with a household column, satellites and value added."""
    n = draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    index = pd.MultiIndex.from_product([["North", "South"], [f"P{k}" for k in range(n)]])
    m = 2 * n
    A = rng.uniform(0.0, 1.0, (m, m)) * draw(st.floats(0.05, 0.95)) / m
    final = rng.uniform(1.0, 50.0, (m, 2))
    x = np.linalg.solve(np.eye(m) - A, final.sum(axis=1))
    Z = A * x
    rest = x - Z.sum(axis=0)
    return econ.InputOutputTable.from_frames(
        pd.DataFrame(Z, index, index),
        final=pd.DataFrame(final, index, ["P3_S14", "P6"]),
        primary=pd.DataFrame(
            np.array([[0.3], [0.4], [0.3]]) * rest, ["P7", "D1", "B2A3G"], [*map(" | ".join, index)]
        ),
        satellites=pd.DataFrame([rng.uniform(1.0, 9.0, m) * x], ["employment"], index),
        satellite_units={"employment": "persons"},
        unit="MEUR 2022 basic",
        rounding=1e-6,
    )


@given(tables())
def test_the_operator_times_the_inverse_is_the_identity(table: econ.InputOutputTable) -> None:
    n = len(table.products)
    L = table.operator.inverse()
    np.testing.assert_allclose(L - table.coefficients @ L, np.eye(n), atol=CLOSE)
    assert (L >= 0.0).all()


@given(tables(), st.floats(-5.0, 5.0))
def test_output_is_linear_in_demand(table: econ.InputOutputTable, k: float) -> None:
    n = len(table.products)
    f, g = np.linspace(1.0, 2.0, n), np.linspace(3.0, -1.0, n)
    solve = table.operator.solve
    np.testing.assert_allclose(solve(f + k * g), solve(f) + k * solve(g), rtol=CLOSE, atol=CLOSE)


@given(tables())
def test_multipliers_and_outputs_tell_the_same_total(table: econ.InputOutputTable) -> None:
    frame = econ.multipliers(table)
    f = table.final.sum(axis=1)
    for measure in table.measures:
        effect = frame[frame["measure"] == measure]["effect"].to_numpy()
        assert effect @ f == pytest.approx(table.measure(measure)[0].sum(), rel=CLOSE)
    # One unit of final demand is value added or imports in the end.
    by = frame.pivot(index="product", columns="measure", values="effect")
    np.testing.assert_allclose(by["gva"] + by["imports"], 1.0, rtol=CLOSE)


@given(tables())
def test_regions_add_up_to_the_whole(table: econ.InputOutputTable) -> None:
    pairs = list(zip(table.products.labels, table.regions, strict=True))
    small = table.map(econ.Concordance.from_pairs(table.products, pairs))
    np.testing.assert_allclose(small.output.sum(), table.output.sum(), rtol=CLOSE)
    np.testing.assert_allclose(small.gva.sum(), table.gva.sum(), rtol=CLOSE)
    # Demand in the proportions of the table gives the same output whichever way it is counted.
    whole = small.operator.solve(small.final.sum(axis=1))
    np.testing.assert_allclose(whole, small.output, rtol=CLOSE)


@given(tables(), st.sampled_from([("kEUR", 1e3), ("bnEUR", 1e-3)]))
def test_the_unit_of_money_changes_no_ratio(table: econ.InputOutputTable, scale: Any) -> None:
    prefix, k = scale
    labels = list(table.products.labels)
    other = econ.InputOutputTable.from_frames(
        pd.DataFrame(k * table.flows, labels, labels),
        final=pd.DataFrame(k * table.final, labels, list(table.final_uses.labels)),
        primary=pd.DataFrame(
            k * table.primary,
            list(table.primary_inputs.labels),
            [*labels, *table.final_uses.labels],
        ),
        unit=f"{prefix} 2022 basic",
        rounding=k * 1e-6,
    )
    measures = ["output", "gva", "compensation"]
    for kind in (None, "P3_S14"):
        frames = [
            econ.multipliers(
                t,
                measures,
                closure=kind and econ.Closure.households(t, spends=kind, total=2.0 * t.gva.sum()),
            )["effect"]
            for t in (table, other)
        ]
        np.testing.assert_allclose(frames[0], frames[1], rtol=CLOSE)


@given(tables())
def test_closing_the_model_only_adds(table: econ.InputOutputTable) -> None:
    closure = econ.Closure.households(table, spends="P3_S14", total=2.0 * table.gva.sum())
    frame = econ.multipliers(table, closure=closure)
    one, two = (frame[frame["type"] == kind]["effect"].to_numpy() for kind in ("I", "II"))
    assert (two >= one).all()


@given(tables())
def test_the_price_model_is_dual_to_the_quantity_model(table: econ.InputOutputTable) -> None:
    labels = list(table.products.labels)
    rise = pd.Series(np.linspace(0.0, 0.2, len(labels)), index=labels)
    prices = price_effects(table, rise)["price"].to_numpy()
    f = table.final.sum(axis=1)
    assert prices @ f == pytest.approx(float(rise.to_numpy() @ table.output), rel=CLOSE)


@given(tables(), st.sampled_from(["lu", "mixed", "gmres", "bicgstab", "sparse"]))
def test_every_path_gives_the_same_answer(table: econ.InputOutputTable, method: Any) -> None:
    f = table.final.sum(axis=1)
    forced = LeontiefOperator(table.flows, table.output, method=method)
    np.testing.assert_allclose(forced.solve(f), table.output, rtol=CLOSE)
