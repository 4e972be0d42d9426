"""What the state pays for a pledge: the offset on the way to net, and the cost of a net job."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from econ import Study
from econ.data.folder import data_folder
from econ.impact.result import ImpactResult
from econ.inputoutput.model import HouseholdClosure, LeontiefModel
from econ.inputoutput.table import InputOutputTable
from econ.quantity.parameters import Assumptions, Draws
from econ.quantity.prices import Deflator, ExchangeRates, Prices
from econ.quantity.units import Unit
from econ.report.contents import Contents
from econ.report.figures import FIGURES
from econ.report.language import ENGLISH
from econ.report.page import page
from econ.report.tables import TABLES
from econ.scenario.additionality import gross_to_net
from econ.scenario.events import (
    Event,
    Hiring,
    HouseholdIncome,
    PublicFunding,
    Purchase,
    Span,
    Works,
)
from econ.scenario.events.purchase import one_product
from econ.scenario.scenario import Scenario
from econ.study.parts.answer import contents

VALUES = {
    "jobs": 100.0,
    "pay": 0.05,
    "built": 0.8,
    "anyway": 0.25,
    "nothing": 0.0,
    "crowded": 0.5,
    "half": 0.5,
}
YEARS = (2024, 2025, 2026)
CLOSURE = {"consumption": 0.5, "taxed": 0.1, "imported": 0.2, "take_home": 0.6}


def scenario(*events: Event) -> Scenario:
    pledges = pd.DataFrame(
        {
            "pledge": ["site", "other", "shop", "aid"],
            "parent": None,
            "amount": [np.nan, np.nan, 10.0, 10.0],
            "currency": "EUR",
            "announced": pd.Timestamp("2022-06-01"),
        }
    )
    return Scenario(
        name="small",
        pledges=pledges,
        commitments=pd.DataFrame({"commitment": ["none"], "amount": [1.0]}),
        events=events,
        assumptions=Assumptions({}),
        years=YEARS,
        unit=Unit("EUR", 10**6, 2022),
        prices=Prices({"EUR": Deflator("EUR", {2022: 0.0})}, ExchangeRates({})),
        region="XX",
        draws=Draws({name: np.array([value]) for name, value in VALUES.items()}),
    )


def steps(table: InputOutputTable, *events: Event) -> dict[str, ImpactResult]:
    given = scenario(*events)
    held = {name: np.array([value]) for name, value in CLOSURE.items()}
    model = LeontiefModel(table, HouseholdClosure(**held, basket_use="P3_S14"))
    own, lost = given.shock(table), given.losers(table)
    found = model.run(replace(own, parts=(*own.parts, *lost.parts)), "gross")
    names = {part.pledge for part in lost.parts}
    return gross_to_net(
        replace(found, responses=tuple(r for r in found.responses if r.pledge not in names)),
        given.additionality("anyway", "nothing", "crowded"),
        given.draws,
        "net",
        losers=[r for r in found.responses if r.pledge in names],
    )


SITE = Hiring(
    pledge="site",
    jobs={"parameter": "jobs"},
    product="C",
    span=Span(2024.0),
    pay="pay",
    realised="built",
)


def aid(**changed: Any) -> PublicFunding:
    """Ten millions for the site, half from taxes that households feel in full, half borrowed."""
    given: dict[str, Any] = {
        "pledge": "aid",
        "amount": {"own": 2022},
        "template": None,
        "supports": ("site",),
        "works": Works(2025, (1.0,)),
        "funding": {"taxes": "half", "borrowing": "remainder"},
        "offset": {"taxes": "half", "borrowing": "nothing"},
    }
    return PublicFunding(**given | changed)


def test_a_site_with_public_money_by_hand(table: InputOutputTable) -> None:
    walked = steps(table, SITE, aid())
    before, after = walked["leakage"], walked["funding offset"]
    assert list(walked) == [
        "gross",
        "realisation and delay",
        "reference case",
        "leakage",
        "funding offset",
        "crowding out",
    ]
    # 100 people, 0.8 of them hired, a quarter of these anyway: 60 a year are left.
    assert before.draws("employment", effect="direct", years=[2024])[0] == pytest.approx(60.0)
    # The state pays 0.8 x 10. Half of it is taxes, of which half is lost: 2 millions less to spend,
    # in the year they are paid. What a million does is known from income without work.
    given = steps(
        table,
        HouseholdIncome(pledge="aid", amount={"own": 2022}, works=Works(2025, (1.0,))),
    )
    per_million = given["gross"].draws("employment", years=[2025])[0] / 10.0
    assert per_million > 0.0
    for year, lost in ((2024, 0.0), (2025, 2.0 * per_million), (2026, 0.0)):
        taken = before.draws("employment", years=[year]) - after.draws("employment", years=[year])
        assert taken[0] == pytest.approx(lost)
    # Half of those who lose find other work, as half of those who are hired had some.
    net = walked["crowding out"]
    jobs = before.draws("employment")[0] - 2.0 * per_million
    assert net.draws("employment")[0] == pytest.approx(0.5 * jobs)
    # The site did not ask for the money: gross is what it is without.
    alone = steps(table, SITE)["gross"]
    assert walked["gross"].draws("employment")[0] == alone.draws("employment")[0]
    assert "aid" not in net.pledges


def test_what_a_relabelled_budget_would_have_bought_is_lost(table: InputOutputTable) -> None:
    instead = one_product("office", "F", "P51G", "nothing")
    moved = aid(funding={"relabelled": "remainder"}, offset={}, instead=instead)
    walked = steps(table, SITE, moved)
    bought = Purchase(
        pledge="aid",
        amount={"own": 2022},
        product="F",
        works=Works(2025, (1.0,)),
        use="P51G",
        import_share="nothing",
    )
    # The state pays 0.8 of its ten millions, and all of what they would have bought is lost.
    for measure in ("employment", "gdp"):
        taken = walked["leakage"].draws(measure) - walked["funding offset"].draws(measure)
        whole = steps(table, bought)["gross"].draws(measure)
        assert taken[0] == pytest.approx(0.8 * whole[0])


def test_money_for_two_pledges_is_shared_out_as_their_amounts_are(table: InputOutputTable) -> None:
    bought = Purchase(
        pledge="shop", amount={"own": 2022}, product="F", works=Works(2025, (1.0,)), use="P51G"
    )
    given = scenario(SITE, replace(SITE, pledge="other"), bought, aid(supports=("site", "other")))
    assert {pair: money[0] for pair, money in given.public_money.items()} == pytest.approx(
        {("aid", "site"): 5.0, ("aid", "other"): 5.0}
    )
    given = replace(given, events=(*given.events[:3], aid(supports=("site", "shop"))))
    assert given.public_money["aid", "shop"][0] == pytest.approx(10.0)
    assert "aid" not in given.amounts
    assert steps(table, bought, aid(supports=("shop",)))["gross"].pledges == ("shop",)


# ---------------------------------------------------------------- in a report


AID = """[[event]]
kind = "public_funding"
pledge = "state_ai_2023"
amount = { own = 2023 }
supports = ["amazon_logistics", "amazon_aws"]
works = { start = 2024, curve = "even", until = 2026 }
funding = { taxes = "remainder" }
offset = { taxes = "offset_of_taxes" }

[assumptions.offset_of_taxes]
label = "Lost of what taxpayers would have spent"
value = 0.1
unit = "share"
basis = "judgement"

"""


@pytest.fixture(scope="module")
def aided(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The main study, as if 500 millions of public money went to Amazon: made up."""
    text = (data_folder() / "studies" / "choose_france_2024.toml").read_text("utf-8")
    start = text.index('[[excluded]]\npledge = "state_ai_2023"')
    text = text[:start] + text[text.index("[[excluded]]", start + 1) :]
    mark = '[[event]]\nkind = "equity"'
    assert mark in text
    path = tmp_path_factory.mktemp("aided") / "aided.toml"
    path.write_text(text.replace(mark, AID + mark), "utf-8")
    return replace(Study.load(path).with_draws(40), variants=())


@pytest.fixture(scope="module")
def shown(aided: Study) -> Contents:
    file = aided.file.model_copy(update={"regions": None})
    return contents(replace(aided, file=file))


def test_the_cost_of_a_net_job_is_the_money_over_the_net_jobs_of_its_pledges(
    shown: Contents,
) -> None:
    rows = TABLES["public_money"](shown)
    paid = rows[rows["pays"]].set_index("phase")
    names = ["amazon_logistics", "amazon_aws"]
    assert shown.label("state_ai_2023") == paid.loc["construction", "label"]
    (entry,) = shown.public_money
    assert entry.supports == tuple(names)
    for phase, years in (("construction", None), ("operation", [2035])):
        for column, result in (("per_job", shown.net), ("per_gross_job", shown.gross)):
            jobs = result.draws("employment", pledges=names, phase=phase, years=years)
            each = 1000.0 * entry.paid / jobs
            assert paid.loc[phase, column] == pytest.approx(each[0])
            if (jobs > 0.0).all():
                low, high = np.quantile(each[1:], [0.05, 0.95])
                assert paid.loc[phase, f"{column}_low"] == pytest.approx(min(low, each[0]))
                assert paid.loc[phase, f"{column}_high"] == pytest.approx(max(high, each[0]))
    assert paid.loc["both", "unit"] == "kEUR 2024 per job-year"
    assert paid.loc["operation", "unit"] == "kEUR 2024 per job"
    # No state pays for a site that is not built: 0.8 of the money at the centre, less the chance
    # that the data centres are given up.
    amounts = [shown.amounts[name][0] for name in names]
    built = (amounts[0] * 0.8 + amounts[1] * 0.8 * (1 - 0.06)) / sum(amounts)
    announced = 500.0 * 1.023  # of 2023, in prices of 2024
    assert paid.loc["both", "money"] == pytest.approx(announced * built, rel=1e-6)


def test_the_money_is_no_investment_of_its_own_and_its_offset_is_a_step(shown: Contents) -> None:
    assert "state_ai_2023" not in shown.amounts
    bridge = TABLES["bridge"](shown)
    steps_ = bridge["step"].drop_duplicates().tolist()
    assert steps_[-2:] == ["funding offset", "crowding out"]
    rows = bridge[bridge["step"] == "funding offset"].set_index(["phase", "measure"])
    assert rows.loc[("construction", "employment"), "lost"] > 0.0
    assert rows.loc[("operation", "employment"), "lost"] == 0.0
    for _, step in bridge.groupby(["phase", "measure"]):
        left = step["left"].to_numpy()
        np.testing.assert_allclose(left[:-1] - step["lost"].to_numpy()[1:], left[1:], rtol=1e-9)


def test_the_page_shows_the_cost_per_net_job_with_its_interval(shown: Contents) -> None:
    tables = {name: make(shown) for name, make in TABLES.items()}
    text = page(shown, tables, dict.fromkeys(FIGURES, "<svg></svg>"))
    assert "Public money per net job" in text
    assert shown.label("state_ai_2023") in text
    assert "knows of no money that the state pays" not in text
    row = tables["public_money"].query("pays and phase == 'construction'").iloc[0]
    assert ENGLISH.ranged(row["per_job"], row["per_job_low"], row["per_job_high"]) in text.replace(
        " <small>", " "
    )


def test_by_area_those_who_pay_are_where_people_work(aided: Study) -> None:
    # Areas are held to the country at every step when the study runs.
    found = aided.with_draws(4).run()
    after = found.regional["funding offset"]
    payers = [r for r in after.responses if r.stream == "taxes for state_ai_2023"]
    assert aided.geography is not None
    lost = np.array([float(r.totals("employment").sum(axis=0)[0]) for r in payers])
    assert (lost < 0.0).all()
    shares = aided.geography.activity.size
    by_area = pd.Series(lost, [r.region for r in payers]).groupby(level=0, sort=False).sum()
    # Not where the warehouse is, but all over the country; people also shop elsewhere.
    assert np.corrcoef(by_area.to_numpy(), -shares)[0, 1] > 0.95


@pytest.mark.parametrize("at_once", [1, 2, 16])
def test_some_pledges_at_a_time_bear_what_their_payers_lose(aided: Study, at_once: int) -> None:
    few = aided.with_draws(3)
    whole = few.nationally(few.draws())
    parts = list(few.in_parts(few.draws(), at_once))
    for phase in ("construction", "operation"):
        for side, result in enumerate((whole.gross, whole.net)):
            found = sum(part[side].draws("employment", phase=phase) for part in parts)
            np.testing.assert_allclose(found, result.draws("employment", phase=phase), rtol=1e-9)


def test_without_public_money_the_page_says_so_and_no_step_offsets_it(
    without_regions: Study,
) -> None:
    found = contents(without_regions.with_draws(2))
    assert found.public_money == ()
    assert "funding offset" not in found.steps
    rows = TABLES["public_money"](found)
    assert not rows["pays"].any()
    assert rows["per_gross_job"].isna().all()
