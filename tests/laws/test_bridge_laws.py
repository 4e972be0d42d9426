"""No euro and no job is lost or made between gross and net: every step, year and cell is held.

Scenarios are made of every kind of event and programme. What a step takes is reckoned here a second
time, from the parameters alone, cell by cell: pledge, phase, effect, product, year, draw, measure.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.impact.result import EFFECTS, ImpactResult, Response
from econ.inputoutput.model import HouseholdClosure, LeontiefModel
from econ.inputoutput.table import InputOutputTable
from econ.quantity.parameters import Assumptions, Draws
from econ.quantity.prices import Deflator, ExchangeRates, Prices
from econ.quantity.units import Unit
from econ.scenario.additionality import Additionality, Slack, gross_to_net
from econ.scenario.bill_of_goods import Line, Template
from econ.scenario.events import (
    EVENTS,
    PROGRAMMES,
    CapitalExpenditure,
    Displacement,
    EnergySupply,
    Equity,
    Event,
    Hiring,
    HouseholdIncome,
    Operation,
    Programme,
    PublicFunding,
    Purchase,
    Renewal,
    RunningSite,
    Span,
    StartupSupport,
    Training,
    Works,
)
from econ.scenario.scenario import Scenario
from econ.scenario.steps_to_net import STEPS

Array = npt.NDArray[np.float64]

MEASURES = ("employment", "gdp", "output", "gva", "compensation", "taxes", "imports")
HEADLINES = MEASURES[:3]
CENT = 1e-8  # in millions
YEARS = tuple(range(2024, 2038))
SEED = 7
BUYS = Template(
    "buys",
    "buys",
    "P51G",
    {"it": "it_share", "rest": ""},
    (
        Line("machines", "it", ("weight",), product="C", life="life", margin="margin", tax="tax"),
        Line("works", "rest", ("weight",), product="F", import_share="abroad"),
        Line("land", "rest", ("other_weight",), fate="existing_assets"),
    ),
    Path("buys.toml"),
    margin_product="A",
)
# Every parameter with the range it is drawn from.
RANGES: Mapping[str, tuple[float, float]] = {
    "it_share": (0.2, 0.6),
    "weight": (0.5, 1.0),
    "other_weight": (0.1, 0.3),
    "abroad": (0.0, 0.4),
    "margin": (0.0, 0.1),
    "tax": (0.0, 0.1),
    "life": (2.0, 4.0),
    "spread": (0.0, 0.5),
    "renewal": (0.5, 1.5),
    "pay": (0.03, 0.08),
    "bought": (0.01, 0.05),
    "opex": (0.05, 0.3),
    "ramp": (0.0, 2.0),
    "slip": (0.0, 2.5),
    "jobs": (10.0, 200.0),
    "per_million": (0.5, 5.0),
    "power": (1.0, 20.0),
    "price": (0.1, 0.5),
    "realised": (0.4, 1.0),
    "realised_jobs": (0.4, 1.0),
    "abandoned": (0.0, 0.5),
    "anyway": (0.1, 0.9),
    "anyway_here": (0.1, 0.9),
    "moved": (0.0, 0.5),
    "like": (0.0, 0.5),
    "lost": (0.2, 2.0),
    "otherwise": (0.0, 0.3),
    "leaked": (0.0, 0.2),
    "crowded": (0.2, 0.8),
    "response": (0.0, 8.0),
    "here": (0.03, 0.12),
    "country": (0.05, 0.10),
    "by_taxes": (0.1, 0.4),
    "by_budget": (0.1, 0.4),
    "taxed": (0.2, 1.0),
    "owed": (0.0, 0.5),
    "share": (0.1, 0.9),
    "effect": (0.0, 0.1),
}
CLOSURE = {"consumption": 0.5, "taxed": 0.1, "imported": 0.2, "take_home": 0.6}


@pytest.fixture(scope="module")
def table(table_parts: Callable[..., dict[str, Any]]) -> InputOutputTable:
    """Products A, C, F; jobs per output differ between them."""
    A = [[0.10, 0.20, 0.05], [0.15, 0.10, 0.20], [0.05, 0.10, 0.10]]
    final = [[300.0, 100.0], [500.0, 200.0], [400.0, 50.0]]
    return InputOutputTable.from_arrays(**table_parts(A, final, labels=["A", "C", "F"]))


def draws(seed: int, columns: int = 4) -> Draws:
    """A central value and some draws of every parameter."""
    rng = np.random.default_rng(seed)
    return Draws(
        {name: rng.uniform(*ends, size=columns) for name, ends in RANGES.items()}, seed=SEED
    )


def scenario(events: Iterable[Event], found: Draws, amounts: Mapping[str, float]) -> Scenario:
    rows = {
        "pledge": list(amounts),
        "parent": None,
        "amount": list(amounts.values()),
        "currency": "EUR",
        "announced": pd.Timestamp("2022-06-01"),
    }
    return Scenario(
        name="small",
        pledges=pd.DataFrame(rows),
        commitments=pd.DataFrame({"commitment": ["trained", "firms"], "amount": [1000.0, 50.0]}),
        events=tuple(events),
        assumptions=Assumptions({}),
        years=YEARS,
        unit=Unit("EUR", 10**6, 2022),
        prices=Prices({"EUR": Deflator("EUR", {2022: 0.0})}, ExchangeRates({})),
        region="XX",
        draws=found,
    )


def rules_of(given_: Scenario) -> Additionality:
    return given_.additionality("anyway", "leaked", "crowded", Slack("response", "country"))


@dataclass(frozen=True)
class Walk:
    """All steps of a scenario, and what a unit of demand of the losers does."""

    steps: Mapping[str, ImpactResult]
    losers: tuple[Response, ...]


def walk(table: InputOutputTable, given_: Scenario) -> Walk:
    held = {name: np.full(given_.draws.columns, value) for name, value in CLOSURE.items()}
    model = LeontiefModel(table, HouseholdClosure(**held, basket_use="P3_S14"))
    own, lost = given_.shock(table), given_.losers(table)
    found = model.run(replace(own, parts=(*own.parts, *lost.parts)), "gross").to_prices(
        given_.unit, given_.prices
    )
    names = {part.pledge for part in lost.parts}
    losers = tuple(r for r in found.responses if r.pledge in names)
    gross = replace(found, responses=tuple(r for r in found.responses if r.pledge not in names))
    steps = gross_to_net(gross, rules_of(given_), given_.draws, "net", steps=STEPS, losers=losers)
    return Walk(steps, losers)


# ---------------------------------------------------------------- scenarios of every kind


def works(seed: int) -> Works:
    rng = np.random.default_rng([seed, 1])
    start, slip = int(rng.integers(2024, 2027)), rng.choice(["", "slip"])
    if rng.random() < 0.3:
        return Works.milestones(start, {f"{start + 1}-07-01": 0.4, f"{start + 2}-04-01": 1.0}, slip)
    curve = rng.choice(["even", "front-loaded", "s-curve"])
    return Works.curve(str(curve), start, start + int(rng.integers(0, 3)), str(slip))


def event(kind: str, pledge: str, seed: int, others: tuple[str, ...] = ()) -> Event:
    """One event of a kind; the seed says which of its optional keys it has."""
    rng = np.random.default_rng([seed, 2])

    def maybe(name: str) -> str:
        return name if rng.random() < 0.6 else ""

    own: dict[str, Any] = {"own": 2022}
    displaced = (Displacement("like"), Displacement("lost", "F"), Displacement("lost", "A"))
    losers = displaced[: int(rng.integers(0, 4))]
    when = Span(
        float(rng.uniform(2024.0, 2028.0)),
        float(rng.choice([2031.5, np.inf])),
        maybe("ramp"),
        maybe("slip"),
    )
    common: dict[str, Any] = {
        "pledge": pledge,
        "realised": maybe("realised"),
        "abandoned": maybe("abandoned"),
        "reference_case": maybe("anyway_here"),
        "unemployment": maybe("here"),
    }
    invested = kind == "capital_expenditure"
    site = Operation(
        BUYS,
        "C",
        float(rng.uniform(2028.0, 2030.0)),
        "ramp",
        {"per_million": "per_million"} if invested else {"parameter": "jobs"},
        "pay",
        {"per_capital": "opex"} if invested and rng.random() < 0.5 else {"per_job": "bought"},
        displacement=losers,
        realised=maybe("realised_jobs"),
        transfer=maybe("moved"),
        substitution=maybe("otherwise"),
        closing=when.closing,
    )
    funding: dict[str, Any] = {
        "funding": {"taxes": "by_taxes", "relabelled": "by_budget", "borrowing": "remainder"},
        "offset": {"taxes": "taxed", "borrowing": "owed"},
        "amount": own,
        "works": works(seed),
    }
    if kind == "public_funding" and others:
        return PublicFunding(pledge=pledge, template=None, supports=others, instead=BUYS, **funding)
    made: dict[str, Callable[[], Event]] = {
        "capital_expenditure": lambda: CapitalExpenditure(
            amount=own,
            template=BUYS,
            works=works(seed),
            operation=site,
            renewal=Renewal("spread", "renewal") if rng.random() < 0.6 else None,
            **common,
        ),
        "operation": lambda: RunningSite(operation=site, slip=maybe("slip"), **common),
        "hiring": lambda: Hiring(
            jobs={"parameter": "jobs"},
            product="F",
            span=when,
            pay=maybe("pay"),
            transfer=maybe("moved"),
            displacement=losers,
            substitution=maybe("otherwise"),
            **common,
        ),
        "purchase": lambda: Purchase(
            amount=own, product="C", works=works(seed), use="P51G", **common
        ),
        "household_income": lambda: HouseholdIncome(amount=own, works=works(seed), **common),
        "equity": lambda: Equity(amount=own, works=works(seed), **common),
        "public_funding": lambda: PublicFunding(template=BUYS, **funding, **common),
        "energy_supply": lambda: EnergySupply(
            yearly={"parameter": "power", "times": ["price"]},
            product="A",
            use="P51G",
            span=when,
            displacement=losers[:1],
            **common,
        ),
    }
    return made[kind]()


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Some events of any kinds, public money for some of them, and values of all parameters."""
    kinds = draw(st.lists(st.sampled_from(list(EVENTS)), min_size=1, max_size=4))
    seed = draw(st.integers(0, 10**6))
    names = [f"{kind}_{place}" for place, kind in enumerate(kinds)]
    events = [
        event(k, n, seed + place) for place, (k, n) in enumerate(zip(kinds, names, strict=True))
    ]
    if draw(st.booleans()):
        gets = draw(st.sets(st.sampled_from(names), min_size=1))
        aid = event("public_funding", "aid", seed, tuple(name for name in names if name in gets))
        events.append(aid)
    rng = np.random.default_rng([seed, 3])
    amounts = {e.pledge: float(rng.uniform(10.0, 500.0)) for e in events}
    return scenario(events, draws(seed), amounts)


def cells(response: Response, measure: str) -> Array:
    """Every cell of a response, shape (effect, product, year, column)."""
    sizes = response.values[measure] * response.weight[:, None, :]
    return np.asarray(sizes[:, :, None, :] * response.profile[None, None, :, :])


def key(response: Response) -> tuple[str, str, str]:
    return response.pledge, response.phase, response.stream


def close(found: Array, expected: Array, words: str) -> None:
    """Hold two arrays to each other: to 1e-9 of the largest, or one cent."""
    most = max(1.0, float(np.abs(expected).max(initial=0.0)))
    np.testing.assert_allclose(found, expected, rtol=0, atol=max(CENT, 1e-9 * most), err_msg=words)


# ---------------------------------------------------------------- what a step names


def named(step: str, who: Event, found: Draws, phase: str, *, effect: str, stream: str) -> Array:
    """Return the share that a step says it takes of an effect, shape (c,): from docs, by hand."""
    site = getattr(who, "operation", None) or who
    losers = getattr(site, "displacement", ()) if phase == "operation" else ()
    running = phase == "operation"

    def share(name: str) -> Array:
        return found[name] if name else np.zeros(found.columns)

    if step == "realisation and delay":
        realised = (running and getattr(site, "realised", "")) or who.realised
        built = found[realised] if realised else np.ones(found.columns)
        stands = found.chance(who.abandoned, who.pledge) if who.abandoned else 0.0
        return np.asarray(1.0 - built * (1.0 - stands))
    if step == "reference case":
        return found[who.reference_case or "anyway"]
    if step == "intra-firm transfer":
        return share(getattr(site, "transfer", "") if running else "")
    if step == "displacement":
        return share("like" if any(not lost.product for lost in losers) else "")
    if step == "substitution":
        return share(getattr(site, "substitution", "") if running else "")
    if step == "leakage":
        return share("leaked" if effect == "induced" else "")
    if step == "funding offset":
        if not isinstance(who, PublicFunding):
            return share("")
        borrowed = 1.0 - found["by_taxes"] - found["by_budget"]
        taken = found["by_taxes"] * found["taxed"] + borrowed * found["owed"]
        return np.asarray(taken + found["by_budget"])
    assert step == "crowding out"
    at_the_site = effect == "direct" and not stream and who.unemployment
    tighter = found["response"] * (found["country"] - found[who.unemployment or "country"])
    return np.clip(found["crowded"] + (tighter if at_the_site else 0.0), 0.0, 1.0)


def stays(step: str, given_: Scenario, response: Response) -> Array:
    """Return the share of each effect that a step leaves, shape (e, c)."""
    who = next(e for e in given_.events if e.pledge == response.pledge)
    lost = [
        named(step, who, given_.draws, response.phase, effect=effect, stream=response.stream)
        for effect in response.effects
    ]
    return 1.0 - np.stack(lost)


def lost_elsewhere(
    step: str, given_: Scenario, before: ImpactResult, losers: Iterable[Response]
) -> dict[tuple[str, str, str], dict[str, Array]]:
    """Return what a step has others lose, cell by cell, from the parameters and unit effects."""
    found: dict[tuple[str, str, str], dict[str, Array]] = {}
    late = given_.profiles(late=True)
    for unit in losers:
        pledge, _, stream = unit.pledge.partition(": ")[0], unit.phase, unit.stream
        jobs = unit.values["employment"][unit.effects.index("direct")].sum(axis=0)
        if step == "displacement" and " in " in stream:
            site = [r for r in before.responses if key(r) == (pledge, "operation", "")]
            own = sum(
                (cells(r, "employment")[r.effects.index("direct")].sum(axis=0) for r in site),
                np.zeros((len(YEARS), given_.draws.columns)),
            )
            scale = -given_.draws["lost"] * own / jobs
        elif step == "funding offset" and " for " in stream:
            source, _, paying = stream.partition(" for ")
            state = next(e for e in given_.events if e.pledge == paying)
            goal = next(e for e in given_.events if e.pledge == pledge)
            lost = named(STEPS[1], goal, given_.draws, goal.phase, effect="", stream="")
            built = 1.0 - lost
            borrowed = 1.0 - given_.draws["by_taxes"] - given_.draws["by_budget"]
            share = {
                "taxes": given_.draws["by_taxes"] * given_.draws["taxed"],
                "borrowing": borrowed * given_.draws["owed"],
                "relabelled": given_.draws["by_budget"],
            }[source]
            paid = given_.public_money[state.pledge, pledge] * built * share
            scale = -paid * late[paying, "construction", ""]
        else:
            continue
        who = (pledge, unit.phase, stream)
        for measure in MEASURES:
            each = np.array(unit.values[measure])
            row = unit.effects.index("direct")
            if step == "displacement" and measure in ("gva", "gdp"):
                # Rivals are staffed as the site is: without profit.
                each[row] -= unit.values["gva"][row] - unit.values["compensation"][row]
            part = each[:, :, None, :] * scale[None, None, :, :]
            there = found.setdefault(who, {})
            there[measure] = there[measure] + part if measure in there else part
    return found


def by_key(result: ImpactResult, measure: str) -> dict[tuple[str, str, str], Array]:
    found: dict[tuple[str, str, str], Array] = {}
    for response in result.responses:
        part = cells(response, measure)
        found[key(response)] = found[key(response)] + part if key(response) in found else part
    return found


@given(given_=scenarios())
@settings(max_examples=40)
def test_gross_less_what_each_step_names_is_what_it_leaves_in_every_cell(
    table: InputOutputTable, given_: Scenario
) -> None:
    walked = walk(table, given_)
    late = given_.profiles(late=True)
    for (_, before), (step, after) in itertools.pairwise(walked.steps.items()):
        elsewhere = lost_elsewhere(step, given_, before, walked.losers)
        for measure in MEASURES:
            left = by_key(after, measure)
            expected: dict[tuple[str, str, str], Array] = {}
            for response in before.responses:
                was, keep = (
                    cells(response, measure),
                    stays(step, given_, response)[:, None, None, :],
                )
                taken = was * (1.0 - keep)
                if step == "realisation and delay":
                    # What is carried out moves to later years, and keeps its total if it is works.
                    early = response.values[measure] * response.weight[:, None, :]
                    delay = response.profile - late[key(response)]
                    moved = early[:, :, None, :] * keep * delay[None, None, :, :]
                    if response.phase == "construction":
                        close(moved.sum(axis=2), np.zeros_like(moved[:, :, 0]), f"{step} {measure}")
                    taken = taken + moved
                who = key(response)
                expected[who] = expected.get(who, 0.0) + was - taken
            for who, parts in elsewhere.items():
                expected[who] = expected.get(who, 0.0) + parts[measure]
            assert set(left) == set(expected), step
            for who, cell in expected.items():
                close(left[who], cell, f"{measure} of {who} after {step}")


@given(given_=scenarios())
@settings(max_examples=10)
def test_gross_less_all_that_is_taken_is_net_in_every_year(
    table: InputOutputTable, given_: Scenario
) -> None:
    results = list(walk(table, given_).steps.values())
    for measure, year in itertools.product(HEADLINES, YEARS):
        left = [result.draws(measure, years=[year]) for result in results]
        taken = sum(before - after for before, after in itertools.pairwise(left))
        close(left[0] - taken, left[-1], f"{measure} {year}")


# ---------------------------------------------------------------- sums, at every step


@given(given_=scenarios())
@settings(max_examples=10)
def test_pledges_phases_effects_products_and_years_add_up_at_every_step(
    table: InputOutputTable, given_: Scenario
) -> None:
    for (step, result), measure in itertools.product(walk(table, given_).steps.items(), HEADLINES):
        whole = result.draws(measure)
        phases = {response.phase for response in result.responses}
        by_product = [cells(response, measure).sum(axis=(0, 2)) for response in result.responses]
        cut: dict[str, Iterable[Array]] = {
            "pledge": (result.draws(measure, pledges=[p]) for p in result.pledges),
            "phase": (result.draws(measure, phase=p) for p in phases),
            "effect": (result.draws(measure, effect=e) for e in EFFECTS),
            "year": (result.draws(measure, years=[y]) for y in YEARS),
            "product": sum(by_product),
        }
        for dimension, parts in cut.items():
            close(np.asarray(sum(parts)), whole, f"{measure} by {dimension} after {step}")


@given(
    given_=scenarios(), dimension=st.sampled_from(["pledge", "phase", "effect", "product", "year"])
)
@settings(max_examples=4)
def test_the_rows_of_a_frame_add_up_at_every_step(
    table: InputOutputTable, given_: Scenario, dimension: str
) -> None:
    for step, result in walk(table, given_).steps.items():
        everything = result.by(measures=HEADLINES).set_index("measure")["value"]
        summed = result.by(dimension, measures=HEADLINES).groupby("measure")["value"].sum()
        assert summed.reindex(everything.index).to_numpy() == pytest.approx(
            everything.to_numpy(), rel=1e-9, abs=CENT
        ), step


@given(given_=scenarios())
@settings(max_examples=12)
def test_a_pledge_does_at_every_step_what_it_does_alone(
    table: InputOutputTable, given_: Scenario
) -> None:
    together = walk(table, given_).steps
    support = [e for e in given_.events if e.supports]
    gets = {name for e in support for name in e.supports}
    # Public money is shared out among its pledges: these are left together.
    groups = [[e] for e in given_.events if not e.supports and e.pledge not in gets]
    groups += [[e for e in given_.events if e.supports or e.pledge in gets]] if support else []
    for group in groups:
        alone = walk(table, replace(given_, events=tuple(group))).steps
        names = [e.pledge for e in group if not e.supports]
        for step, result in together.items():
            for measure, year in itertools.product(HEADLINES, YEARS[::4]):
                close(
                    result.draws(measure, pledges=names, years=[year]),
                    alone[step].draws(measure, years=[year]),
                    f"{measure} of {names} after {step}",
                )


@given(given_=scenarios())
@settings(max_examples=12)
def test_a_pledge_of_nothing_is_nothing_at_every_step(
    table: InputOutputTable, given_: Scenario
) -> None:
    nothing = {name: 0.0 * given_.draws[name] for name in ("jobs", "power")}
    empty = replace(
        given_,
        pledges=given_.pledges.assign(amount=0.0),
        draws=replace(given_.draws, values={**given_.draws.values, **nothing}),
    )
    for step, result in walk(table, empty).steps.items():
        for response, measure in itertools.product(result.responses, MEASURES):
            assert not cells(response, measure).any(), step


# ---------------------------------------------------------------- time, scale, order


def later(who: Event) -> Event:
    """The same event a year later."""
    changed: dict[str, Any] = {}
    if hasattr(who, "works"):
        changed["works"] = replace(who.works, start=who.works.start + 1)
    if hasattr(who, "span"):
        span = who.span
        changed["span"] = replace(span, start=span.start + 1, closing=span.closing + 1)
    if getattr(who, "operation", None) is not None:
        site = who.operation  # type: ignore[attr-defined]
        changed["operation"] = replace(site, opening=site.opening + 1, closing=site.closing + 1)
    return replace(who, **changed)


@given(given_=scenarios())
@settings(max_examples=12)
def test_pledges_a_year_later_have_their_effects_a_year_later_at_every_step(
    table: InputOutputTable, given_: Scenario
) -> None:
    now = walk(table, given_).steps
    then = walk(table, replace(given_, events=tuple(later(e) for e in given_.events))).steps
    for step, result in now.items():
        for measure in MEASURES:
            early, late = (by_key(r, measure) for r in (result, then[step]))
            assert set(early) == set(late)
            for who, found in early.items():
                words = f"{measure} of {who} after {step}"
                close(late[who][:, :, 0], np.zeros_like(found[:, :, 0]), words)
                close(late[who][:, :, 1:], found[:, :, :-1], words)


@given(given_=scenarios())
@settings(max_examples=12)
def test_money_in_thousands_is_the_same_money_at_every_step(
    table: InputOutputTable, given_: Scenario
) -> None:
    thousand = 1000.0
    money = {name: thousand * given_.draws[name] for name in ("pay", "bought", "price")}
    per_money = {"per_million": given_.draws["per_million"] / thousand}
    fine = replace(
        given_,
        unit=Unit("EUR", 10**3, 2022),
        draws=replace(given_.draws, values={**given_.draws.values, **money, **per_money}),
    )
    coarse, small = walk(table, given_).steps, walk(table, fine).steps
    for step, result in coarse.items():
        for measure in MEASURES:
            scale = thousand if result.units[measure].is_money else 1.0
            others = by_key(small[step], measure)
            for who, found in by_key(result, measure).items():
                close(others[who] / scale, found, f"{measure} of {who} after {step}")


@given(given_=scenarios(), factor=st.floats(0.1, 50.0))
@settings(max_examples=12)
def test_pledges_so_many_times_as_large_do_so_many_times_as_much_at_every_step(
    table: InputOutputTable, given_: Scenario, factor: float
) -> None:
    larger = {name: factor * given_.draws[name] for name in ("jobs", "power")}
    more = replace(
        given_,
        pledges=given_.pledges.assign(amount=factor * given_.pledges["amount"]),
        draws=replace(given_.draws, values={**given_.draws.values, **larger}),
    )
    once, often = walk(table, given_).steps, walk(table, more).steps
    for step, result in once.items():
        for measure in MEASURES:
            close(often[step].draws(measure), factor * result.draws(measure), f"{measure} {step}")


@given(given_=scenarios(), order=st.randoms(use_true_random=False))
@settings(max_examples=12)
def test_the_order_of_pledges_changes_no_cell_at_any_step(
    table: InputOutputTable, given_: Scenario, order: Any
) -> None:
    events = list(given_.events)
    order.shuffle(events)
    one = walk(table, given_).steps
    other = walk(table, replace(given_, events=tuple(events))).steps
    for step, result in one.items():
        for measure in MEASURES:
            found, again = by_key(result, measure), by_key(other[step], measure)
            assert set(found) == set(again)
            for who, cell in found.items():
                close(again[who], cell, f"{measure} of {who} after {step}")


# ---------------------------------------------------------------- programmes


def programme(kind: str, start: int, seed: int) -> Programme:
    rng = np.random.default_rng([seed, 4])
    by_curve: dict[str, Any] = {"start": start, "curve": str(rng.choice(["even", "s-curve"]))}
    given_: dict[str, Any] = {
        "label": kind,
        "deadline": start + int(rng.integers(0, 4)),
        "overlap": "anyway",
        "effect": "effect",
        **(by_curve if rng.random() < 0.6 else {}),
    }
    if kind == "training":
        more = {"adoption": "share", "productivity": "effect"} if rng.random() < 0.6 else {}
        return Training(commitment="trained", completion="share", **given_, **more)
    return StartupSupport(commitment="firms", survival="share", **given_)


@given(
    kind=st.sampled_from(list(PROGRAMMES)),
    start=st.integers(2024, 2029),
    seed=st.integers(0, 10**6),
)
@settings(max_examples=12)
def test_programmes_add_up_move_with_their_years_and_do_nothing_for_nobody(
    table: InputOutputTable, kind: str, start: int, seed: int
) -> None:
    base = scenario((), draws(seed), {"none": 1.0})
    one = programme(kind, start, seed)
    other = programme(next(k for k in PROGRAMMES if k != kind), start, seed)
    later_ = replace(one, deadline=one.deadline + 1, start=one.start and one.start + 1)

    def ran(*given_: Programme, on: Scenario = base) -> ImpactResult:
        return on.programmes(given_, "net", table)

    for measure in ("employment", "gdp"):
        both = ran(one, other).draws(measure)
        close(both, ran(one).draws(measure) + ran(other).draws(measure), measure)
        years = sum(ran(one).draws(measure, years=[year]) for year in YEARS)
        close(np.asarray(years), ran(one).draws(measure), measure)
        for year in YEARS[:-1]:
            moved = ran(later_).draws(measure, years=[year + 1])
            close(moved, ran(one).draws(measure, years=[year]), f"{measure} {year}")
    nobody = replace(base, commitments=base.commitments.assign(amount=0.0))
    assert ran(one, other, on=nobody).frame().empty
