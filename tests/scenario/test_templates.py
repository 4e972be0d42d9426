"""Templates of spending: shares that add up, sources that exist, assumptions of their own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from econ import Assumptions, InputError, Study, Template, bill_of_goods
from econ.data.catalogue import Catalogue, data_folder
from econ.quantity.provenance import sources_by_key
from econ.report.tables import TABLES
from econ.scenario.bill_of_goods import line_shares
from econ.scenario.templates import with_templates
from econ.study.parts.answer import contents

SHIPPED = sorted((data_folder() / "templates").glob("*.toml"))


def known(*templates: Template) -> Assumptions:
    faults: list[Any] = []
    assumptions = with_templates(Assumptions.load(), templates, sources_by_key(), faults)
    assert faults == []
    return assumptions


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_template_of_ours_spends_all_it_is_given_on_products_of_the_table(
    study: Study, path: Path
) -> None:
    template = Template.load(path)
    assumptions = known(template)
    assert template.faults(study.table.products, study.table.final_uses, assumptions) == []
    draws = assumptions.draws(seed=1, count=50)
    shares = line_shares(template, draws)
    assert all((share >= 0.0).all() for share in shares)
    np.testing.assert_allclose(np.sum(shares, axis=0), 1.0, rtol=1e-12)
    bill = bill_of_goods(template, np.full(51, 100.0), draws, study.table)
    spent = [bill.domestic, bill.imported, bill.margins, bill.taxes]
    total = sum(part.sum(axis=0) for part in spent) + bill.existing_assets
    np.testing.assert_allclose(total, 100.0, rtol=1e-12)
    np.testing.assert_allclose(
        np.sum(list(bill.home.values()), axis=0),
        bill.domestic.sum(axis=0) + bill.margins.sum(axis=0),
        atol=1e-9,
    )


def test_all_templates_of_ours_can_stand_side_by_side() -> None:
    templates = [Template.load(path) for path in SHIPPED]
    assert {"data_centre", "data_centre_conventional", "warehouse", "factory", "office"} <= {
        template.name for template in templates
    }
    known(*templates)


def test_a_retrofit_stays_at_home_and_servers_do_not(study: Study) -> None:
    shares = {}
    for name in ("building_retrofit", "data_centre", "data_centre_conventional", "gpu_cluster"):
        template = Template.load(data_folder() / "templates" / f"{name}.toml")
        draws = known(template).draws(seed=1, count=0)
        bill = bill_of_goods(template, np.array([100.0]), draws, study.table)
        shares[name] = float(sum(bill.home.values()).sum())
    assert shares["building_retrofit"] > 80.0
    assert shares["gpu_cluster"] < 15.0
    assert shares["gpu_cluster"] < shares["data_centre"] < shares["data_centre_conventional"]


def test_the_bill_shows_what_stays_at_home_and_what_each_line_rests_on(
    without_regions: Study,
) -> None:
    bill = TABLES["bill"](contents(without_regions.with_draws(20)))
    servers = bill[bill["asset"] == "Servers, GPUs and storage"].iloc[0]
    assert servers["source"] == "bernstein_2025;thunder_said_2025"
    # 5 % of the basic price made at home, and a trade margin of 3 % on top.
    assert servers["home"] == pytest.approx((1 - 0.005 - 0.03) * 0.05 + 0.03)
    assert (bill.loc[bill["asset"] == "Land", "home"] == 0.0).all()


# ---------------------------------------------------------------- bad input


def broken(copied: Catalogue, old: str, new: str) -> str:
    path = copied.folder / "templates" / "warehouse.toml"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(InputError) as refused:
        Study.load("choose_france_2024", copied)
    return str(refused.value)


def test_a_source_nobody_knows_is_refused_by_name(copied: Catalogue) -> None:
    said = broken(copied, '"lessentieldeleco_2025"', '"lessentieldeleco_2026"')
    assert "warehouse.toml, row 1, column source, value lessentieldeleco_2026" in said
    assert "did you mean lessentieldeleco_2025" in said


def test_a_template_may_not_take_a_name_that_is_an_assumption_already(copied: Catalogue) -> None:
    entry = '[assumptions.it_share]\nlabel = "x"\nvalue = 0.1\nunit = "share"\nbasis = "judgement"'
    said = broken(copied, "[groups.building]", f"{entry}\n\n[groups.building]")
    assert "it_share: a name that is taken; assumptions.toml has it already" in said


def test_an_assumption_of_a_template_needs_its_fields(copied: Catalogue) -> None:
    said = broken(copied, "[groups.building]", "[assumptions.mine]\nvalue = 2\n\n[groups.building]")
    assert "warehouse.toml" in said
    assert "mine" in said


def test_an_assumption_of_a_template_is_drawn_shown_and_can_be_changed(copied: Catalogue) -> None:
    path = copied.folder / "templates" / "warehouse.toml"
    text = path.read_text("utf-8").replace('["weight_conveyors"]', '["weight_robots"]')
    entry = 'label = "Robots"\nvalue = 0.7\nlow = 0.6\nhigh = 0.8\nunit = "weight"'
    text += f'\n[assumptions.weight_robots]\n{entry}\nbasis = "judgement"\n'
    path.write_text(text, "utf-8")
    study = Study.load("choose_france_2024", copied).with_draws(20)
    assert study.assumptions["weight_robots"].value == 0.7
    assert study.fixing(weight_robots=0.65).assumptions["weight_robots"].value == 0.65
    bare = study.file.model_copy(update={"regions": None})
    country = replace(study, file=bare, variants=())
    shown = TABLES["assumptions"](contents(country))
    assert "weight_robots" in set(shown["parameter"])
    assert "weight_conveyors" not in set(shown["parameter"])


def test_a_template_is_loaded_by_its_path_in_words() -> None:
    path = data_folder() / "templates" / "factory.toml"
    number: Any = 5
    assert Template.load(str(path)) == Template.load(path)
    with pytest.raises(InputError, match="give the path of the file"):
        Template.load(number)
