"""Every role of a primary row, in every place that knows roles: tables, measures, codes, pages."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import econ
from econ.errors import InputError
from econ.inputoutput import roles
from econ.inputoutput.supply_use import SupplyUseTable

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "read_my_own_table.md"

# Written out here, so that a role lost from the records is missed: role, measures, codes.
ROLES = {
    "compensation": (("compensation", "income"), ("D1",)),
    "product_taxes": (("taxes",), ("D21X31",)),
    "imports": (("imports",), ("P7", "IMP")),
    "production_taxes": (("production_taxes",), ("D29X39",)),
    "surplus": (("surplus",), ("B2A3G",)),
    "value_added": (("gva",), ("B1G",)),
    "other": ((), ()),
}
MEASURES = {measure: role for role, (measures, _) in ROLES.items() for measure in measures}
CLOSING = ("surplus", "value_added")
LABELS = ["p", "q"]


def rows(role: str, label: str = "a row") -> tuple[pd.DataFrame, dict[str, str]]:
    """The role in a row that is 20 and 30, and what else lets the columns of 100 close."""
    primary = pd.DataFrame([[20.0, 30.0]], [label], LABELS)
    given = {label: role}
    if role in CLOSING:
        primary.loc["the rest"], given["the rest"] = [20.0, 10.0], "imports"
        return primary, given
    primary.loc["the rest"], given["the rest"] = [20.0, 10.0], "surplus"
    return primary, given


def table_of(primary: pd.DataFrame, given: dict[str, str], **others: Any) -> econ.InputOutputTable:
    flows = pd.DataFrame([[20.0, 40.0], [40.0, 20.0]], LABELS, LABELS)
    output = pd.Series([100.0, 100.0], LABELS)
    settings: dict[str, Any] = {"unit": "MEUR 2022 basic", "rounding": 1e-6} | others
    return econ.InputOutputTable.from_frames(
        flows, output=output, primary=primary, roles=given, **settings
    )


def supply_use_of(primary: pd.DataFrame, given: dict[str, str], **others: Any) -> SupplyUseTable:
    made = pd.DataFrame([[100.0, 0.0], [0.0, 100.0]], LABELS, LABELS)
    used = pd.DataFrame([[20.0, 40.0], [40.0, 20.0]], LABELS, LABELS)
    final = pd.DataFrame({"f": [40.0, 40.0]}, LABELS)
    settings: dict[str, Any] = {"unit": "MEUR 2022 basic", "rounding": 1e-6} | others
    return SupplyUseTable.from_frames(
        made, used, final=final, primary=primary, roles=given, **settings
    )


def test_the_roles_are_these_and_each_is_one_record() -> None:
    assert set(roles.ROLES) == set(ROLES)
    assert len(roles.ROLES) == len(ROLES)
    assert roles.ROLE_OF_MEASURE == MEASURES
    assert roles.MEASURES == {*MEASURES, "output", "gdp"}
    codes = {code: role for role, (_, known) in ROLES.items() for code in known}
    assert roles.ROLE_OF_CODE == {**codes, **{role: role for role in ROLES}}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_read_measured_and_part_of_the_balance_of_a_table(role: str) -> None:
    table = table_of(*rows(role))
    for measure in (*ROLES[role][0], "a row"):
        np.testing.assert_array_equal(table.measure(measure)[0], [20.0, 30.0])
    assert set(ROLES[role][0][:1]) <= set(table.measures)
    primary, given = rows(role)
    primary.loc["a row", "q"] += 1.0
    with pytest.raises(InputError, match=r"column q, value 1\.0.*: the column does not close"):
        table_of(primary, given)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_read_and_part_of_the_balance_of_supply_and_use(role: str) -> None:
    both = supply_use_of(*rows(role))
    for measure in (*ROLES[role][0], "a row"):
        np.testing.assert_allclose(both.symmetric("D").measure(measure)[0], [20.0, 30.0])
    primary, given = rows(role)
    primary.loc["a row", "q"] += 1.0
    with pytest.raises(InputError, match=r"column q, value 1\.0.*: industry not balanced"):
        supply_use_of(primary, given)


@pytest.mark.parametrize("read", [table_of, supply_use_of])
@pytest.mark.parametrize("measure", [*MEASURES, "output", "gdp"])
def test_a_name_of_a_measure_belongs_to_its_rows_and_to_no_satellite(
    read: Any, measure: str
) -> None:
    own = MEASURES.get(measure)
    for role in ROLES:
        primary, given = rows(role, measure)
        if role == own:
            found = read(primary, given)
            found = found if read is table_of else found.symmetric("D")
            np.testing.assert_allclose(found.measure(measure)[0], [20.0, 30.0])
            continue
        with pytest.raises(InputError, match=f"row {measure}, column primary, value {role}: named"):
            read(primary, given)
    jobs = pd.DataFrame([[1.0, 2.0]], [measure], LABELS)
    with pytest.raises(InputError, match=f"value {measure}: a satellite named after a measure"):
        read(*rows("imports"), satellites=jobs, satellite_units={measure: "t"})


@pytest.mark.parametrize("read", [table_of, supply_use_of])
def test_one_label_is_not_both_a_satellite_and_a_primary_row(read: Any) -> None:
    jobs = pd.DataFrame([[1.0, 2.0]], ["a row"], LABELS)
    with pytest.raises(InputError, match="value a row: a satellite named like a primary row"):
        read(*rows("other"), satellites=jobs, satellite_units={"a row": "t"})


@pytest.mark.parametrize("read", [table_of, supply_use_of])
def test_a_role_that_is_none_is_refused_with_all_that_are(read: Any) -> None:
    primary, given = rows("imports")
    with pytest.raises(InputError, match="row a row, column roles, value wages: no such role") as e:
        read(primary, given | {"a row": "wages"})
    assert all(role in str(e.value) for role in ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_and_its_codes_are_known_and_stand_in_the_documentation(role: str) -> None:
    for code in (role, *ROLES[role][1]):
        assert roles.roles_of([code], {}, "table") == (role,)
        for text in (econ.InputOutputTable.from_frames.__doc__, PAGE.read_text("utf-8")):
            assert re.search(rf"`{code}`", text or ""), f"{code} is not documented"
