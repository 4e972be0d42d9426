"""Everything that may be wrong between a study and what it names, gathered."""

from __future__ import annotations

from dataclasses import replace

from econ.data.codes import INTERMEDIATE
from econ.errors import Fault, InputError
from econ.scenario.benchmarks import benchmark_faults
from econ.scenario.crosschecks import crosscheck_faults
from econ.scenario.satellites import groups_of, satellite_faults
from econ.study.checks.data_and_pledges import (
    commitment_faults,
    household_faults,
    parameter_faults,
    pledge_faults,
    promise_faults,
    record_faults,
    region_faults,
    unit_faults,
)
from econ.study.checks.doubt_checks import doubt_faults
from econ.study.checks.event_checks import (
    horizon_faults,
    metered_faults,
    role_faults,
    site_faults,
    size_faults,
    supply_faults,
    support_faults,
)
from econ.study.checks.meaning import (
    announced_faults,
    displacement_faults,
    idle_faults,
    net_of_faults,
    number_faults,
    own_number_faults,
    programme_faults,
    twice_faults,
    use_faults,
)
from econ.study.question import Question

__all__ = ["question_faults"]


def question_faults(question: Question) -> list[Fault]:
    """Return everything wrong between a study and what it names."""
    by_reason = (
        _place_faults,
        _event_faults,
        _step_faults,
        _name_faults,
        _beside_faults,
        _variant_faults,
        _regression_faults,
    )
    return [fault for faults in by_reason for fault in faults(question)]


def _place_faults(question: Question) -> list[Fault]:
    """Return areas, sites and data of regions that do not fit."""
    file, settings = question.path.name, question.file.regions
    named = region_faults(file, settings, question.events, question.data)
    return named or _geography_faults(question)


def _event_faults(question: Question) -> list[Fault]:
    """Return what is wrong with events and programmes: years, sizes, products, numbers."""
    file, events, assumptions = question.path.name, question.events, question.assumptions
    table, pledges, units = question.table, question.pledges, _units(question)
    templates = [template for event in events for template in event.used_templates]
    settings = question.file.study
    prices = question.data.prices(settings.prices, settings.rates)
    return [
        *site_faults(
            file,
            events=events,
            programmes=question.programmes,
            assumptions=assumptions,
            years=question.years,
            products=table.products,
            final_uses=table.final_uses,
        ),
        *supply_faults(file, events, table),
        *metered_faults(file, events, question.file.energy),
        *support_faults(file, events),
        *size_faults(file, events, assumptions, commitments=units, money=str(question.unit)),
        *horizon_faults(file, events, pledges, question.years),
        *number_faults(file, events, templates, assumptions),
        *net_of_faults(file, events, pledges),
        *use_faults(file, events, [INTERMEDIATE, *table.final_uses.labels]),
        *programme_faults(file, question.programmes, assumptions, units),
        *announced_faults(file, events, pledges, prices, question.unit),
    ]


def _step_faults(question: Question) -> list[Fault]:
    """Return what would be taken off twice on the way to net, and what moves no step."""
    file, events, settings = question.path.name, question.events, question.file.additionality
    roles = [pair for event in events for pair in event.roles()] + settings.roles()
    used = {
        "the households": question.household_names().values(),
        "a template": [
            name
            for event in events
            for template in event.used_templates
            for name, _ in template.parameter_units()
        ],
        "the size or time of an event": [
            name
            for event in events
            for name, _ in event.parameter_units("")
            if name not in {own for _, own in event.roles()}
        ],
    }
    return [
        *role_faults(file, roles),
        *displacement_faults(file, events),
        *idle_faults(file, events, slack=settings.slack is not None),
        *twice_faults(file, roles, used),
    ]


def _name_faults(question: Question) -> list[Fault]:
    """Return pledges, promises, commitments and parameters that nobody knows or that do not fit."""
    file, events, assumptions = question.path.name, question.events, question.assumptions
    record = question.dataset("record").frame if question.file.study.record else None
    products, uses = question.table.products, question.table.final_uses
    promises, commitments = question.promises, question.commitments
    return [
        *household_faults(file, question.file.households, products, uses),
        *unit_faults(file, question.wanted_units(), assumptions),
        *pledge_faults(file, question.pledges, events, question.excluded),
        *commitment_faults(file, commitments, events, question.programmes, promises),
        *promise_faults(file, promises, question.modelled, products),
        *record_faults(file, record, commitments),
        *parameter_faults(file, [n for n, _ in question.own_units()], promises, assumptions),
        *own_number_faults(file, [n for n, _ in question.own_units()], assumptions),
    ]


def _beside_faults(question: Question) -> list[Fault]:
    """Return what is wrong with what stands beside jobs and GDP: checks, purse, doubt."""
    file, pledges, money = question.path.name, question.modelled, str(question.unit)
    units, settings = _units(question), question.file.study
    return [
        *crosscheck_faults(
            file,
            question.crosschecks,
            question.assumptions,
            commitments=units,
            pledges=[*pledges, *groups_of(question.events)],
            money=money,
        ),
        *benchmark_faults(
            file,
            question.benchmarks,
            pledges=pledges,
            sources=question.data.sources,
            unit=question.unit,
            prices=question.data.prices(settings.prices, settings.rates),
        ),
        *satellite_faults(
            file,
            question.file,
            question.assumptions,
            question.events,
            units,
            products=question.table.products,
            money=money,
        ),
        *doubt_faults(question.file, file, question.used_names(), question.variants, question.data),
    ]


def _units(question: Question) -> dict[str, str]:
    """Return the unit of every commitment."""
    rows = question.commitments
    return dict(zip(rows["commitment"], rows["unit"], strict=True))


def _geography_faults(question: Question) -> list[Fault]:
    try:
        _ = question.geography
    except InputError as error:
        return list(error.faults)
    return []


def _regression_faults(question: Question) -> list[Fault]:
    asked = question.file.regression
    if not asked:
        return []
    from econ.study.regressions import regression_faults  # noqa: PLC0415  (few studies ask)

    used = sorted(question.used_names())
    return regression_faults(question.path.name, asked, question.data, used)


def _variant_faults(question: Question) -> list[Fault]:
    faults: list[Fault] = []
    for variant in question.variants:
        try:
            question.with_(**dict(variant.changes))
        except InputError as error:
            file, row = question.path.name, f"variant {variant.name}"
            faults += [replace(fault, file=file, row=row) for fault in error.faults]
    return faults
