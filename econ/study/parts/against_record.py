"""What a study's model says held against what the record says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError, nearest
from econ.impact.result import ImpactResult
from econ.impact.shock import Activity, DemandShock, ShockPart
from econ.inputoutput.model import HouseholdClosure, LeontiefModel
from econ.inputoutput.table import InputOutputTable
from econ.regression.local_multiplier.model import LocalMultiplier
from econ.regression.panel.regional_panel import regional_panel
from econ.regression.record.evidence import Evidence
from econ.regression.record.pooled import Pooled
from econ.regression.record.response import ResponseModel
from econ.regression.record.studies import JOBS
from econ.regression.record.triangulation import calibrate
from econ.report.contents.against_record import AgainstRecord
from econ.scenario.evidence import EvidenceTable
from econ.study.evaluation import Evaluation
from econ.study.study import Study

__all__ = ["against_record", "average_job"]

Array = npt.NDArray[np.float64]

OWN: Final = "average job"
OURS: Final = "our own estimate, 2008 to 2018"
SITES: Final = "the study's own exposed sites"
AVERAGE: Final = "an average exposed job"


def average_job(
    table: InputOutputTable, products: Iterable[str], columns: int, region: str
) -> DemandShock:
    """Return one more job, of average inputs and pay, in some industries: the record's question.

    Parameters
    ----------
    table : InputOutputTable
    products : iterable of str
        Where the job is: spread over them as jobs are.
    columns : int
        Central value and draws, c.
    region : str
    """
    rows = list(table.products.positions(list(products)))
    jobs = float(table.employment[rows].sum())
    inputs = table.flows[:, rows].sum(axis=1) / jobs
    pay = float(table.compensation[rows].sum()) / jobs
    one = np.ones(columns)
    bought = np.outer(inputs, one)
    nothing = np.zeros_like(bought)
    site = Activity(table.products.labels[rows[0]], 0.0 * one, pay * one, one)
    part = ShockPart(
        pledge=OWN,
        phase="operation",
        region=region,
        amount=bought.sum(axis=0) + pay * one,
        domestic=bought,
        imported=nothing,
        margins=nothing,
        taxes=nothing,
        existing_assets=0.0 * one,
        profile=np.ones((1, columns)),
        activity=site,
    )
    year = table.unit.price_year or 0
    return DemandShock(table.products, (year,), table.unit, (part,), table.provenance)


def against_record(study: Study, evaluation: Evaluation) -> AgainstRecord | None:
    """Return the study's model and the record, or None where the study names no evidence."""
    table = study.file.evidence
    effects = {e for response in evaluation.gross.responses for e in response.effects}
    if table is None or "induced" not in effects:
        return None
    evidence, pooled = _pooled(study, table)
    record = next(iter(pooled.values()))
    groups = study.dataset("products").frame
    by_group = dict(zip(groups["code"], groups["group"], strict=True))
    titles = dict(zip(groups["code"], groups["label"], strict=True))
    labels = study.table.products.labels
    exposed = [code for code in labels if by_group[code] in table.exposed]
    sheltered = [code for code in labels if by_group[code] in table.sheltered]
    asked = _asked(study, evaluation, exposed)
    rows = list(study.table.products.positions(sheltered))
    every = list(range(len(labels)))
    parts = evaluation.shock.parts
    sites = {p.pledge: p.activity.product for p in parts if p.activity is not None}
    inside = [pledge for pledge, product in sites.items() if product in exposed]
    questions = {AVERAGE: _beyond(asked, rows)}
    wider = {
        f"this model, {AVERAGE}, jobs in all industries": np.sum(_beyond(asked, every), axis=0)
    }
    if inside:
        questions = {SITES: _of_sites(evaluation, inside, rows), **questions}
        beyond = np.sum(_of_sites(evaluation, inside, every), axis=0)
        wider[f"this model, {SITES}, jobs in all industries"] = beyond
    found = {
        name: calibrate(record, indirect, induced, seed=study.seed)
        for name, (indirect, induced) in questions.items()
    }
    return AgainstRecord(
        evidence=evidence,
        pooled=pooled,
        answers={
            f"this model, {name}, sheltered jobs in the country": calibration.before
            for name, calibration in found.items()
        },
        wider=wider,
        calibrations=found,
        response=ResponseModel(record, seed=study.seed).run(evaluation.shock, study.name),
        exposed={code: titles[code] for code in exposed},
        sheltered={code: titles[code] for code in sheltered},
        outside={p: product for p, product in sites.items() if product not in exposed},
        note=table.note,
    )


def _pooled(study: Study, table: EvidenceTable) -> tuple[Evidence, dict[str, Pooled]]:
    """Return the evidence, and its mean by every way to pool it; the study's own comes first."""
    evidence = Evidence.literature(JOBS, study.data.read(table.data))
    pooled = {
        f"{table.method}, Hartung and Knapp, at least the plain error": evidence.pool(
            method=table.method
        ),
        f"{table.method}, Hartung and Knapp": evidence.pool(method=table.method, test="knha"),
        "Bayesian, flat prior of tau": evidence.pool(method="bayes"),
        "fixed effect": evidence.pool(method="fixed"),
        "verified rows only": evidence.only_verified().pool(method=table.method),
    }
    if table.wider:
        beside = evidence.using(
            _checked(study, "wider", [*evidence.used["row"], *table.wider], evidence)
        )
        pooled[f"with {', '.join(table.wider)}, of a wider outcome"] = beside.pool(
            method=table.method
        )
    if table.own_for:
        evidence, swapped = _with_our_own(study, table.data, table.own_for)
        pooled[f"our own estimate in place of {table.own_for}"] = swapped.pool(method=table.method)
    return evidence, pooled


def _with_our_own(study: Study, data: str, row: str) -> tuple[Evidence, Evidence]:
    """Return the evidence with our own estimate not pooled, and with it pooled for a row."""
    fit = LocalMultiplier().fit(regional_panel(overseas=False, data=study.data)).jobs_per_job()
    both = Evidence.collect(
        {OURS: fit},
        term="traded",
        literature=study.data.read(data),
        geography="France, departements",
    )
    used = list(both.used["row"])
    if row not in used:
        problem, mend = "no row that is pooled", nearest(row, used)
        raise InputError.one(study.path.name, "evidence.own_for", problem, mend, value=row)
    swapped = both.using([name for name in used if name != row])
    ours = both.frame["row"] == OURS
    why = f"same country and nearly the same years as {row}: pooled in its place, as another way"
    frame = both.frame.assign(
        use=both.frame["use"] & ~ours, why=both.frame["why"].where(~ours, why)
    )
    return replace(both, frame=frame), swapped


def _asked(study: Study, evaluation: Evaluation, exposed: list[str]) -> ImpactResult:
    """Return the model's answer to the record's own question."""
    draws, households = evaluation.scenario.draws, study.file.households
    names = households.model_dump(exclude={"basket", "without"})
    closure = HouseholdClosure.from_parameters(
        draws, names, households.basket, tuple(households.without)
    )
    factor = study.file.study.jobs_factor
    model = LeontiefModel(study.table, closure, draws[factor] if factor else None)
    question = average_job(study.table, exposed, draws.columns, study.file.study.region)
    return model.run(question, OWN)


def _beyond(asked: ImpactResult, rows: list[int]) -> tuple[Array, Array]:
    """Return indirect and induced jobs of one direct job in some products, each of shape (c,)."""
    (response,) = asked.responses
    jobs = response.values["employment"][:, rows].sum(axis=1)
    return jobs[response.effects.index("indirect")], jobs[response.effects.index("induced")]


def _of_sites(evaluation: Evaluation, pledges: list[str], rows: list[int]) -> tuple[Array, Array]:
    """Return gross indirect and induced jobs per own job of sites, last year, each shape (c,)."""
    gross = evaluation.gross
    direct = gross.draws(
        "employment", phase="operation", pledges=pledges, effect="direct", years=[gross.years[-1]]
    )
    found = {effect: np.zeros_like(direct) for effect in ("indirect", "induced")}
    for response in gross.responses:
        if response.pledge in pledges and response.phase == "operation":
            jobs = response.values["employment"][:, rows].sum(axis=1) * response.weight
            for effect in found:
                found[effect] += jobs[response.effects.index(effect)] * response.profile[-1]
    return _per(found["indirect"], direct), _per(found["induced"], direct)


def _per(jobs: Array, own: Array) -> Array:
    return np.divide(jobs, own, out=np.zeros_like(own), where=own > 0.0)


def _checked(study: Study, key: str, rows: list[str], evidence: Evidence) -> list[str]:
    """Return rows that the evidence holds, or refuse them by the key of the study's file."""
    known = list(evidence.frame["row"])
    InputError.raise_if(
        [
            Fault(study.path.name, f"evidence.{key}", "no such row", nearest(row, known), value=row)
            for row in rows
            if row not in known
        ]
    )
    return rows
