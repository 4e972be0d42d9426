"""What a primary row can be, said once: its measure, its codes, and its part in the accounts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from econ.errors import Fault, InputError, nearest
from econ.inputoutput.options import check_types
from econ.inputoutput.totals import TOTAL, looks_like_total

__all__ = [
    "CLOSING",
    "MEASURES",
    "NOT_VALUE_ADDED",
    "OF_FINAL_USES",
    "PARTS",
    "ROLES",
    "ROLE_OF_CODE",
    "ROLE_OF_MEASURE",
    "Role",
    "label_faults",
    "measured_roles",
    "roles_of",
    "value_added_roles",
]


@dataclass(frozen=True)
class Role:
    """What a primary row is; every list of roles in this room follows from these records.

    Parameters
    ----------
    name : str
    measures : tuple of str
        What multipliers call the rows of the role together; the first is listed by
        ``table.measures``.
    codes : tuple of str
        Of the European system of accounts: rows so labelled need no role.
    words : tuple of str
        What the accounts and textbooks call it: no more do these, however they are spelled.
    part : bool
        Part of value added, and "of which" beside all of it.
    whole : bool
        All of value added.
    closes : bool
        With it, value added is complete: a column must sum to output.
    final_uses : bool
        Paid by final uses too.
    """

    name: str
    measures: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    part: bool = False
    whole: bool = False
    closes: bool = False
    final_uses: bool = False


def _plain(label: str) -> str:
    """Return a label as it is looked up: "Value Added" is value_added, and "D.1" is D1."""
    return " ".join(re.split(r"[\W_]+", label.replace(".", "").casefold())).strip()


# In the order in which `table.measures` lists them.
RECORDS: Final = (
    Role(
        "compensation",
        ("compensation", "income"),
        ("D1",),
        ("compensation of employees", "employee compensation", "wages", "wages and salaries"),
        part=True,
    ),
    Role(
        "product_taxes",
        ("taxes",),
        ("D21X31",),
        ("taxes less subsidies on products", "net taxes on products", "taxes on products"),
        final_uses=True,
    ),
    Role(
        "imports",
        ("imports",),
        ("P7", "IMP"),
        ("imported products", "imports of goods and services", "imports cif"),
        final_uses=True,
    ),
    Role(
        "production_taxes",
        ("production_taxes",),
        ("D29X39",),
        (
            "other taxes less subsidies on production",
            "other net taxes on production",
            "net taxes on production",
            "taxes on production",
        ),
        part=True,
    ),
    Role(
        "surplus",
        ("surplus",),
        ("B2A3G",),
        (
            "operating surplus",
            "gross operating surplus",
            "gross operating surplus and mixed income",
            "operating surplus and mixed income",
        ),
        part=True,
        closes=True,
    ),
    Role(
        "value_added",
        ("gva",),
        ("B1G",),
        (
            "gva",
            "gross value added",
            "value added at basic prices",
            "gross value added at basic prices",
        ),
        whole=True,
        closes=True,
    ),
    Role("other", final_uses=True),
)
# Measures that are no rows of one role.
OWN_MEASURES: Final = ("output", "gdp")

ROLES: Final = tuple(role.name for role in RECORDS)
ROLE_OF_CODE: Final[Mapping[str, str]] = {
    code: role.name for role in RECORDS for code in (*role.codes, role.name)
}
ROLE_OF_WORDS: Final[Mapping[str, str]] = {
    _plain(words): role.name for role in RECORDS for words in (*role.words, *role.codes, role.name)
}
ROLE_OF_MEASURE: Final[Mapping[str, str]] = {
    measure: role.name for role in RECORDS for measure in role.measures
}
CLOSING: Final = frozenset(role.name for role in RECORDS if role.closes)
PARTS: Final = tuple(role.name for role in RECORDS if role.part)
WHOLE: Final = tuple(role.name for role in RECORDS if role.whole)
NOT_VALUE_ADDED: Final = frozenset(ROLES) - frozenset(PARTS) - frozenset(WHOLE)
OF_FINAL_USES: Final = frozenset(role.name for role in RECORDS if role.final_uses)
# No satellite takes their name, and a primary row only where it is what the name says.
MEASURES: Final = frozenset({*OWN_MEASURES, *ROLE_OF_MEASURE})


def value_added_roles(roles: Sequence[str]) -> tuple[str, ...]:
    """Return the roles whose rows sum to value added: all of it where it is given, or its parts.

    Examples
    --------
    >>> value_added_roles(["imports", "compensation", "value_added"])
    ('value_added',)
    """
    return WHOLE if set(WHOLE) & set(roles) else PARTS


def measured_roles(roles: Sequence[str]) -> tuple[str, ...]:
    """Return the measures of a table with rows of these roles, value added first.

    Examples
    --------
    >>> measured_roles(["imports", "compensation", "surplus"])
    ('gva', 'compensation', 'imports', 'surplus')
    """
    added = [role.measures[0] for role in RECORDS if role.whole and CLOSING & set(roles)]
    single = (role for role in RECORDS if role.measures and not role.whole and role.name in roles)
    return (*added, *(role.measures[0] for role in single))


def roles_of(labels: Sequence[str], given: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Return the role of each primary row: as given, or that of its ESA code or name.

    Raises
    ------
    InputError
        When a row has no role, or a role is given to a row that is not there.

    Examples
    --------
    >>> roles_of(["P7", "wages"], {"wages": "compensation"}, "table")
    ('imports', 'compensation')
    >>> roles_of(["Gross value added", "D.21x31"], {}, "table")
    ('value_added', 'product_taxes')
    """
    mend = f"say what it is: roles={{label: {' | '.join(ROLES)}}}; leave out totals"
    check_types(name, {"roles": (given, Mapping)})
    total = "leave it out, sums are computed; or say what it is (roles=), if it is none"
    faults = [
        Fault(name, "primary", TOTAL, total, value=label)
        if looks_like_total(label)
        else Fault(name, "primary", "a row without a role", mend, value=label)
        for label in labels
        if given.get(label) is None and _plain(label) not in ROLE_OF_WORDS
    ]
    faults += [
        Fault(name, "roles", "a role for a row that is not there", nearest(label, labels), label)
        for label in given
        if label not in labels
    ]
    InputError.raise_if(faults)
    return tuple(given.get(label) or ROLE_OF_WORDS[_plain(label)] for label in labels)


def label_faults(
    name: str, labels: Sequence[str], roles: Sequence[str], satellites: Sequence[str]
) -> list[Fault]:
    """Return which rows have no role or a name that asks for another row.

    Parameters
    ----------
    name : str
        How errors call the table.
    labels, roles : sequence of str, p
        Of the primary rows.
    satellites : sequence of str

    Returns
    -------
    list of Fault
        A measure is asked for by name: what bears its name must be the measure.

    Examples
    --------
    >>> print(*label_faults("table", ["income"], ["surplus"], []))
    table, row income, column primary, value surplus: named after the measure of compensation; \
rename the row, or give it that role
    """
    choices = f"choose one of {', '.join(ROLES)}"
    faults = [
        Fault(name, "roles", "no such role", choices, label, role)
        for label, role in zip(labels, roles, strict=False)
        if role not in ROLES
    ]
    mend = "call it something else; the name is a row of the accounts"
    faults += [
        Fault(name, "satellites", "a satellite named after a measure", mend, value=label)
        for label in satellites
        if label in MEASURES
    ]
    mend = "rename one of the two; a measure is asked for by name"
    faults += [
        Fault(name, "satellites", "a satellite named like a primary row", mend, value=label)
        for label in satellites
        if label in labels and label not in MEASURES
    ]
    for label, role in zip(labels, roles, strict=False):
        asked = ROLE_OF_MEASURE.get(label)
        if label not in MEASURES or asked == role or role not in ROLES:
            continue
        whose = f"the measure of {asked}" if asked else "a measure that is no primary row"
        mend = "rename the row, or give it that role" if asked else "rename the row"
        faults.append(Fault(name, "primary", f"named after {whose}", mend, label, role))
    return faults
