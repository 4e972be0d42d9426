"""The do-not-add-up tree: what contains what is never added, what does not is."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ.errors import SumError
from econ.scenario.pledges import ancestors, leaves, total


@st.composite
def forests(draw: st.DrawFn) -> pd.DataFrame:
    """Pledges whose parent, if any, stands above them."""
    n = draw(st.integers(1, 8))
    parents = [
        draw(st.none() | st.integers(0, i - 1).map(lambda p: f"p{p}")) if i else None
        for i in range(n)
    ]
    amounts = [float(draw(st.integers(1, 1000))) for _ in range(n)]
    return pd.DataFrame(
        {
            "pledge": [f"p{i}" for i in range(n)],
            "parent": pd.Series(parents, dtype="str"),
            "same_as": pd.Series([None] * n, dtype="str"),
            "amount": amounts,
            "currency": "EUR",
            "announced": pd.Timestamp("2024-05-13"),
        }
    )


@given(tree=forests(), data=st.data())
def test_a_sum_is_refused_if_and_only_if_one_of_its_terms_contains_another(
    tree: pd.DataFrame, data: st.DataObject
) -> None:
    ids = list(tree["pledge"])
    chosen = data.draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
    parent: dict[str, Any] = dict(zip(tree["pledge"], tree["parent"], strict=True))

    def above(name: str) -> set[str]:
        up = parent[name]
        return {up} | above(up) if isinstance(up, str) else set()

    assert all(set(ancestors(tree, name)) == above(name) for name in ids)
    if any(above(name) & set(chosen) for name in chosen):
        with pytest.raises(SumError, match="already contains it"):
            total(tree, chosen)
    else:
        amounts = tree.set_index("pledge")["amount"]
        assert total(tree, chosen) == amounts[chosen].sum()


@given(tree=forests())
def test_leaves_are_disjoint_and_always_add_up(tree: pd.DataFrame) -> None:
    roots = [name for name in tree["pledge"] if not ancestors(tree, name)]
    found = [leaf for root in roots for leaf in leaves(tree, root)]
    assert len(found) == len(set(found))
    assert set(found) == set(tree["pledge"]) - set(tree["parent"].dropna())
    assert total(tree, found) == tree.set_index("pledge")["amount"][found].sum()


@given(tree=forests(), data=st.data())
def test_a_pledge_is_never_added_to_itself(tree: pd.DataFrame, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(list(tree["pledge"])))
    with pytest.raises(SumError):
        total(tree, [name, name])
