"""What stands at the borders: wrong options, frames and tables, refused by name."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import econ
from econ.errors import InputError
from econ.inputoutput.balancing import balance
from econ.inputoutput.models import (
    constrained_output,
    price_effects,
    supply_effects,
    with_endogenous_capital,
)
from econ.inputoutput.structure import (
    decomposition,
    influential_coefficients,
    multiplier_errors,
    supply_chains,
)
from econ.inputoutput.supply_use import SupplyUseTable
from econ.inputoutput.supply_use_balancing import balance_supply_use
from econ.kernels.inputoutput.operator import LeontiefOperator
from econ.quantity.axes import Axis

REGIONS = ["North", "South"]
PRODUCTS = ["A", "C", "F"]
USES = ["P3_S14", "P51G"]
# Sums and solves of six sectors in double precision.
CLOSE = 1e-10


def frames(index: pd.Index | None = None) -> dict[str, Any]:
    """Six products (two regions of three) whose rows and columns close, with imported flows."""
    rng = np.random.default_rng(0)
    names = [f"p{k}" for k in range(6)] if index is None else index
    labels = [f"p{k}" for k in range(6)] if index is None else list(map(" | ".join, index))
    Z, Y = rng.uniform(1.0, 10.0, (6, 6)), rng.uniform(5.0, 40.0, (6, 2))
    M = rng.uniform(0.1, 2.0, (6, 8))
    x = Z.sum(axis=1) + Y.sum(axis=1)
    rest = x - Z.sum(axis=0) - M.sum(axis=0)[:6]
    V = np.zeros((4, 8))
    V[0], V[1:, :6] = M.sum(axis=0), np.array([0.6, 0.1, 0.3])[:, None] * rest
    everyone = [*labels, *USES]
    return {
        "flows": pd.DataFrame(Z, names, names),
        "final": pd.DataFrame(Y, names, USES),
        "primary": pd.DataFrame(V, ["P7", "D1", "D29X39", "B2A3G"], everyone),
        "imported": pd.DataFrame(M, labels, everyone),
        "satellites": pd.DataFrame([10.0 * x], ["employment"], labels),
        "satellite_units": {"employment": "persons"},
        "unit": "MEUR 2022 basic",
        "rounding": 1e-9,
    }


def supply_use_frames(n: int = 3) -> dict[str, Any]:
    """Products and industries that close; industry I1 makes some of each product."""
    rng = np.random.default_rng(1)
    products, industries = [f"p{k}" for k in range(n)], [f"I{k}" for k in range(n)]
    S = np.diag(rng.uniform(80.0, 120.0, n))
    S[:, 1] += 5.0
    U = rng.uniform(2.0, 10.0, (n, n))
    added = S.sum(axis=0) - U.sum(axis=0)
    return {
        "supply": pd.DataFrame(S, products, industries),
        "use": pd.DataFrame(U, products, industries),
        "final": pd.DataFrame({"C": S.sum(axis=1) - U.sum(axis=1)}, products),
        "primary": pd.DataFrame([0.6 * added, 0.4 * added], ["D1", "B2A3G"], industries),
        "unit": "MEUR 2022 basic",
        "rounding": 1e-6,
    }


def refusal(make: Callable[[], object]) -> str:
    with pytest.raises(InputError) as caught:
        make()
    return str(caught.value)


@pytest.fixture(scope="module")
def table() -> econ.InputOutputTable:
    return econ.InputOutputTable.from_frames(**frames())


# ---------------------------------------------------------------- no economy behind a solution


@pytest.mark.parametrize("method", ["lu", "mixed", "gmres", "sparse"])
def test_a_negative_solution_of_an_unproductive_matrix_is_an_error(method: Any) -> None:
    rng = np.random.default_rng(0)
    A = rng.random((40, 40))
    A *= 1.3 / np.abs(np.linalg.eigvals(A)).max()
    given = sparse.csr_array(A) if method == "sparse" else A
    operator = LeontiefOperator(given, method=method)
    words = r"right-hand side 1 falls to -.* the matrix is unproductive"
    for solve in (operator.solve, operator.solve_transposed):
        with pytest.raises(ArithmeticError, match=words):
            solve(np.column_stack([np.zeros(40), np.ones(40)]))
    with pytest.raises(ArithmeticError, match="unproductive"):
        operator.inverse()


def test_a_negative_solution_that_proves_nothing_is_returned() -> None:
    A = np.array([[0.2, 0.1], [0.3, 0.1]])
    asked = np.array([1.0, -5.0])
    found = LeontiefOperator(A).solve(asked)
    np.testing.assert_allclose(found - A @ found, asked)
    assert found.min() < 0.0
    # Flows below zero make outputs below zero in an economy that is productive.
    A[0, 1] = -0.9
    assert LeontiefOperator(A).solve(np.array([0.1, 1.0])).min() < 0.0


def test_an_economy_of_barely_less_than_one_is_solved() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        A = rng.random((30, 30)) * (rng.random((30, 30)) < 0.2)
        A *= (1.0 - 1e-4) / max(np.abs(np.linalg.eigvals(A)).max(), 1e-3)
        assert LeontiefOperator(A).solve(np.eye(30)).min() > -1e-8
        LeontiefOperator(A).inverse()


# ---------------------------------------------------------------- imports and value added


def test_imported_flows_without_a_row_of_imports_are_refused_beside_value_added() -> None:
    given = frames()
    whole = econ.InputOutputTable.from_frames(**given)
    found = econ.multipliers(whole, ["imports"])
    A, M = whole.coefficients, given["imported"].to_numpy()
    wanted = (M.sum(axis=0)[:6] / whole.output) @ np.linalg.inv(np.eye(6) - A)
    np.testing.assert_allclose(found["effect"], wanted, rtol=CLOSE)
    # Called something else, the imports still close every column, but no multiplier counts them.
    for change in (
        {"roles": {"P7": "other"}},
        {"primary": given["primary"].drop("P7"), "rounding": 0.05, "statistical_discrepancy": 99.0},
    ):
        message = refusal(lambda change=change: econ.InputOutputTable.from_frames(**given | change))
        assert "column primary: imported flows, but no row of imports" in message
        assert "give primary a row of imports: the column sums of imported" in message


def test_imported_flows_are_taken_where_no_value_added_closes_the_columns() -> None:
    given = frames()
    wages = given["primary"].loc[["D1", "D29X39"]]
    table = econ.InputOutputTable.from_frames(**given | {"primary": wages})
    assert "imports" not in table.measures
    assert "value imports: the table has no such row" in refusal(
        lambda: econ.multipliers(table, ["imports"])
    )
    nothing = econ.InputOutputTable.from_frames(**given | {"primary": None})
    assert nothing.import_share("P3_S14").max() > 0.0


def of_which(given: dict[str, Any]) -> pd.DataFrame:
    """Value added in one row, with wages and taxes as parts of it."""
    primary = given["primary"].copy()
    primary.loc["B1G"] = primary.drop("P7", errors="ignore").sum()
    return primary.drop("B2A3G")


def test_parts_of_value_added_that_are_more_than_it_are_refused_by_name() -> None:
    given = frames()
    primary = of_which(given)
    econ.InputOutputTable.from_frames(**given | {"primary": primary})
    primary.loc["D1", "p2"] = primary.loc["B1G", "p2"]
    message = refusal(lambda: econ.InputOutputTable.from_frames(**given | {"primary": primary}))
    assert "1 fault" in message
    assert "row value_added, column p2, value" in message
    assert "parts of value added (compensation and production_taxes) exceed it" in message
    assert "give the surplus below zero as a row of its own" in message
    # A loss stated as such explains it, and so does a subsidy.
    loss = primary.copy()
    loss.loc["B2A3G"] = 0.0
    loss.loc["B2A3G", "p2"] = -loss.loc["D29X39", "p2"]
    econ.InputOutputTable.from_frames(**given | {"primary": loss})
    primary.loc["D1", "p2"] += 3.0
    primary.loc["D29X39", "p2"] = -3.0
    econ.InputOutputTable.from_frames(**given | {"primary": primary})


def test_parts_of_an_industrys_value_added_are_held_to_the_same() -> None:
    given = supply_use_frames()
    primary = of_which(given)
    SupplyUseTable.from_frames(**given | {"primary": primary})
    primary.loc["D1", "I1"] = 1.1 * primary.loc["B1G", "I1"]
    message = refusal(lambda: SupplyUseTable.from_frames(**given | {"primary": primary}))
    assert "row value_added, column I1" in message
    assert "parts of value added (compensation) exceed it" in message


# ---------------------------------------------------------------- options by name

# Of every type that is taken for another: letters for a list, truth for one, dates for numbers.
STRANGERS: tuple[Any, ...] = (
    *("wages", b"x", 1j, float("nan"), -1, [], [None], {"p0": 1.0}, object(), np.zeros((2, 2))),
    *(np.array("x"), pd.NA, pd.Series({"p0": "a"}), pd.Series({"p0": True}), 10**400),
    *(pd.Series([1.0, 2.0], ["p0", "p0"]), pd.Series({"p9": 1.0}), pd.Series({"p0": np.nan})),
    *(pd.Series(pd.to_datetime(["2022-01-01"]), ["p0"]), pd.DataFrame({"p0": ["x"]}), int),
)

# An account of any name, patience without end, costs that fall alike, and amounts by product.
FITTING = (
    *(("name", STRANGERS[0]), ("most_iterations", STRANGERS[14]), ("costs", STRANGERS[4])),
    *((what, STRANGERS[7]) for what in ("costs", "primary", "output", "consumption", "demand")),
)


def calls(table: econ.InputOutputTable) -> dict[Callable[..., Any], dict[str, Any]]:
    """Every labelled function with arguments it takes."""
    one, products = pd.Series({"p0": 1.0}), list(table.products.labels)
    account = econ.Account("households", "compensation", "P3_S14")
    closure = econ.Closure.of(table, [account])
    cells = pd.DataFrame([[1.0, 2.0], [3.0, 4.0]], ["a", "b"], ["x", "y"])
    rows, columns = pd.Series({"a": 4.0, "b": 6.0}), pd.Series({"x": 5.0, "y": 5.0})
    made = pd.DataFrame([[10.0, 0.0], [0.0, 10.0]], ["a", "b"], ["I", "J"])
    used = pd.DataFrame([[4.0, 6.0], [6.0, 4.0]], ["a", "b"], ["I", "C"])
    search = {"tolerance": 1e-10, "most_iterations": 100}

    def account_of(**fields: Any) -> econ.Closure:
        return econ.Closure.of(table, [econ.Account(**fields)])

    return {
        econ.linkages: {"table": table, "variation": True},
        econ.leontief_inverse: {"table": table, "closure": closure},
        econ.ghosh_inverse: {"table": table},
        econ.demand_effects: {
            **{"table": table, "demand": one, "measure": "gva", "closure": closure}
        },
        econ.extraction: {
            **{"table": table, "measures": ["output"], "kind": "backward", "share": 0.5},
            "groups": {"g": ["p0", "p1"]},
        },
        econ.multipliers: {"table": table, "measures": ["output"], "closure": closure},
        price_effects: {"table": table, "costs": one, "of": "imports", "pass_through": 0.5},
        supply_effects: {"table": table, "primary": one},
        constrained_output: {"table": table, "output": one, "final": pd.Series({"p1": 1.0})},
        with_endogenous_capital: {
            **{"table": table, "formation": "P51G"},
            "consumption": pd.Series({"p0": 0.1}),
        },
        decomposition: {"start": table, "end": table, "measure": "output", "by": "sector"},
        supply_chains: {"table": table, "demand": one, "measure": "gva", "threshold": 0.1},
        influential_coefficients: {"table": table, "norm": "sum"},
        multiplier_errors: {
            **{"table": table, "measure": "output", "relative": 0.1, "together": False}
        },
        balance: {
            **{"table": cells, "row_totals": rows, "column_totals": columns, "method": "gras"},
            **{"fixed": cells > 9.0, **search},
        },
        balance_supply_use: {
            **{"supply": made, "use": used, "imported_use": used / 10.0, "imports": 2.0},
            "industry_output": pd.Series({"I": 12.0, "J": 12.0}),
            "use_totals": pd.Series({"I": 13.0, "C": 13.0}),
            **search,
        },
        econ.Closure.households: {
            **{"table": table, "spends": "P3_S14", "income": "compensation", "total": "income"}
        },
        econ.Closure.of: {
            **{"table": table, "accounts": [account]},
            "transfers": pd.DataFrame({"households": [0.1]}, ["households"]),
        },
        account_of: {
            **{"name": "households", "income": "compensation", "spends": "P3_S14"},
            "total": "income",
        },
        econ.Closure.from_coefficients: {
            **{"table": table, "income": "compensation", "transfers": None},
            "spending": pd.DataFrame({"households": [0.1] * 6}, products),
        },
        econ.Closure: {
            **{"kind": "II", "accounts": closure.accounts, "income": closure.income},
            **{"spending": closure.spending, "transfers": closure.transfers},
        },
        closure.on: {"table": table},
        SupplyUseTable.from_frames(**supply_use_frames()).symmetric: {
            **{"model": "A", "negatives": "balance"}
        },
        econ.Concordance.from_pairs: {
            **{"source": table.products, "pairs": [(label, "all") for label in products]}
        },
        table.map: {
            "concordance": econ.Concordance.from_pairs(
                table.products, [(label, "all") for label in products]
            )
        },
        table.measure: {"name": "output"},
        table.frame: {"block": "flows"},
        table.import_share: {"use": "P3_S14"},
    }


def test_every_labelled_function_takes_what_it_asks_for_and_refuses_strangers_by_name(
    table: econ.InputOutputTable,
) -> None:
    said = []
    for function, given in calls(table).items():
        function(**given)
        for argument in given:
            for stranger in STRANGERS:
                if any(argument == known and stranger is fit for known, fit in FITTING):
                    continue
                try:
                    function(**{**given, argument: stranger})
                except econ.EconError:
                    continue
                except Exception as error:
                    words = f"{type(error).__name__}: {error}"
                else:
                    words = "taken"
                said.append(f"{function.__qualname__}({argument}={stranger!r}) {words}")
    assert said == []


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda t: econ.extraction(t, kind="half"), "column kind, value half: no kind; write 'com"),
        (lambda t: econ.extraction(t, kind="forward", share="0.5"), "value '0.5': not a finite nu"),
        (lambda t: econ.extraction(t, groups="regions"), "column groups, value 'regions': no grou"),
        (lambda t: econ.extraction(t, groups={"g": "p0"}), "column group g, value 'p0': no list o"),
        (lambda t: econ.extraction(t, groups={"g": ["p0", "p0"]}), "value p0: counted twice"),
        (
            lambda t: econ.linkages(t, variation="no"),
            "variation, value 'no': neither true nor fals",
        ),
        (lambda t: econ.linkages(t.flows), "column table, value ndarray: of another type; give an"),
        (lambda t: econ.multipliers(t, "outputs"), "measure, value outputs: the table has no such"),
        (lambda t: econ.multipliers(t, ["gva", None]), "row 2, column measures, value None: no na"),
        (lambda t: econ.multipliers(t, closure="II"), "value str: of another type; give an econ.C"),
        (lambda t: price_effects(t, [0.1, 0.2]), "column costs: shape (2,), and the table has 6 "),
        (
            lambda t: price_effects(t, pd.Series({"p0": "dear"})),
            "row p0, column costs costs, value",
        ),
        (lambda t: influential_coefficients(t, norm="max"), "write 'sum' or 'euclidean'"),
        (lambda t: multiplier_errors(t, relative="0.1"), "relative, value '0.1': not a finite num"),
        (lambda t: supply_chains(t, pd.Series({"p0": 1.0}), threshold=0.0), "no threshold; give a"),
        (
            lambda t: multiplier_errors(t, relative=pd.DataFrame({"p9": [0.1]}, ["p0"])),
            "column relative column, value p9: unknown label",
        ),
        (
            lambda t: supply_chains(t, pd.Series([1.0, 2.0], ["p0", "p0"])),
            "column demand, value p0: duplicate label; merge the two",
        ),
        (
            lambda t: econ.Closure.households(t, spends="P3_S14", total=None),
            "column total of households, value None: not a finite number; write 'income', 'spend",
        ),
        (
            lambda t: econ.Closure.households(t, spends=("P3_S14", "P3_S14")),
            "column spends, value P3_S14: counted twice",
        ),
        (
            lambda t: econ.Closure.households(t, spends="P3_S14", income=("gva", "D1")),
            "column income, value D1: counted twice; it is in 'gva' already",
        ),
        (
            lambda t: econ.Closure.households(
                t, spends=pd.Series([1.0, np.nan, 1, 1, 1, 1], list(t.products.labels))
            ),
            "row p1, column spends: not finite",
        ),
        (
            lambda t: econ.Closure.of(t, [econ.Account("h", "D1", "P51G")], {"h": {"h": 0.1}}),
            "column transfers, value dict: of another type",
        ),
        (
            lambda t: econ.Closure.of(
                t,
                [econ.Account("h", "D1", "P51G")],
                pd.DataFrame({"h": [np.inf]}, ["h"]),
            ),
            "row h, column transfers h: not finite",
        ),
        (
            lambda t: econ.Closure.of(t, ["households"]),
            "column account 1, value str: of another ty",
        ),
        (
            lambda t: econ.Closure(
                "II", Axis("account", ["h"]), np.zeros((1, 6)), np.zeros((5, 1)), np.zeros((1, 1))
            ),
            r"column spending: shape (5, 1); give shape (6, 1)",
        ),
        (
            lambda t: econ.Closure(
                "II", Axis("account", ["h"]), np.zeros((1, 5)), np.zeros((5, 1))
            ).on(t),
            "column closure: made from a table of other products",
        ),
    ],
)
def test_what_does_not_fit_is_named_with_its_mend(
    table: econ.InputOutputTable, call: Callable[[Any], object], words: str
) -> None:
    assert words in refusal(lambda: call(table))


def test_options_of_the_balances_are_refused_by_name() -> None:
    cells = pd.DataFrame([[1.0, 2.0], [3.0, 4.0]], ["a", "b"], ["x", "y"])
    totals = pd.Series({"a": 4.0, "b": 6.0}), pd.Series({"x": 5.0, "y": 5.0})
    for options, words in (
        ({"tolerance": "tight"}, "column tolerance, value 'tight': not a finite number"),
        ({"tolerance": 0.01}, "value 0.01: no tolerance; give a share above zero and below 0.01"),
        ({"tolerance": 0.0}, "value 0.0: no tolerance; give a share above zero and below 0.01"),
        ({"tolerance": np.nan}, "column tolerance, value nan: not a finite number"),
        ({"most_iterations": 1.5}, "column most_iterations, value 1.5: no count"),
        ({"fixed": cells}, "column fixed x, value float64: not true or false"),
        ({"fixed": cells.to_numpy() > 1}, "column fixed, value ndarray: of another type"),
    ):
        assert words in refusal(lambda options=options: balance(cells, *totals, **options))
    message = refusal(lambda: balance(cells.to_numpy(), list(totals[0]), totals[1]))
    assert "column column totals row, value x: unknown label; choose one of: 1, 2" in message
    assert "column row totals, value float: of another type; give a pandas.Series" in refusal(
        lambda: balance(cells, 10.0, totals[1])
    )
    made = pd.DataFrame(np.eye(2), ["a", "b"], ["I", "J"])
    alone = {"industry_output": pd.Series({"I": 1.0, "J": 1.0}), "use_totals": totals[1] / 5.0}
    message = refusal(lambda: balance_supply_use(made, cells, **alone, imports=2.0))
    assert "imported use and imports go together; give both, or leave both out" in message


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (("p0", "all", 0.5, 0.5), r"('p0', 'all', 0.5, 0.5): no pair; give (source, target)"),
        ("ab", "row 1, column pairs, value 'ab': no pair"),
        (("p0", 3), "('p0', 3): a label that is no string"),
        (("p0", "all", "half"), "no share; give a share of zero to one"),
        (("p0", "all", 1.5), "no share; give a share of zero to one"),
        (("p0", "all", True), "no share; give a share of zero to one"),
    ],
)
def test_what_is_no_pair_of_a_concordance_is_refused_with_its_place(pair: Any, words: str) -> None:
    axis = Axis("product", ["p0", "p1"])
    others = [("p1", "all")]
    assert words in refusal(lambda: econ.Concordance.from_pairs(axis, [pair, *others]))


def test_a_concordance_of_another_type_is_refused_by_name(table: econ.InputOutputTable) -> None:
    axis = Axis("product", ["p0", "p1"])
    for pairs, words in (
        ({"p0": "all", "p1": "all"}, "value dict: a mapping; give pairs: mapping.items()"),
        (None, "column pairs, value None: no list"),
        ([("p0", "a", 0.5), ("p0", "a", 0.5), ("p1", "a")], "value p0 to a: stands twice"),
    ):
        assert words in refusal(lambda pairs=pairs: econ.Concordance.from_pairs(axis, pairs))
    assert "column source, value list: of another type" in refusal(
        lambda: econ.Concordance.from_pairs(["p0"], [("p0", "all")])  # type: ignore[arg-type]
    )
    assert "column weights, value <U1: not numbers" in refusal(
        lambda: econ.Concordance(axis, Axis("product", ["a"]), np.array([["x"], ["y"]]))
    )
    assert "column concordance, value list: of another type" in refusal(lambda: table.map([]))
    assert "column p5, value 0.0: goes nowhere" in refusal(lambda: table.map({"p0": "all"}))
    assert "value 'p0': no list" in refusal(lambda: Axis("product", "p0"))
    assert "value 'p0': no list" in refusal(lambda: axis.positions("p0"))


# ---------------------------------------------------------------- labels, not positions


def test_a_measure_below_zero_is_named_where_chains_would_cancel() -> None:
    given = frames()
    shift = given["primary"].loc["B2A3G", "p3"] + 2.0
    given["primary"].loc["B2A3G", "p3"] -= shift
    given["primary"].loc["D1", "p3"] += shift
    table = econ.InputOutputTable.from_frames(**given)
    message = refusal(lambda: supply_chains(table, pd.Series({"p0": 1.0}), "surplus"))
    assert "row p3, column surplus, value -" in message
    assert "its chains would cancel others" in message


def two_industries(makers: list[str]) -> SupplyUseTable:
    """Industry Q makes more of p than of q, and model A takes out of it what it has not."""
    goods = ["p", "q"]
    S = pd.DataFrame([[100.0, 60.0], [0.0, 40.0]], goods, ["P", "Q"])[makers]
    U = pd.DataFrame([[0.0, 0.0], [30.0, 0.4]], goods, ["P", "Q"])[makers]
    final = pd.DataFrame({"f": S.sum(axis=1) - U.sum(axis=1)})
    return SupplyUseTable.from_frames(S, U, final=final, unit="MEUR 2022 basic")


def test_industries_that_do_not_make_the_product_in_their_place_are_named() -> None:
    message = refusal(lambda: two_industries(["Q", "P"]).symmetric("A", negatives="almon"))
    assert "row p, column supply, value Q: not the main maker of the product" in message
    assert "row q, column supply, value P: not the main maker of the product" in message
    assert "order the industries as the products, or aggregate" in message


def test_flows_that_cannot_be_balanced_are_named_by_label() -> None:
    message = refusal(lambda: two_industries(["P", "Q"]).symmetric("A", negatives="balance"))
    assert "column column, value q -" in message
    assert "negative total; keep the flows below zero, or use model B or D" in message


def test_supply_and_use_that_a_model_cannot_take_are_named_by_label() -> None:
    given = supply_use_frames()
    table = SupplyUseTable.from_frames(**given)
    jobs = pd.DataFrame([[1.0, 2.0, 3.0]], ["jobs"], given["supply"].columns)
    empty = {**given, "supply": given["supply"].copy(), "primary": None, "satellites": jobs}
    empty["supply"].loc["p2", "I1"] += empty["supply"].loc["p2", "I2"]
    empty["supply"].loc["p2", "I2"] = 0.0
    idle = SupplyUseTable.from_frames(**empty, satellite_units={"jobs": "persons"})
    assert "column industry, value I2: no supply; leave it out" in refusal(
        lambda: idle.symmetric("A")
    )
    assert "row jobs, column I2, value 3.0: no output beside it; it would vanish" in refusal(
        lambda: idle.symmetric("B")
    )
    for model in ("E", None, ["A"]):
        message = refusal(lambda model=model: table.symmetric(model))
        assert "no model; write 'A' or 'B' or 'C' or 'D'" in message
    assert "column rounding, value 'fine': not a finite number" in refusal(
        lambda: SupplyUseTable.from_frames(**given | {"rounding": "fine"})
    )
    # Numbers without labels cannot be held against rows that have them.
    assert "column supply row, value 1: label missing; add it" in refusal(
        lambda: SupplyUseTable.from_frames(**given | {"use": given["use"].to_numpy()})
    )


# ---------------------------------------------------------------- regions and products


def crossed(names: list[str] | None = None, products: list[str] | None = None) -> pd.MultiIndex:
    return pd.MultiIndex.from_product([REGIONS, products or PRODUCTS], names=names)


def test_levels_in_another_order_than_those_of_the_rows_are_refused_once() -> None:
    given = frames(crossed())
    econ.InputOutputTable.from_frames(**given)
    turned = given["flows"].reorder_levels([1, 0], axis=1)
    message = refusal(lambda: econ.InputOutputTable.from_frames(**given | {"flows": turned}))
    assert "1 fault" in message
    assert "column flows column: levels as in A, North in another order than the flows" in message
    assert "region first: frame.reorder_levels" in message
    final = given["final"].reorder_levels([1, 0])
    message = refusal(lambda: econ.InputOutputTable.from_frames(**given | {"final": final}))
    assert "column final row: levels as in A, North in another order" in message


def test_levels_whose_labels_are_alike_are_told_apart_by_their_names() -> None:
    rows = crossed(["region", "product"], REGIONS)
    flows = pd.DataFrame(np.arange(16.0).reshape(4, 4), rows, rows)
    given = {"output": pd.Series(np.full(4, 100.0), rows), "unit": "MEUR 2022 basic"}
    econ.InputOutputTable.from_frames(flows, **given)
    turned = flows.copy()
    turned.columns = rows.set_names(["product", "region"])
    message = refusal(lambda: econ.InputOutputTable.from_frames(turned, **given))
    assert "levels (product, region) in another order than the flows, (region, product)" in message
    both = turned.set_axis(turned.columns, axis=0)
    message = refusal(lambda: econ.InputOutputTable.from_frames(both, **given))
    assert "column flows: levels (product, region); the region comes first" in message


def test_columns_of_other_levels_than_the_rows_are_refused_once() -> None:
    given = frames(crossed())
    plain = given["flows"].set_axis([f"p{k}" for k in range(6)], axis=1)
    message = refusal(lambda: econ.InputOutputTable.from_frames(**given | {"flows": plain}))
    assert "1 fault" in message
    assert "column flows column: 1 level(s), where the flows have 2" in message
    # Both levels in one label are what errors and results call a product.
    joined = given["flows"].set_axis(list(map(" | ".join, crossed())), axis=1)
    econ.InputOutputTable.from_frames(**given | {"flows": joined})
