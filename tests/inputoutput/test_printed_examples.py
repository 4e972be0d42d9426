"""Examples that books, papers and other packages print, by the call one would type for each.

Figures are facts, typed in with their source; half of the last printed digit is the tolerance.
"""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import econ
from econ.inputoutput.models import constrained_output, price_effects, supply_effects
from econ.inputoutput.structure import decomposition

UNIT = "MUSD 2000 basic"


def near(found: Any, printed: Any, digits: int) -> None:
    """Hold results against what is printed with so many decimals; binary halves need a little."""
    np.testing.assert_allclose(np.asarray(found), printed, rtol=0, atol=0.5001 * 10.0**-digits)


@pytest.fixture
def two() -> econ.InputOutputTable:
    """Miller and Blair (2009), table 2.3, as it stands on the page."""
    return econ.InputOutputTable.from_frames([[150, 500], [200, 100]], final=[350, 1700], unit=UNIT)


# ---------------------------------------------------------------- demand


def test_new_demand_asks_for_the_output_of_section_2_3(two: econ.InputOutputTable) -> None:
    near(econ.demand_effects(two, [600, 1500]), [1247.5, 1841.6], 1)
    near(econ.leontief_inverse(two), [[1.2541, 0.3300], [0.2640, 1.1221]], 4)


def test_the_model_closed_to_households_has_the_inverse_of_section_2_5() -> None:
    table = econ.InputOutputTable.from_frames(
        pd.DataFrame([[150, 500], [200, 100]], ["1", "2"], ["1", "2"]),
        final=pd.DataFrame({"households": [50, 400], "others": [300, 1300]}, ["1", "2"]),
        primary=pd.Series({"1": 300, "2": 500}, name="wages"),
        unit=UNIT,
    )
    # Households buy 50 of their own labour, and earn 1,000 with what others pay them.
    closure = econ.Closure.from_coefficients(
        table,
        income="compensation",
        spending=pd.DataFrame({"households": [0.05, 0.40]}, ["1", "2"]),
        transfers=pd.DataFrame({"households": [0.05]}, ["households"]),
    )
    found = econ.leontief_inverse(table, closure=closure)
    # Recomputed, not seen in print; 0.5955 rounds either way.
    near(found, [[1.365, 0.425, 0.251], [0.527, 1.348, 0.5955], [0.570, 0.489, 1.289]], 3)
    assert list(found) == ["1", "2", "households"]
    asked = econ.demand_effects(table, {"1": 1.0}, closure=closure)
    near(asked, [1.365, 0.527], 3)


def test_a_table_of_coefficients_is_solved_as_textbooks_of_mathematics_do() -> None:
    # Chiang and Wainwright (2005), Fundamental Methods of Mathematical Economics, section 5.7:
    # A, final demand (10, 5, 6) and output (24.84, 20.68, 18.36); |I - A| = 0.384.
    table = econ.InputOutputTable.from_coefficients(
        [[0.2, 0.3, 0.2], [0.4, 0.1, 0.2], [0.1, 0.3, 0.2]], final=[10, 5, 6], unit=UNIT
    )
    near(table.output, [24.84, 20.68, 18.36], 2)
    cofactors = [[0.66, 0.30, 0.24], [0.34, 0.62, 0.24], [0.21, 0.27, 0.60]]
    near(econ.leontief_inverse(table) * 0.384, cofactors, 2)
    # A two-sector exercise of linear algebra: 40/3 of each.
    pair = econ.InputOutputTable.from_coefficients(
        [[0.3, 0.4], [0.35, 0.2]], final=[4, 6], unit=UNIT
    )
    near(pair.output, [40 / 3, 40 / 3], 9)


def test_the_pollution_of_leontief_1970_is_the_multiplier_of_a_satellite() -> None:
    # Leontief (1970), Environmental repercussions, tables 1 and 2: wheat 25 20 55 100, cloth
    # 14 6 30 50, and 50 and 10 grams of pollutant; the inverse in equation 4.
    goods = ["wheat", "cloth"]
    table = econ.InputOutputTable.from_frames(
        pd.DataFrame([[25, 20], [14, 6]], goods, goods),
        final=pd.Series([55, 30], goods),
        satellites=pd.DataFrame([[50, 10]], ["pollutant"], goods),
        satellite_units="t",
        unit=UNIT,
    )
    near(econ.leontief_inverse(table), [[1.457, 0.662], [0.232, 1.242]], 3)
    parts = [
        econ.demand_effects(table, {good: amount}, "pollutant").sum()
        for good, amount in (("wheat", 55), ("cloth", 30))
    ]
    near(sum(parts), 60.0, 9)


# ---------------------------------------------------------------- prices and supply


def test_dearer_value_added_moves_prices_as_in_section_2_6(two: econ.InputOutputTable) -> None:
    # Value added of 0.75 in place of 0.65 per unit of the first product.
    near(1 + price_effects(two, {"1": 0.10})["price"], [1.125, 1.033], 3)
    everywhere = price_effects(two, 0.10)["price"]
    near(everywhere, 0.10 * econ.multipliers(two, "output")["effect"], 12)


def test_ghosh_is_the_transposed_story_of_section_12_1(two: econ.InputOutputTable) -> None:
    near(two.frame("allocation"), [[0.15, 0.50], [0.10, 0.05]], 12)
    near(econ.ghosh_inverse(two), [[1.254, 0.660], [0.132, 1.122]], 3)
    near(supply_effects(two, {"1": 100}), [125.4, 66.0], 1)


def test_a_fixed_output_leaves_final_demand_to_follow(two: econ.InputOutputTable) -> None:
    found = constrained_output(two, output={"1": 1500}, final={"2": 1800}).set_index("product")
    # x2 = (1800 + 0.2 * 1500) / 0.95 and f1 = 0.85 * 1500 - 0.25 x2, by hand.
    near(found["output"], [1500.0, 2100 / 0.95], 9)
    near(found["final"], [0.85 * 1500 - 0.25 * 2100 / 0.95, 1800.0], 9)


# ---------------------------------------------------------------- regions


def interregional() -> econ.InputOutputTable:
    """Miller and Blair (2009), section 3.3: three sectors of region r and two of region s."""
    index = pd.MultiIndex.from_tuples([("r", 1), ("r", 2), ("r", 3), ("s", 1), ("s", 2)])
    flows = [
        [150, 500, 50, 25, 75],
        [200, 100, 400, 200, 100],
        [300, 500, 50, 60, 40],
        [75, 100, 60, 200, 250],
        [50, 25, 25, 150, 100],
    ]
    return econ.InputOutputTable.from_frames(
        pd.DataFrame(flows, index, index),
        output=pd.Series([1000, 2000, 1000, 1200, 800], index),
        unit=UNIT,
    )


def test_feedbacks_between_two_regions_are_those_of_section_3_3() -> None:
    table = interregional()
    A = table.frame("coefficients")
    near(A.loc["r", "s"], [[0.0208, 0.0938], [0.1667, 0.1250], [0.0500, 0.0500]], 4)
    # A demand of 100 for the first product of r: in both regions, and with r alone. The feedback
    # is that of the book's partitioned system: A_rs (I - A_ss)^-1 A_sr beside A_rr.
    both = econ.demand_effects(table, {("r", 1): 100})
    rr, rs, sr, ss = (A.loc[i, j].to_numpy() for i in "rs" for j in "rs")
    back = rs @ np.linalg.solve(np.eye(2) - ss, sr)
    near(both.loc["r"], np.linalg.solve(np.eye(3) - rr - back, [100, 0, 0]), 9)
    alone = econ.InputOutputTable.from_coefficients(
        A.loc["r", "r"], final=pd.Series([100, 0, 0], A.loc["r"].index), unit=UNIT
    )
    near(alone.output, np.linalg.solve(np.eye(3) - rr, [100, 0, 0]), 9)
    assert (both.loc["r"].to_numpy() > alone.output).all()


def test_pymrio_s_small_table_of_two_regions_has_its_inverses_multipliers_and_exports() -> None:
    # pymrio 0.6, tests/test_math.py, td_small_MRIO, as its frames are: L, G, M, D_exp.
    sectors = pd.MultiIndex.from_product(
        [["reg1", "reg2"], ["sector1", "sector2", "sector3"]], names=["region", "sector"]
    )
    uses = pd.MultiIndex.from_product(
        [["reg1", "reg2"], ["final demand"]], names=["region", "category"]
    )
    Z = [
        [10, 5, 1, 6, 5, 7],
        [0, 2, 0, 0, 5, 3],
        [10, 3, 20, 4, 2, 0],
        [5, 0, 0, 1, 10, 9],
        [0, 10, 1, 0, 20, 1],
        [5, 0, 0, 1, 10, 10],
    ]
    Y = pd.DataFrame([[14, 3], [2.5, 2.5], [13, 6], [5, 20], [10, 10], [3, 10]], sectors, uses)
    F = pd.DataFrame(
        [[20, 1, 42, 4, 20, 5], [5, 4, 11, 8, 2, 10]], ["ext_type_1", "ext_type_2"], sectors
    )
    table = econ.InputOutputTable.from_frames(
        pd.DataFrame(Z, sectors, sectors),
        final=Y,
        satellites=F,
        satellite_units=pd.Series("t", F.index),
        unit=UNIT,
    )
    L = econ.leontief_inverse(table)
    near(L.iloc[0], [1.33871463, 0.96897625, 0.05036623, 0.1782096, 0.57520194, 0.49851791], 8)
    near(L.iloc[4], [0.04400982, 1.53254725, 0.05259312, 0.01460251, 1.95452858, 0.24109178], 8)
    G = econ.ghosh_inverse(table)
    near(G.iloc[1], [0.07482651, 1.37164729, 0.02969614, 0.02185805, 0.93542302, 0.41222074], 8)
    M = econ.multipliers(table, "ext_type_1")["effect"]
    near(M, [0.89663832, 1.79654749, 1.16667966, 0.30131247, 1.43718868, 0.71776247], 8)
    abroad = econ.demand_effects(table, Y["reg2", "final demand"], "ext_type_1")
    near(abroad.loc["reg1"], [8.25183234, 0.53041134, 17.02843256], 8)
    at_home = econ.demand_effects(table, Y["reg1", "final demand"], "ext_type_1")
    near(at_home.loc["reg2"], [1.33075043, 9.79722686, 1.92557637], 8)


# ---------------------------------------------------------------- structure


def test_decomposition_by_sector_is_the_table_of_miller_and_blair() -> None:
    # Miller and Blair (2022), table 8.1, p. 351 (2009: table 13.1), worked in the course notebook
    # of Leiden University's CML: the two polar forms; the mean of both is equation 8.7.
    sectors = ["Sector 1", "Sector 2", "Sector 3"]
    start = econ.InputOutputTable.from_frames(
        pd.DataFrame([[10, 20, 25], [15, 5, 30], [30, 40, 5]], sectors, sectors),
        final=[45, 30, 25],
        unit=UNIT,
    )
    end = econ.InputOutputTable.from_frames(
        pd.DataFrame([[12, 15, 35], [24, 11, 30], [36, 50, 8]], sectors, sectors),
        final=[50, 35, 26],
        unit=UNIT,
    )
    found = decomposition(start, end, by="sector").pivot(
        index="product", columns="cause", values="value"
    )
    polar = {
        "technology": ([0.898419, 8.622001, 9.009966], [0.784597, 9.660650, 9.963899]),
        "final demand": ([11.101581, 11.377999, 10.990034], [11.215403, 10.339350, 10.036101]),
    }
    for cause, (first, second) in polar.items():
        near(found[cause], (np.array(first) + second) / 2, 6)
    near(found.sum(axis=1), [12.0, 20.0, 20.0], 9)
    by_origin = decomposition(start, end).groupby("cause")["value"].sum()
    pd.testing.assert_series_equal(by_origin, found.sum(), check_names=False)


# ---------------------------------------------------------------- supply and use


MADE = [[30, 1, 1, 0, 0], [1, 5, 1, 0, 0], [2, 0, 3, 0, 0], [0, 0, 1, 1, 0], [0, 0, 0, 0, 8]]
USED = [[12, 4, 5, 0, 0], [1, 1, 1, 0, 0], [0, 1, 1, 0, 0], [1, 0, 0, 0, 0], [0, 1, 1, 0, 0]]
# pySUT (Pauliuk, Majeau-Bettez and Mueller 2015), unit test: A of the commodity-technology
# construct and of industry technology by products, then by industries.
CONSTRUCTS = {
    "A": [
        [0.287015945, 0.742596811, 1.323462415, 0, 0],
        [0.009111617, 0.198177677, 0.264236902, 0, 0],
        [-0.025056948, 0.205011390, 0.273348519, 0, 0],
        [0.034168565, -0.006833713, -0.009111617, 0, 0],
        [-0.025056948, 0.205011390, 0.273348519, 0, 0],
    ],
    "B": [
        [0.387784091, 0.647186147, 0.645454545, 0.416666667, 0],
        [0.038825758, 0.147186147, 0.112121212, 0.083333333, 0],
        [0.010416667, 0.142857143, 0.100000000, 0.083333333, 0],
        [0.028409091, 0.004329004, 0.012121212, 0, 0],
        [0.010416667, 0.142857143, 0.100000000, 0.083333333, 0],
    ],
    "C": [
        [0.403189066, 0.664009112, 0.851936219, 0, 0],
        [0.031476496, 0.125284738, 0.123006834, 0, 0],
        [-0.048871402, 0.252847380, 0.230068337, 0, 0],
        [0.038448264, -0.042141230, -0.038344723, 0, 0],
        [0, 0.166666667, 0.166666667, 0, 0],
    ],
    "D": [
        [0.345238095, 0.715476190, 0.871726190, 0, 0],
        [0.033008658, 0.139880952, 0.145089286, 0, 0],
        [0.030844156, 0.144642857, 0.149851190, 0, 0],
        [0.015151515, 0, 0, 0, 0],
        [0, 0.166666667, 0.166666667, 0, 0],
    ],
}


@pytest.mark.parametrize("model", CONSTRUCTS)
def test_the_constructs_of_pysut_are_the_models_of_the_manual(model: Any) -> None:
    final = np.sum(MADE, axis=1) - np.sum(USED, axis=1)
    table = econ.SupplyUseTable.from_frames(MADE, USED, final=final, unit=UNIT)
    found = table.symmetric(model, negatives="keep").coefficients
    # Nine decimals are printed of all but three cells.
    near(found, CONSTRUCTS[model], 8)
