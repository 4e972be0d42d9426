"""UK 2010 (ONS), Scotland 2016 (Scottish Government), Australia 1989-90 (ABS)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
from replication import Replication, column_of, published_folder

import econ

DOUBLE_PRECISION = 1e-9
EXCEL = 1e-6


def uk_2010() -> Iterator[Replication]:
    """127 products: the inverse, and multipliers and effects for output, GVA, employment costs."""
    folder = published_folder("uk_2010")

    def wide(file: str) -> pd.DataFrame:
        long = pd.read_csv(folder / file, dtype={"uk_row": str, "uk_col": str})
        frame = long.pivot(index="uk_row", columns="uk_col", values="values")
        return frame.loc[list(dict.fromkeys(long["uk_row"])), list(dict.fromkeys(long["uk_col"]))]

    use = wide("Input_Output_table_domestic_use_basic_prices_product_by_product_.long.csv.gz")
    inverse = wide("Leontief_Inverse_product_by_product_.long.csv.gz")
    products = [label for label in inverse.index if label != "Total"]
    totals = {"Total intermediate demand", "Total demand"}
    uses = [label for label in use.columns if label not in totals and label not in products]
    roles = {
        "Imported goods and services": "imports",
        "Taxes less subsidies on products": "product_taxes",
        "Taxes less subsidies on production": "production_taxes",
        "Compensation of employees": "compensation",
        "Gross Operating Surplus": "surplus",
    }
    table = econ.InputOutputTable.from_frames(
        use.loc[products, products],
        final=use.loc[products, uses],
        output=use.loc["Total output", products],
        primary=use.loc[list(roles), products + uses].fillna(0.0),
        roles=roles,
        unit="MGBP 2010 basic",
        region="UK",
        name="uk_2010",
    )
    source = "ONS, UK input-output analytical tables 2010, product by product"
    L = table.operator.inverse()
    wanted = inverse.loc[products, products].to_numpy()
    yield Replication("Leontief inverse", source, wanted.ravel(), L.ravel(), DOUBLE_PRECISION)
    printed = pd.read_csv(folder / "published_multipliers_and_effects.csv")
    frame = econ.multipliers(table, ["output", "gva", "compensation"])
    for column, measure, ours in (
        ("Output multiplier", "output", "multiplier"),
        ("GVA multiplier", "gva", "multiplier"),
        ("GVA effects", "gva", "effect"),
        ("Employment cost multiplier", "compensation", "multiplier"),
        ("Employment cost effects", "compensation", "effect"),
    ):
        # A product without employment costs has no multiplier; the office prints zero.
        found = pd.Series(column_of(frame, ours, measure=measure)).fillna(0.0)
        wanted = printed[column].to_numpy(dtype=np.float64)
        yield Replication(column, source, wanted, list(found), DOUBLE_PRECISION)


def _scottish_sheet(name: str, rows: int) -> pd.DataFrame:
    path = published_folder("scotland_2016") / "IO2016.xlsx"
    with pd.ExcelFile(path) as sheets:
        place = next(sheet for sheet in sheets.sheet_names if str(sheet).strip() == name)
        raw = pd.read_excel(sheets, sheet_name=place, header=None)
    body = raw.iloc[7 : 7 + rows, 3:].copy()
    body.index = pd.Index([str(label) for label in raw.iloc[7 : 7 + rows, 1]])
    codes = raw.iloc[5, 3:].where(raw.iloc[5, 3:].notna(), raw.iloc[6, 3:])
    body.columns = pd.Index([str(label).strip() for label in codes])
    return body


def scotland_2016() -> Iterator[Replication]:
    """98 industries, Type I and Type II closed on total household income."""
    source = "Scottish Government, Input-Output tables 1998-2016, year 2016, industry by industry"
    sheet = _scottish_sheet("IxI", 108)
    raw = sheet.iloc[:, : 98 + 20]
    industries = list(raw.index[:98])
    names = [
        *industries,
        *("intermediate", "P3_S14", "P3_S15", "P3_S1311", "P3_S1313", "P3", "P51G", "P53", "P52"),
        *("P5", "P6_tourists", "P6_RUK", "P6_ROW", "P6", "final", "total"),
    ]
    raw = raw.iloc[:, : len(names)].set_axis(names, axis=1)
    uses = ["P3_S14", "P3_S15", "P3_S1311", "P3_S1313", "P51G", "P53", "P52"]
    uses += ["P6_tourists", "P6_RUK", "P6_ROW"]
    roles = {
        "RUKImp": "imports",
        "RoWImp": "imports",
        "TlSPrds": "product_taxes",
        "TlSPrdn": "production_taxes",
        "CoE": "compensation",
        "GOS": "surplus",
    }
    primary = raw.loc[list(roles), industries + uses].apply(pd.to_numeric).fillna(0.0)
    output = raw.loc["TOut", industries].astype(float)
    # The tables print no jobs; the Type I effects and multipliers tell the coefficients.
    first = _scottish_multipliers("I")
    ratio = first["employment multiplier"]
    solved = (first["employment effect"] / ratio.where(ratio > 0.0)).fillna(0.0)
    jobs = pd.DataFrame([solved.to_numpy() * output], index=["employment"], columns=industries)
    table = econ.InputOutputTable.from_frames(
        raw.loc[industries, industries].astype(float),
        final=raw.loc[industries, uses].astype(float),
        output=output,
        primary=primary,
        roles=roles,
        satellites=jobs,
        satellite_units={"employment": "FTE"},
        unit="MGBP 2016 basic",
        region="Scotland",
        rounding=1e-3,
        name="scotland_2016",
    )
    closure = econ.Closure.households(table, spends="P3_S14", total=HOUSEHOLD_INCOME)
    frame = econ.multipliers(
        table, ["output", "gva", "compensation", "employment"], closure=closure
    )
    for kind, sheet_name in (("I", "Leontief type I"), ("II", "Leontief type II")):
        found = _scottish_sheet(sheet_name, 98).iloc[:98, :98].to_numpy(dtype=np.float64) / 1000.0
        closed = closure.on(table).solve(np.eye(98))[0]
        ours = table.operator.inverse() if kind == "I" else closed
        yield Replication(
            f"Leontief inverse, Type {kind}", source, found.ravel(), ours.ravel(), EXCEL
        )
    for kind in ("I", "II"):
        printed = _scottish_multipliers(kind)
        for measure, column in SCOTTISH_COLUMNS:
            if (kind, measure) == ("I", "employment"):
                continue  # our coefficients come from these two
            # An industry without the direct effect has no multiplier; the office leaves it out.
            wanted = printed[f"{measure} {column}"].fillna(0.0)
            found = pd.Series(column_of(frame, column, measure=measure, type=kind)).fillna(0.0)
            name = f"{measure} {column}s, Type {kind}"
            yield Replication(name, source, list(wanted), list(found), EXCEL)


# Column of each printed figure in the sheets of multipliers, by measure and kind.
SCOTTISH_COLUMNS = {
    ("output", "multiplier"): 3,
    ("compensation", "effect"): 5,
    ("employment", "effect"): 7,
    ("gva", "effect"): 9,
    ("compensation", "multiplier"): 11,
    ("employment", "multiplier"): 13,
    ("gva", "multiplier"): 15,
}


def _scottish_multipliers(kind: str) -> pd.DataFrame:
    path = published_folder("scotland_2016") / "IO2016.xlsx"
    raw = pd.read_excel(path, f"Type {kind} multipliers", header=None).iloc[7:105]
    return pd.DataFrame(
        {
            f"{measure} {ours}": pd.to_numeric(raw.iloc[:, column], errors="coerce")
            for (measure, ours), column in SCOTTISH_COLUMNS.items()
        }
    ).reset_index(drop=True)


# What the published inverse implies: income of households from all sources, GBP m.
HOUSEHOLD_INCOME = 143_398.0


ABS_INDUSTRIES = (
    "Agriculture",
    "Mining",
    "Manufacturing",
    "Construction",
    "Trade and transportation",
    "Service industries",
    "Public admin. and defence",
)
ABS_PRIMARY = {
    "Wages, salaries, supplements": "compensation",
    "Gross operating surplus": "surplus",
    "Commodity taxes (net)": "product_taxes",
    "Indirect taxes nec (net)": "production_taxes",
    "Sales by final buyers": "other",
    "Competing imports cif": "imports",
    "Duty on competing imports": "product_taxes",
    "Complementary imports cif": "imports",
}
ABS_USES = ("P3_S14", "P51G", "P52", "P6")


def _abs_rows(text: str, width: int) -> dict[str, list[float]]:
    """Return the rows of a printed table that hold `width` numbers, a dash being zero."""
    rows: dict[str, list[float]] = {}
    for line in re.sub(r" +", " ", text).splitlines():
        found = re.match(
            r"(?:\(\d\) )?([A-Z][A-Za-z .,()]+?) ((?:[-\u2014\d.,]+ ?)+)$", line.strip()
        )
        if not found:
            continue
        cells = found[2].replace("\u2014", "- ").split()
        if len(cells) == width:
            values = [0.0 if set(cell) == {"-"} else float(cell.replace(",", "")) for cell in cells]
            rows.setdefault(found[1], values)
    return rows


def australia_1990() -> Iterator[Replication]:
    """Seven industries: A, L, and simple and total output, income and employment multipliers."""
    text = (published_folder("australia_1990") / "abs_5246_info_paper.txt").read_text("utf-8")
    pages = dict(re.findall(r"--- page (\d+)\n(.*?)(?=--- page|\Z)", text, re.DOTALL))
    upper, lower = pages["9"].split("Final Gross fixed")
    flows, uses = _abs_rows(upper, 7), _abs_rows(lower, 7)
    names = list(ABS_INDUSTRIES)
    jobs = {name: row[2] for name, row in _abs_rows(pages["14"], 3).items()}
    output = pd.Series(flows["Australian production"], index=names)
    final = pd.DataFrame([uses[name][1:5] for name in names], index=names, columns=list(ABS_USES))
    primary = pd.DataFrame(
        [[*flows[name], *_used(uses, name)] for name in ABS_PRIMARY],
        index=list(ABS_PRIMARY),
        columns=[*names, *ABS_USES],
    )
    table = econ.InputOutputTable.from_frames(
        pd.DataFrame([flows[name] for name in names], index=names, columns=names),
        final=final,
        output=output,
        primary=primary,
        roles=ABS_PRIMARY,
        # Persons per MAUD as printed in table 3, times output.
        satellites=pd.DataFrame(
            [[jobs[name] * output[name] for name in names]], index=["employment"], columns=names
        ),
        satellite_units={"employment": "FTE"},
        unit="MAUD 1990 basic",
        region="AU",
        name="australia_1990",
    )
    source = "ABS 5246.0 (1995), table {}"
    whole = _abs_rows(pages["15"].split("MATRIX: B*")[1], 7)
    closure = _abs_closure(table, pd.DataFrame([whole[name] for name in names], names, names))
    frame = econ.multipliers(table, ["output", "compensation", "employment"], closure=closure)
    printed_a = _abs_rows(pages["15"].split("MATRIX: (I-A)-1")[0], 7)
    printed_l = _abs_rows(pages["15"].split("MATRIX: (I-A)-1")[1], 7)
    wanted = np.ravel([printed_a[name] for name in names])
    A, L = table.coefficients.ravel(), table.operator.inverse().ravel()
    # The office computed from unrounded flows; ours are whole millions.
    yield Replication("A", source.format("4 (1)"), wanted, A, ABS_REACH)
    wanted = np.ravel([printed_l[name] for name in names])
    yield Replication("Leontief inverse", source.format("4 (2)"), wanted, L, ABS_REACH)
    _, first, second, third = re.split(r"MULTIPLIERS, DIRECT", pages["16"])
    for measure, block in (("output", first), ("compensation", second)):
        printed = pd.DataFrame(_abs_rows(block, 7)).T.loc[names]
        yield from _abs_multipliers(frame, measure, printed, ABS_REACH, source.format("5"))
    printed = _abs_jobs(third, jobs)
    yield from _abs_multipliers(frame, "employment", printed, ABS_JOBS, source.format("5"))


def _abs_closure(table: econ.InputOutputTable, printed: pd.DataFrame) -> econ.Closure:
    """Return the household column that the printed B* implies.

    Table 1 prints final consumption of households and government in one column; the office closed
    on households alone. ``B* - L`` is of rank one: (L c)(total income multiplier)'.
    """
    names = list(printed.columns)
    income = table.per_output(table.compensation)
    simple = table.operator.solve_transposed(income)
    added = printed.to_numpy() - table.operator.inverse()
    # Total income multipliers are proportional to the simple ones: by y / (1 - k).
    spread = added @ simple / (simple @ simple)  # L c / (1 - k)
    k = float(income @ spread) / (1.0 + float(income @ spread))
    spending = spread * (1.0 - k)
    column = spending - table.operator.apply(spending)
    frame = pd.DataFrame({"households": column}, index=names)
    said = "household column implied by B* of table 4"
    return econ.Closure.from_coefficients(
        table, income="compensation", spending=frame, statement=said
    )


def _used(uses: dict[str, list[float]], name: str) -> list[float]:
    # Rows of value added are printed without the columns of final use.
    return uses[name][1:5] if len(uses.get(name, [])) == 7 else [0.0] * len(ABS_USES)


def _abs_multipliers(
    frame: pd.DataFrame, measure: str, printed: pd.DataFrame, reach: float, source: str
) -> Iterator[Replication]:
    one = frame[(frame["measure"] == measure) & (frame["type"] == "I")]
    two = frame[(frame["measure"] == measure) & (frame["type"] == "II")]
    ours = {
        "initial effects": one["direct"],
        "first round effects": one["first_round"],
        "industrial support effects": one["indirect"] - one["first_round"],
        "production induced effects": one["indirect"],
        "consumption induced effects": two["induced"],
        "simple multipliers": one["effect"],
        "total multipliers": two["effect"],
    }
    for place, (name, values) in enumerate(ours.items()):
        wanted = printed.iloc[:, place]
        yield Replication(f"{measure}: {name}", source, list(wanted), list(values), reach)


def _abs_jobs(block: str, jobs: dict[str, float]) -> pd.DataFrame:
    """Split rows whose columns run together in the text; sums and table 3 leave one way only."""
    rows = {}
    for line in block.splitlines():
        found = re.match(r"\(\d\) (.+?) ([\d ]+)$", line.strip())
        if found and found[1] in jobs:
            digits = found[2].replace(" ", "")
            ways = [way for way in _splits(digits, 7) if _adds_up(way, jobs[found[1]])]
            rows[found[1]] = ways[0] if ways else [np.nan] * 7
    return pd.DataFrame(rows).T.loc[list(ABS_INDUSTRIES)]


def _splits(digits: str, parts: int) -> Iterator[list[int]]:
    if parts == 0:
        if not digits:
            yield []
        return
    for width in (1, 2):
        if len(digits) >= width:
            for rest in _splits(digits[width:], parts - 1):
                yield [int(digits[:width]), *rest]


def _adds_up(way: list[int], initial: float) -> bool:
    own, first, support, production, consumption, simple, total = way
    return (
        abs(own - initial) <= 1
        and abs(first + support - production) <= 1
        and abs(own + production - simple) <= 1
        and abs(simple + consumption - total) <= 1
    )


# Four decimals from flows in whole millions: the coarsest cell, 40 of 33,229, is good to 1.5e-5;
# sums of seven such cells and the closure lie within one unit of the last printed digit.
ABS_REACH = 1e-4
ABS_JOBS = 0.5
