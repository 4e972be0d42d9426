"""What a study's model says held against what the record says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from econ.errors import InputError, nearest
from econ.impact.result import ImpactResult
from econ.impact.shock import Activity, DemandShock, ShockPart
from econ.inputoutput.model import HouseholdClosure, LeontiefModel
from econ.inputoutput.table import InputOutputTable
from econ.regression.evidence import Evidence
from econ.regression.local_multiplier.model import LocalMultiplier
from econ.regression.model import ResponseModel
from econ.regression.regional_panel import regional_panel
from econ.regression.triangulation import calibrate
from econ.report.against_record import AgainstRecord
from econ.study.evaluation import Evaluation
from econ.study.study import Study

__all__ = ["against_record", "average_job", "calibrated"]

Array = npt.NDArray[np.float64]

JOBS = "jobs per direct job"
CALIBRATED = "leontief_closed_calibrated"
OWN = "average job"
OURS = "our own estimate, 2008 to 2018"


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


def calibrated(result: ImpactResult, factor: Array) -> ImpactResult:
    """Return a result with its induced effect times a factor, shape (c,)."""
    responses = []
    for response in result.responses:
        weight = response.weight.copy()
        for row, effect in enumerate(response.effects):
            if effect == "induced":
                weight[row] = weight[row] * factor
        responses.append(replace(response, weight=weight))
    provenance = result.provenance.step("induced effect set by the record")
    return replace(result, model=CALIBRATED, responses=tuple(responses), provenance=provenance)


def against_record(study: Study, evaluation: Evaluation) -> AgainstRecord | None:
    """Return the study's model and the record, or None where the study names no evidence."""
    table = study.file.evidence
    effects = {e for response in evaluation.gross.responses for e in response.effects}
    if table is None or "induced" not in effects:
        return None
    evidence = Evidence.literature(JOBS, study.data.read(table.data))
    record = evidence.pool(method=table.method)
    pooled = {
        f"{table.method}, Hartung and Knapp": record,
        "Bayesian, flat prior of tau": evidence.pool(method="bayes"),
        "fixed effect": evidence.pool(method="fixed"),
        "verified rows only": evidence.only_verified().pool(method=table.method),
    }
    if table.own_for:
        evidence, swapped = _with_our_own(study, table.data, table.own_for)
        pooled[f"our own estimate in place of {table.own_for}"] = swapped.pool(method=table.method)
    groups = study.dataset("products").frame
    by_group = dict(zip(groups["code"], groups["group"], strict=True))
    titles = dict(zip(groups["code"], groups["label"], strict=True))
    labels = study.table.products.labels
    exposed = [code for code in labels if by_group[code] in table.exposed]
    sheltered = [code for code in labels if by_group[code] in table.sheltered]
    asked = _asked(study, evaluation, exposed)
    rows = list(study.table.products.positions(sheltered))
    inside = _beyond(asked, rows)
    everywhere = _beyond(asked, list(range(len(labels))))
    found = calibrate(record, inside[0], inside[1], seed=study.seed)
    parts = evaluation.shock.parts
    sites = {p.pledge: p.activity.product for p in parts if p.activity is not None}
    return AgainstRecord(
        evidence=evidence,
        pooled=pooled,
        answers={
            "this model, an average exposed job, sheltered jobs in the country": found.before,
            "the same, jobs in all industries": everywhere[0] + everywhere[1],
            "this model, the study's own sites, jobs in all industries": _own_sites(evaluation),
        },
        calibration=found,
        response=ResponseModel(record, seed=study.seed).run(evaluation.shock, study.name),
        calibrated={
            "gross": calibrated(evaluation.gross, found.factor),
            "net": calibrated(evaluation.net, found.factor),
        },
        exposed={code: titles[code] for code in exposed},
        sheltered={code: titles[code] for code in sheltered},
        outside={p: product for p, product in sites.items() if product not in exposed},
        note=table.note,
    )


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
    why = f"same country and years as {row}: pooled in its place, as another way"
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


def _own_sites(evaluation: Evaluation) -> Array:
    """Return gross jobs beyond the sites' own per job of theirs, in the last year, shape (c,)."""
    gross = evaluation.gross
    direct, indirect, induced = (
        gross.draws("employment", phase="operation", effect=effect, years=[gross.years[-1]])
        for effect in ("direct", "indirect", "induced")
    )
    beyond = indirect + induced
    return np.divide(beyond, direct, out=np.zeros_like(direct), where=direct > 0.0)
