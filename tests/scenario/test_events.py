"""Every kind of event on a table of three products: no euro is lost, and time moves with it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ.declared import Declared
from econ.errors import InputError
from econ.impact.result import MEASURES, ImpactResult
from econ.impact.shock import DemandShock
from econ.inputoutput.model import HouseholdClosure, LeontiefModel
from econ.inputoutput.table import InputOutputTable
from econ.kernels.phasing import renewal_profile
from econ.quantity.parameters import Assumptions, Draws, Parameter
from econ.quantity.prices import Deflator, ExchangeRates, Prices
from econ.quantity.units import Unit
from econ.scenario.additionality import Slack, gross_to_net
from econ.scenario.bill_of_goods import Line, Template
from econ.scenario.events import (
    EVENTS,
    CapitalExpenditure,
    Displacement,
    EnergySupply,
    Equity,
    Event,
    Hiring,
    HouseholdIncome,
    Operation,
    PublicFunding,
    Purchase,
    Renewal,
    RunningSite,
    Span,
    StartupSupport,
    Training,
    Works,
)
from econ.scenario.events.timing import WorksTable
from econ.scenario.satellites import groups_of
from econ.scenario.scenario import Scenario
from econ.study.checks.data_and_pledges import commitment_faults

VALUES = {
    "share": 0.5,
    "pay": 0.05,
    "bought": 0.02,
    "ramp": 0.0,
    "jobs": 100.0,
    "life": 2.0,
    "spread": 0.0,
    "cost": 1.0,
    "lost": 0.8,
    "slip": 1.0,
    "nothing": 0.0,
    "quarter": 0.25,
    "power": 10.0,
    "price": 0.4,
    "chance": 0.3,
    "response": 2.0,
    "here": 0.05,
    "country": 0.10,
}
YEARS = tuple(range(2024, 2034))
BUYS = Template(
    "buys",
    "buys",
    "P51G",
    {"all": ""},
    (
        Line("machines", "all", ("share",), product="C", life="life"),
        Line("works", "all", ("share",), product="F"),
    ),
    Path("buys.toml"),
)
CLOSURE = {"consumption": 0.5, "taxed": 0.1, "imported": 0.2, "take_home": 0.6}


def kinds() -> dict[str, Event]:
    """One event of every kind, on the pledge of its name."""
    works, span = Works.curve("even", 2025, 2026), Span(2026.0, 2029.0)
    site = Operation(BUYS, "C", 2026.0, "ramp", {"parameter": "jobs"}, "pay", {"per_job": "bought"})
    money: dict[str, Any] = {"own": 2022}
    found = [
        CapitalExpenditure(
            pledge="capital_expenditure",
            amount=money,
            template=BUYS,
            works=works,
            operation=site,
            renewal=Renewal("spread", "cost"),
        ),
        RunningSite(pledge="operation", operation=site),
        Hiring(pledge="hiring", jobs={"parameter": "jobs"}, product="F", span=span),
        Purchase(pledge="purchase", amount=money, product="C", works=works, use="P51G"),
        HouseholdIncome(pledge="household_income", amount=money, works=works),
        Equity(pledge="equity", amount=money, works=works),
        PublicFunding(
            pledge="public_funding",
            amount=money,
            template=BUYS,
            works=works,
            funding={"taxes": "quarter", "borrowing": "quarter", "relabelled": "remainder"},
            offset={"taxes": "share", "borrowing": "nothing"},
        ),
        EnergySupply(
            pledge="energy_supply",
            yearly={"parameter": "power", "times": ["price"]},
            product="A",
            use="P51G",
            span=span,
        ),
    ]
    return {event.kind: event for event in found}


KINDS = kinds()


def draws(**changed: float) -> Draws:
    """Central values only."""
    return Draws({name: np.array([value]) for name, value in (VALUES | changed).items()})


def scenario(*events: Event, amount: float = 100.0, **changed: float) -> Scenario:
    pledges = pd.DataFrame(
        {
            "pledge": list(EVENTS),
            "parent": None,
            "amount": amount,
            "currency": "EUR",
            "announced": pd.Timestamp("2022-06-01"),
        }
    )
    commitments = pd.DataFrame({"commitment": ["trained", "firms"], "amount": [1000.0, 50.0]})
    return Scenario(
        name="small",
        pledges=pledges,
        commitments=commitments,
        events=events,
        assumptions=Assumptions({}),
        years=YEARS,
        unit=Unit("EUR", 10**6, 2022),
        prices=Prices({"EUR": Deflator("EUR", {2022: 0.0})}, ExchangeRates({})),
        region="XX",
        draws=draws(**changed),
    )


def model(table: InputOutputTable) -> LeontiefModel:
    held = {name: np.array([value]) for name, value in CLOSURE.items()}
    return LeontiefModel(table, HouseholdClosure(**held, basket_use="P3_S14"))


def ran(table: InputOutputTable, given: Scenario) -> ImpactResult:
    return model(table).run(given.shock(table), "small.gross")


def net(table: InputOutputTable, given: Scenario, slack: Slack | None = None) -> ImpactResult:
    """All steps of the event's own, with a quarter anyway and none crowded out."""
    rules = given.additionality("quarter", "nothing", "nothing", slack)
    lost = given.losers(table).parts
    both = replace(given.shock(table), parts=(*given.shock(table).parts, *lost))
    found = model(table).run(both, "small.gross")
    names = {part.pledge for part in lost}
    own = tuple(r for r in found.responses if r.pledge not in names)
    losers = [r for r in found.responses if r.pledge in names]
    steps = gross_to_net(replace(found, responses=own), rules, given.draws, "net", losers=losers)
    return list(steps.values())[-1]


def by_year(result: ImpactResult, measure: str) -> list[float]:
    return [float(result.draws(measure, years=[year])[0]) for year in result.years]


# ---------------------------------------------------------------- laws over every kind


def test_every_kind_is_tried_here() -> None:
    assert set(KINDS) == set(EVENTS)


@pytest.mark.parametrize("kind", EVENTS)
def test_no_euro_is_lost_and_no_euro_is_made(kind: str, table: InputOutputTable) -> None:
    shock = scenario(KINDS[kind]).shock(table)
    assert isinstance(shock, DemandShock)
    assert sum(part.amount[0] for part in shock.parts) > 0.0
    for part in shock.parts:
        found = sum(money[0] for money in part.destinations().values())
        assert found == pytest.approx(part.amount[0], abs=1e-8)
        if part.phase == "construction":
            assert part.amount[0] == pytest.approx(100.0)
            assert part.profile.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("kind", [k for k in EVENTS if KINDS[k].money])
def test_a_pledge_of_nothing_does_nothing(kind: str, table: InputOutputTable) -> None:
    event = KINDS[kind]
    if isinstance(event, CapitalExpenditure):
        event = replace(event, operation=None, renewal=None)
    assert ran(table, scenario(event, amount=0.0)).frame().empty


@pytest.mark.parametrize("kind", EVENTS)
def test_a_pledge_a_year_later_has_its_effects_a_year_later(
    kind: str, table: InputOutputTable
) -> None:
    event: Any = KINDS[kind]
    changed: dict[str, Any] = {}
    if hasattr(event, "works"):
        changed["works"] = replace(event.works, start=event.works.start + 1)
    if hasattr(event, "span"):
        span = event.span
        changed["span"] = replace(span, start=span.start + 1, closing=span.closing + 1)
    if getattr(event, "operation", None) is not None:
        changed["operation"] = replace(event.operation, opening=event.operation.opening + 1)
    now = ran(table, scenario(event))
    then = ran(table, scenario(replace(event, **changed)))
    for measure in MEASURES:
        early, late = by_year(now, measure), by_year(then, measure)
        assert late[0] == 0.0
        np.testing.assert_allclose(late[1:], early[:-1], rtol=1e-9, atol=1e-9)


def test_what_two_pledges_do_is_the_sum_of_what_each_does(table: InputOutputTable) -> None:
    together = net(table, scenario(*KINDS.values()))
    alone = [net(table, scenario(event)) for event in KINDS.values()]
    for measure in MEASURES:
        parts = sum(result.draws(measure)[0] for result in alone)
        assert together.draws(measure)[0] == pytest.approx(parts, rel=1e-9)


# ---------------------------------------------------------------- what single kinds do


def test_unstated_wages_are_those_of_the_table(table: InputOutputTable) -> None:
    part = scenario(KINDS["hiring"]).shock(table).parts[0]
    row = table.products.position("F")
    assert part.amount[0] == pytest.approx(
        100.0 * table.compensation[row] / table.employment[row], rel=1e-12
    )


def test_a_stake_produces_nothing(table: InputOutputTable) -> None:
    assert ran(table, scenario(KINDS["equity"])).frame().empty


def test_income_without_work_is_induced_alone_and_spent_as_pay_is(table: InputOutputTable) -> None:
    income = ran(table, scenario(KINDS["household_income"]))
    for effect in ("direct", "indirect"):
        assert income.draws("gdp", effect=effect)[0] == 0.0
    hired = ran(table, scenario(KINDS["hiring"]))
    paid = hired.draws("compensation", effect="direct")[0]
    # 100 of disposable income is what is left of 100 / 0.6 of compensation.
    expected = hired.draws("gdp", effect="induced")[0] / paid * 100.0 / 0.6
    assert income.draws("gdp")[0] == pytest.approx(expected, rel=1e-9)


def test_machines_are_renewed_when_they_wear_out_and_never_after_the_closing(
    table: InputOutputTable,
) -> None:
    event: Any = KINDS["capital_expenditure"]
    stream = "renewal, life"
    profile = event.profiles(scenario(event), late=False)["operation", stream][:, 0]
    # Bought in 2025 and 2026, worn out every two years.
    assert profile.tolist() == [0, 0, 0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]
    closed = replace(event, operation=replace(event.operation, closing=2029.0))
    profiles = closed.profiles(scenario(closed), late=False)
    assert profiles["operation", stream][:, 0].tolist() == [0, 0, 0, 0.5, 0.5, 0, 0, 0, 0, 0]
    assert profiles["operation", ""][5:, 0].tolist() == [0] * 5
    (part,) = (p for p in scenario(event).shock(table).parts if p.stream)
    assert part.amount[0] == pytest.approx(50.0)


def test_a_relabelled_budget_adds_nothing_and_taxes_cost_their_offset(
    table: InputOutputTable,
) -> None:
    event: Any = KINDS["public_funding"]
    gross = ran(table, scenario(event)).draws("gdp")[0]
    # A quarter from taxes, half of it lost; a quarter borrowed, nothing lost; half relabelled.
    kept = 0.75 * (1.0 - 0.25 * 0.5 - 0.5)
    assert net(table, scenario(event)).draws("gdp")[0] == pytest.approx(kept * gross)
    all_of_it = replace(event, funding={"relabelled": "remainder"}, offset={})
    assert net(table, scenario(all_of_it)).draws("gdp")[0] == pytest.approx(0.0, abs=1e-9)


def test_who_loses_by_a_site_loses_in_its_own_product(table: InputOutputTable) -> None:
    site: Any = KINDS["operation"]
    losing = replace(
        site, operation=replace(site.operation, displacement=(Displacement("lost", "F"),))
    )
    before, after = net(table, scenario(site)), net(table, scenario(losing))
    lost = [r for r in after.responses if r.stream == "lost in F"]
    row = table.products.position("F")
    taken = sum(r.values["employment"][0, row, 0] * r.weight[0, 0] for r in lost)
    # A quarter of 100 jobs would have come anyway; 0.8 jobs are lost for each of the rest.
    assert taken == pytest.approx(-0.8 * 75.0)
    for response in lost:
        pay, added = (response.values[m][0].sum() for m in ("compensation", "gva"))
        assert added == pytest.approx(pay)
    for measure in MEASURES:
        change = after.draws(measure)[0] - before.draws(measure)[0]
        assert change == pytest.approx(
            sum(
                float((r.values[measure].sum(axis=1) * r.weight).sum() * r.profile.sum())
                for r in lost
            )
        )


def test_one_parameter_displaces_in_each_of_two_products_as_it_does_alone(
    parts: dict[str, Any],
) -> None:
    # Jobs per output differ: a unit of each product is another number of jobs.
    employment = np.array([10.0, 5.0, 30.0]) * parts["output"]
    uneven = InputOutputTable.from_arrays(**parts | {"employment": employment})

    def lost_by(*products: str) -> dict[str, float]:
        losses = tuple(Displacement("lost", product) for product in products)
        found = net(uneven, scenario(replace(KINDS["hiring"], displacement=losses)))
        own = net(uneven, scenario(KINDS["hiring"]))
        direct = [
            result.frame().query("measure == 'employment' and effect == 'direct' and year == 2027")
            for result in (found, own)
        ]
        after, before = (frame.groupby("product", observed=True)["value"].sum() for frame in direct)
        changed = after.sub(before, fill_value=0.0)
        return {str(p): float(v) for p, v in changed.items() if abs(v) > 1e-9}

    # 100 people, a quarter anyway: 75 are left, and each takes 0.8 of a job.
    assert lost_by("A") == pytest.approx({"A": -60.0})
    assert lost_by("F") == pytest.approx({"F": -60.0})
    assert lost_by("A", "F") == pytest.approx({"A": -60.0, "F": -60.0})


def test_a_contract_has_no_jobs_to_count_the_losses_of_others_by(table: InputOutputTable) -> None:
    event: Any = replace(KINDS["energy_supply"], displacement=(Displacement("lost", "F"),))
    (fault,) = [
        fault
        for fault in event.faults("small.toml", Assumptions({}), YEARS, table.products)
        if fault.column == "displacement"
    ]
    assert (fault.problem, fault.value) == ("jobs of others per job", "F")
    assert "give a parameter alone" in fault.mend


def test_a_promised_number_is_money_once_and_jobs_once_and_of_the_kind_its_place_takes() -> None:
    rows = pd.DataFrame(
        {
            "commitment": ["gpus", "staff", "taught"],
            "kind": ["equipment", "jobs_permanent", "people_trained"],
            "amount": [100.0, 50.0, 20.0],
        }
    )

    def found(**changed: Mapping[str, Any]) -> list[tuple[str, str]]:
        events = [
            replace(KINDS["purchase"], amount=changed["amount"]),
            replace(KINDS["equity"], amount=changed.get("again", {"own": 2022})),
            replace(KINDS["hiring"], jobs=changed["jobs"]),
            replace(KINDS["energy_supply"], yearly=changed["yearly"]),
        ]
        faults = commitment_faults("small.toml", rows, events, (), ())
        return [(str(fault.row), fault.problem) for fault in faults]

    gpus: dict[str, Any] = {"commitment": "gpus", "times": ["price"]}
    fine: dict[str, Any] = {"amount": gpus, "jobs": {"commitment": "staff"}, "yearly": gpus}
    assert found(**fine) == []
    assert found(**fine | {"again": gpus}) == [("amount", "counted twice")]
    assert found(**fine | {"jobs": gpus}) == []
    assert found(**fine | {"jobs": {"commitment": "gpus"}}) == [("jobs", "of the kind equipment")]
    taught = {"commitment": "taught", "times": ["share"]}
    assert found(**fine | {"jobs": taught}) == [("jobs", "of the kind people_trained")]
    assert found(**fine | {"yearly": {"commitment": "gpu"}}) == [("yearly", "no such commitment")]


def test_public_money_has_the_lines_groups_and_sources_of_its_template(
    table: InputOutputTable,
) -> None:
    lines = tuple(replace(line, source=("somebody_2020",)) for line in BUYS.lines)
    event: Any = replace(KINDS["public_funding"], template=replace(BUYS, lines=lines))
    given = scenario(event)
    bill = event.bill(given, table)
    assert {line: money[0] for line, money in bill.lines.items()} == pytest.approx(
        {"machines": 50.0, "works": 50.0}
    )
    assert bill.sources["machines"] == ("somebody_2020",)
    assert groups_of([event]) == ["public_funding.all"]
    assert given.spent["public_funding.all"][0] == pytest.approx(100.0)
    assert KINDS["equity"].bill(given, table) is None


def test_crowding_out_follows_unemployment_around_the_site(table: InputOutputTable) -> None:
    event = replace(KINDS["hiring"], unemployment="here")
    slack = Slack("response", "country")
    loose, tight = net(table, scenario(event)), net(table, scenario(event), slack)
    # Five points less unemployment take 2 x 0.05 of the jobs at the site, and of no other.
    for effect, left in (("direct", 0.9), ("induced", 1.0)):
        ratio = tight.draws("employment", effect=effect)[0]
        assert ratio == pytest.approx(left * loose.draws("employment", effect=effect)[0])


def test_a_chance_is_its_probability_at_the_centre_and_all_or_nothing_in_the_draws() -> None:
    held = Parameter("chance", "Chance", 0.3, 0.3, 0.3, "share", "fixed", "judgement")
    found = Assumptions({"chance": held}).draws(1, 1000)
    one, other = found.chance("chance", "one"), found.chance("chance", "other")
    assert one[0] == 0.3
    assert set(one[1:]) == {0.0, 1.0}
    # One stratum per draw: the share of draws is the probability.
    assert one[1:].mean() == pytest.approx(0.3, abs=1e-3)
    assert not np.array_equal(one, other)
    np.testing.assert_array_equal(found.part(slice(10, 20)).chance("chance", "one")[1:], one[11:21])


def test_programmes_reach_people_along_their_curve_and_count_a_year_later(
    table: InputOutputTable,
) -> None:
    common: dict[str, Any] = {"deadline": 2027, "start": 2026, "curve": "even", "effect": "share"}
    trained = Training(
        commitment="trained", label="t", overlap="quarter", completion="share", **common
    )
    firms = StartupSupport(
        commitment="firms",
        label="f",
        overlap="nothing",
        survival="share",
        at_most="power",
        **common,
    )
    found = scenario().programmes((trained, firms), "net", table)
    people = 1000 * 0.5 * 0.75 * 0.5
    jobs = [float(found.draws("employment", pledges=["trained"], years=[y])[0]) for y in YEARS]
    assert jobs == pytest.approx([0, 0, 0, people / 2, *[people] * 6])
    capped = found.draws("employment", pledges=["firms"], years=[2033])[0]
    assert capped == pytest.approx(10 * 0.5 * 0.5)


# ---------------------------------------------------------------- renewal, and refusals


@given(st.integers(2, 5), st.floats(0.0, 0.7))
def test_what_is_renewed_within_a_long_time_is_the_stock_over_its_life(
    life: int, spread: float
) -> None:
    once = np.zeros((200, 1))
    once[0] = 1.0
    found = renewal_profile(once, np.array([float(life)]), np.array([spread]))
    # Renewal theorem: on average once every life; the first life is a whole one.
    assert found[100:160].sum() == pytest.approx(60 / life, rel=0.1)


@pytest.mark.parametrize(
    ("works", "words"),
    [
        ({"start": 2025, "curve": "evn", "until": 2026}, "did you mean even"),
        ({"start": 2025, "curve": "even"}, "a curve runs until a year"),
        ({"start": 2025, "curve": "even", "until": 2024}, "until lies before start"),
        ({"start": 2025}, "give one of shares, curve, milestones"),
        ({"start": 2025, "milestones": {"2025-06-30": 0.5}}, "do not end at one"),
        ({"start": 2025, "milestones": {"soon": 1.0}}, "no date"),
        ({"start": 2025, "milestones": {"2026-01-01": 0.9, "2025-06-30": 1.0}}, "do not rise"),
    ],
)
def test_works_that_cannot_be_are_refused(works: Mapping[str, Any], words: str) -> None:
    from econ.declared import declared

    shape: type[Declared] = WorksTable
    with pytest.raises(InputError, match=words):
        declared(shape, works, "mine.toml")
