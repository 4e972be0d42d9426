"""From an announced investment to an honest estimate of jobs and GDP.

>>> import econ
>>> str(econ.Unit.parse("MEUR 2022 basic"))
'MEUR 2022 basic'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from econ.data.catalogue import Catalogue, catalogue
    from econ.data.dataset import Dataset
    from econ.data.regional_files import read_regional
    from econ.data.store import read_parquet, write_parquet
    from econ.errors import EconError, InputError, SumError, UnitError
    from econ.impact.fiscal import FiscalAccount, fiscal_account
    from econ.impact.result import ImpactResult
    from econ.impact.shock import DemandShock
    from econ.impact.sums import add_up
    from econ.impact.taxes import FiscalRules
    from econ.inputoutput.balancing import balance
    from econ.inputoutput.closure import Account, Closure
    from econ.inputoutput.linkages import extraction, linkages
    from econ.inputoutput.model import HouseholdClosure, LeontiefModel
    from econ.inputoutput.multipliers import multipliers
    from econ.inputoutput.regional.activity import RegionalActivity
    from econ.inputoutput.regional.areas import Areas
    from econ.inputoutput.regional.methods import Regionalisation
    from econ.inputoutput.regional.multipliers import compare_with_survey, regional_multipliers
    from econ.inputoutput.regional.people import PeopleFlows, regional_households
    from econ.inputoutput.regional.spillovers import spillovers
    from econ.inputoutput.regional.table import regionalise
    from econ.inputoutput.regional.trade import regional_trade
    from econ.inputoutput.supply_use import SupplyUseTable
    from econ.inputoutput.table import InputOutputTable
    from econ.quantity.axes import Axis, Classification, Concordance
    from econ.quantity.correlations import Correlation
    from econ.quantity.likelihood import likelihood
    from econ.quantity.parameters import Assumptions, Draws, Parameter
    from econ.quantity.prices import Deflator, ExchangeRates, Prices, convert
    from econ.quantity.provenance import Provenance, Source, bibliography
    from econ.quantity.units import Unit
    from econ.quantity.wording import ranged
    from econ.regression.estimators.differences import FirstDifferences, LongDifferences
    from econ.regression.estimators.fixed_effects import FixedEffects
    from econ.regression.estimators.instrumental import IV
    from econ.regression.estimators.least_squares import OLS, WLS
    from econ.regression.estimators.poisson import Poisson
    from econ.regression.estimators.random_effects import RandomEffects
    from econ.regression.evaluation.comparison import EstimatorComparison
    from econ.regression.evaluation.differences.callaway_santanna import CallawaySantAnna
    from econ.regression.evaluation.differences.decomposition import BaconDecomposition
    from econ.regression.evaluation.differences.difference_in_differences import (
        DifferenceInDifferences,
        TripleDifference,
    )
    from econ.regression.evaluation.differences.event_study import EventStudy, TwoWayFixedEffects
    from econ.regression.evaluation.differences.honest import honest_did
    from econ.regression.evaluation.differences.imputation import BorusyakJaravelSpiess
    from econ.regression.evaluation.differences.sun_abraham import SunAbraham
    from econ.regression.evaluation.dynamics.distributed_lag import DistributedLag
    from econ.regression.evaluation.dynamics.local_projection import (
        CumulativeMultiplier,
        LocalProjection,
    )
    from econ.regression.evaluation.power import Power
    from econ.regression.evaluation.protocol import Protocol
    from econ.regression.evaluation.synthetic.donors import DonorRule, neighbours_within
    from econ.regression.evaluation.synthetic.predictors import Predictor
    from econ.regression.evaluation.synthetic.stacked import StackedSyntheticControl
    from econ.regression.evaluation.synthetic.synthetic_control import SyntheticControl
    from econ.regression.evaluation.synthetic.synthetic_did import SyntheticDiD
    from econ.regression.evaluation.treatment import Treatment
    from econ.regression.inference.bootstrap import wild_cluster_bootstrap
    from econ.regression.inference.diagnostics import diagnose
    from econ.regression.inference.multiple_testing import adjust_p_values, romano_wolf
    from econ.regression.inference.randomisation import randomisation_inference
    from econ.regression.local_multiplier.model import LocalMultiplier
    from econ.regression.panel.panel import Panel
    from econ.regression.panel.regional_panel import regional_panel
    from econ.regression.record.evidence import Evidence
    from econ.regression.record.pooled import Pooled
    from econ.regression.record.pooling import pool
    from econ.regression.record.response import ResponseModel
    from econ.regression.record.triangulation import calibrate, triangulate
    from econ.regression.results.fit import Diagnostic, Fit
    from econ.regression.results.tables import etable
    from econ.regression.shift_share.design import ShiftShare
    from econ.regression.space.autocorrelation import moran, spatial_tests
    from econ.regression.space.models import SAR, SDM, SEM
    from econ.regression.space.slx import SLX
    from econ.regression.space.weights import SpatialWeights
    from econ.report.figures.estimates import coefficient_plot, event_study_plot
    from econ.report.write import write_report
    from econ.scenario.additionality import gross_to_net
    from econ.scenario.bill_of_goods import Template, bill_of_goods
    from econ.scenario.events import EVENTS, PROGRAMMES
    from econ.scenario.pledges import leaves, total
    from econ.scenario.scenario import Scenario
    from econ.study.doubt.comparison import Comparison, compare
    from econ.study.doubt.drivers import error_propagation, sensitivity, sobol_indices
    from econ.study.doubt.joint import joint_draws
    from econ.study.doubt.mixture import chances, mixture
    from econ.study.evaluation import Evaluation
    from econ.study.outcomes import Outcome
    from econ.study.parts.answer import contents
    from econ.study.parts.satellites import purse
    from econ.study.study import Study

_HOME = {
    "Account": "inputoutput.closure",
    "Areas": "inputoutput.regional.areas",
    "Assumptions": "quantity.parameters",
    "Axis": "quantity.axes",
    "BaconDecomposition": "regression.evaluation.differences.decomposition",
    "BorusyakJaravelSpiess": "regression.evaluation.differences.imputation",
    "CallawaySantAnna": "regression.evaluation.differences.callaway_santanna",
    "Catalogue": "data.catalogue",
    "Classification": "quantity.axes",
    "Closure": "inputoutput.closure",
    "Comparison": "study.doubt.comparison",
    "Concordance": "quantity.axes",
    "Correlation": "quantity.correlations",
    "CumulativeMultiplier": "regression.evaluation.dynamics.local_projection",
    "Dataset": "data.dataset",
    "Deflator": "quantity.prices",
    "DemandShock": "impact.shock",
    "Diagnostic": "regression.results.fit",
    "DifferenceInDifferences": "regression.evaluation.differences.difference_in_differences",
    "DistributedLag": "regression.evaluation.dynamics.distributed_lag",
    "DonorRule": "regression.evaluation.synthetic.donors",
    "Draws": "quantity.parameters",
    "EVENTS": "scenario.events",
    "EconError": "errors",
    "EstimatorComparison": "regression.evaluation.comparison",
    "Evaluation": "study.evaluation",
    "EventStudy": "regression.evaluation.differences.event_study",
    "Evidence": "regression.record.evidence",
    "ExchangeRates": "quantity.prices",
    "FirstDifferences": "regression.estimators.differences",
    "FiscalAccount": "impact.fiscal",
    "FiscalRules": "impact.taxes",
    "Fit": "regression.results.fit",
    "FixedEffects": "regression.estimators.fixed_effects",
    "HouseholdClosure": "inputoutput.model",
    "IV": "regression.estimators.instrumental",
    "ImpactResult": "impact.result",
    "InputError": "errors",
    "InputOutputTable": "inputoutput.table",
    "LeontiefModel": "inputoutput.model",
    "LocalMultiplier": "regression.local_multiplier.model",
    "LocalProjection": "regression.evaluation.dynamics.local_projection",
    "LongDifferences": "regression.estimators.differences",
    "OLS": "regression.estimators.least_squares",
    "Outcome": "study.outcomes",
    "PROGRAMMES": "scenario.events",
    "Panel": "regression.panel.panel",
    "Parameter": "quantity.parameters",
    "PeopleFlows": "inputoutput.regional.people",
    "Poisson": "regression.estimators.poisson",
    "Pooled": "regression.record.pooled",
    "Power": "regression.evaluation.power",
    "Predictor": "regression.evaluation.synthetic.predictors",
    "Prices": "quantity.prices",
    "Protocol": "regression.evaluation.protocol",
    "Provenance": "quantity.provenance",
    "RandomEffects": "regression.estimators.random_effects",
    "RegionalActivity": "inputoutput.regional.activity",
    "Regionalisation": "inputoutput.regional.methods",
    "ResponseModel": "regression.record.response",
    "SAR": "regression.space.models",
    "SDM": "regression.space.models",
    "SEM": "regression.space.models",
    "SLX": "regression.space.slx",
    "Scenario": "scenario.scenario",
    "ShiftShare": "regression.shift_share.design",
    "Source": "quantity.provenance",
    "SpatialWeights": "regression.space.weights",
    "StackedSyntheticControl": "regression.evaluation.synthetic.stacked",
    "Study": "study.study",
    "SumError": "errors",
    "SunAbraham": "regression.evaluation.differences.sun_abraham",
    "SupplyUseTable": "inputoutput.supply_use",
    "SyntheticControl": "regression.evaluation.synthetic.synthetic_control",
    "SyntheticDiD": "regression.evaluation.synthetic.synthetic_did",
    "Template": "scenario.bill_of_goods",
    "Treatment": "regression.evaluation.treatment",
    "TripleDifference": "regression.evaluation.differences.difference_in_differences",
    "TwoWayFixedEffects": "regression.evaluation.differences.event_study",
    "Unit": "quantity.units",
    "UnitError": "errors",
    "WLS": "regression.estimators.least_squares",
    "add_up": "impact.sums",
    "adjust_p_values": "regression.inference.multiple_testing",
    "balance": "inputoutput.balancing",
    "bibliography": "quantity.provenance",
    "bill_of_goods": "scenario.bill_of_goods",
    "calibrate": "regression.record.triangulation",
    "catalogue": "data.catalogue",
    "chances": "study.doubt.mixture",
    "coefficient_plot": "report.figures.estimates",
    "compare": "study.doubt.comparison",
    "compare_with_survey": "inputoutput.regional.multipliers",
    "contents": "study.parts.answer",
    "convert": "quantity.prices",
    "diagnose": "regression.inference.diagnostics",
    "error_propagation": "study.doubt.drivers",
    "etable": "regression.results.tables",
    "event_study_plot": "report.figures.estimates",
    "extraction": "inputoutput.linkages",
    "fiscal_account": "impact.fiscal",
    "gross_to_net": "scenario.additionality",
    "honest_did": "regression.evaluation.differences.honest",
    "joint_draws": "study.doubt.joint",
    "leaves": "scenario.pledges",
    "likelihood": "quantity.likelihood",
    "linkages": "inputoutput.linkages",
    "mixture": "study.doubt.mixture",
    "moran": "regression.space.autocorrelation",
    "multipliers": "inputoutput.multipliers",
    "neighbours_within": "regression.evaluation.synthetic.donors",
    "pool": "regression.record.pooling",
    "purse": "study.parts.satellites",
    "randomisation_inference": "regression.inference.randomisation",
    "ranged": "quantity.wording",
    "read_parquet": "data.store",
    "read_regional": "data.regional_files",
    "regional_households": "inputoutput.regional.people",
    "regional_multipliers": "inputoutput.regional.multipliers",
    "regional_panel": "regression.panel.regional_panel",
    "regional_trade": "inputoutput.regional.trade",
    "regionalise": "inputoutput.regional.table",
    "romano_wolf": "regression.inference.multiple_testing",
    "sensitivity": "study.doubt.drivers",
    "sobol_indices": "study.doubt.drivers",
    "spatial_tests": "regression.space.autocorrelation",
    "spillovers": "inputoutput.regional.spillovers",
    "total": "scenario.pledges",
    "triangulate": "regression.record.triangulation",
    "wild_cluster_bootstrap": "regression.inference.bootstrap",
    "write_parquet": "data.store",
    "write_report": "report.write",
}

__all__ = [
    "EVENTS",
    "IV",
    "OLS",
    "PROGRAMMES",
    "SAR",
    "SDM",
    "SEM",
    "SLX",
    "WLS",
    "Account",
    "Areas",
    "Assumptions",
    "Axis",
    "BaconDecomposition",
    "BorusyakJaravelSpiess",
    "CallawaySantAnna",
    "Catalogue",
    "Classification",
    "Closure",
    "Comparison",
    "Concordance",
    "Correlation",
    "CumulativeMultiplier",
    "Dataset",
    "Deflator",
    "DemandShock",
    "Diagnostic",
    "DifferenceInDifferences",
    "DistributedLag",
    "DonorRule",
    "Draws",
    "EconError",
    "EstimatorComparison",
    "Evaluation",
    "EventStudy",
    "Evidence",
    "ExchangeRates",
    "FirstDifferences",
    "FiscalAccount",
    "FiscalRules",
    "Fit",
    "FixedEffects",
    "HouseholdClosure",
    "ImpactResult",
    "InputError",
    "InputOutputTable",
    "LeontiefModel",
    "LocalMultiplier",
    "LocalProjection",
    "LongDifferences",
    "Outcome",
    "Panel",
    "Parameter",
    "PeopleFlows",
    "Poisson",
    "Pooled",
    "Power",
    "Predictor",
    "Prices",
    "Protocol",
    "Provenance",
    "RandomEffects",
    "RegionalActivity",
    "Regionalisation",
    "ResponseModel",
    "Scenario",
    "ShiftShare",
    "Source",
    "SpatialWeights",
    "StackedSyntheticControl",
    "Study",
    "SumError",
    "SunAbraham",
    "SupplyUseTable",
    "SyntheticControl",
    "SyntheticDiD",
    "Template",
    "Treatment",
    "TripleDifference",
    "TwoWayFixedEffects",
    "Unit",
    "UnitError",
    "add_up",
    "adjust_p_values",
    "balance",
    "bibliography",
    "bill_of_goods",
    "calibrate",
    "catalogue",
    "chances",
    "coefficient_plot",
    "compare",
    "compare_with_survey",
    "contents",
    "convert",
    "diagnose",
    "error_propagation",
    "etable",
    "event_study_plot",
    "extraction",
    "fiscal_account",
    "gross_to_net",
    "honest_did",
    "joint_draws",
    "leaves",
    "likelihood",
    "linkages",
    "mixture",
    "moran",
    "multipliers",
    "neighbours_within",
    "pool",
    "purse",
    "randomisation_inference",
    "ranged",
    "read_parquet",
    "read_regional",
    "regional_households",
    "regional_multipliers",
    "regional_panel",
    "regional_trade",
    "regionalise",
    "romano_wolf",
    "sensitivity",
    "sobol_indices",
    "spatial_tests",
    "spillovers",
    "total",
    "triangulate",
    "wild_cluster_bootstrap",
    "write_parquet",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'econ' has no attribute '{name}'")
    return getattr(import_module(f"econ.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
