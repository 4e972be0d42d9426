"""Everything that may be wrong between a study and what it names, gathered."""

from __future__ import annotations

from dataclasses import replace

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
    role_faults,
    site_faults,
    size_faults,
    supply_faults,
    support_faults,
)
from econ.study.question import Question

__all__ = ["question_faults"]


def question_faults(question: Question) -> list[Fault]:
    """Return everything wrong between a study and what it names."""
    file = question.path.name
    record = question.dataset("record").frame if question.file.study.record else None
    roles = [pair for event in question.events for pair in event.roles()]
    roles += question.file.additionality.roles()
    units = dict(zip(question.commitments["commitment"], question.commitments["unit"], strict=True))
    pledges, money = question.modelled, str(question.unit)
    return [
        *(
            region_faults(file, question.file.regions, question.events, question.data)
            or _geography_faults(question)
        ),
        *site_faults(
            file,
            events=question.events,
            programmes=question.programmes,
            assumptions=question.assumptions,
            years=question.years,
            products=question.table.products,
            final_uses=question.table.final_uses,
        ),
        *supply_faults(file, question.events, question.table),
        *support_faults(file, question.events),
        *size_faults(file, question.events, question.assumptions, commitments=units, money=money),
        *horizon_faults(file, question.events, question.pledges, question.years),
        *role_faults(file, roles),
        *household_faults(
            file, question.file.households, question.table.products, question.table.final_uses
        ),
        *unit_faults(file, question.wanted_units(), question.assumptions),
        *pledge_faults(file, question.pledges, question.events, question.excluded),
        *commitment_faults(
            file, question.commitments, question.events, question.programmes, question.promises
        ),
        *promise_faults(file, question.promises, pledges, question.table.products),
        *record_faults(file, record, question.commitments),
        *crosscheck_faults(
            file,
            question.crosschecks,
            question.assumptions,
            commitments=units,
            pledges=[*pledges, *groups_of(question.events)],
            money=money,
        ),
        *benchmark_faults(
            file, question.benchmarks, pledges=pledges, sources=question.data.sources
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
        *_variant_faults(question),
        *_regression_faults(question),
        *parameter_faults(
            file, [n for n, _ in question.own_units()], question.promises, question.assumptions
        ),
    ]


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
