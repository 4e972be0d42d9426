"""The face of the package: every public name and the module it lives in, listed once.

Type checkers and editors read it as it stands; `econ/__init__.py` reads it to import a module when
one of its names is first asked for.
"""

from econ.data.catalogue import Catalogue as Catalogue
from econ.data.catalogue import catalogue as catalogue
from econ.data.dataset import Dataset as Dataset
from econ.data.regional_files import read_regional as read_regional
from econ.data.store import read_parquet as read_parquet
from econ.data.store import write_parquet as write_parquet
from econ.errors import EconError as EconError
from econ.errors import InputError as InputError
from econ.errors import SumError as SumError
from econ.errors import UnitError as UnitError
from econ.impact.fiscal import FiscalAccount as FiscalAccount
from econ.impact.fiscal import fiscal_account as fiscal_account
from econ.impact.result import ImpactResult as ImpactResult
from econ.impact.shock import DemandShock as DemandShock
from econ.impact.sums import add_up as add_up
from econ.impact.taxes import FiscalRules as FiscalRules
from econ.inputoutput.balancing import balance as balance
from econ.inputoutput.closure import Account as Account
from econ.inputoutput.closure import Closure as Closure
from econ.inputoutput.leontief import demand_effects as demand_effects
from econ.inputoutput.leontief import ghosh_inverse as ghosh_inverse
from econ.inputoutput.leontief import leontief_inverse as leontief_inverse
from econ.inputoutput.linkages import extraction as extraction
from econ.inputoutput.linkages import linkages as linkages
from econ.inputoutput.model import HouseholdClosure as HouseholdClosure
from econ.inputoutput.model import LeontiefModel as LeontiefModel
from econ.inputoutput.multipliers import multipliers as multipliers
from econ.inputoutput.regional.activity import RegionalActivity as RegionalActivity
from econ.inputoutput.regional.areas import Areas as Areas
from econ.inputoutput.regional.coefficients import (
    regional_coefficients as regional_coefficients,
)
from econ.inputoutput.regional.methods import Regionalisation as Regionalisation
from econ.inputoutput.regional.multipliers import compare_with_survey as compare_with_survey
from econ.inputoutput.regional.multipliers import regional_multipliers as regional_multipliers
from econ.inputoutput.regional.people import PeopleFlows as PeopleFlows
from econ.inputoutput.regional.people import regional_households as regional_households
from econ.inputoutput.regional.spillovers import spillovers as spillovers
from econ.inputoutput.regional.table import regionalise as regionalise
from econ.inputoutput.regional.trade import regional_trade as regional_trade
from econ.inputoutput.social_accounts import sam_multipliers as sam_multipliers
from econ.inputoutput.supply_use import SupplyUseTable as SupplyUseTable
from econ.inputoutput.table import InputOutputTable as InputOutputTable
from econ.quantity.axes import Axis as Axis
from econ.quantity.axes import Classification as Classification
from econ.quantity.axes import Concordance as Concordance
from econ.quantity.correlations import Correlation as Correlation
from econ.quantity.likelihood import likelihood as likelihood
from econ.quantity.parameters import Assumptions as Assumptions
from econ.quantity.parameters import Draws as Draws
from econ.quantity.parameters import Parameter as Parameter
from econ.quantity.prices import Deflator as Deflator
from econ.quantity.prices import ExchangeRates as ExchangeRates
from econ.quantity.prices import Prices as Prices
from econ.quantity.prices import convert as convert
from econ.quantity.provenance import Provenance as Provenance
from econ.quantity.provenance import Source as Source
from econ.quantity.provenance import bibliography as bibliography
from econ.quantity.units import Unit as Unit
from econ.quantity.wording import ranged as ranged
from econ.regression.estimators.differences import FirstDifferences as FirstDifferences
from econ.regression.estimators.differences import LongDifferences as LongDifferences
from econ.regression.estimators.fixed_effects import FixedEffects as FixedEffects
from econ.regression.estimators.instrumental import IV as IV
from econ.regression.estimators.least_squares import OLS as OLS
from econ.regression.estimators.least_squares import WLS as WLS
from econ.regression.estimators.poisson import Poisson as Poisson
from econ.regression.estimators.random_effects import RandomEffects as RandomEffects
from econ.regression.evaluation.comparison import EstimatorComparison as EstimatorComparison
from econ.regression.evaluation.differences.callaway_santanna import (
    CallawaySantAnna as CallawaySantAnna,
)
from econ.regression.evaluation.differences.decomposition import (
    BaconDecomposition as BaconDecomposition,
)
from econ.regression.evaluation.differences.difference_in_differences import (
    DifferenceInDifferences as DifferenceInDifferences,
)
from econ.regression.evaluation.differences.difference_in_differences import (
    TripleDifference as TripleDifference,
)
from econ.regression.evaluation.differences.event_study import EventStudy as EventStudy
from econ.regression.evaluation.differences.event_study import (
    TwoWayFixedEffects as TwoWayFixedEffects,
)
from econ.regression.evaluation.differences.honest import honest_did as honest_did
from econ.regression.evaluation.differences.imputation import (
    BorusyakJaravelSpiess as BorusyakJaravelSpiess,
)
from econ.regression.evaluation.differences.sun_abraham import SunAbraham as SunAbraham
from econ.regression.evaluation.dynamics.distributed_lag import DistributedLag as DistributedLag
from econ.regression.evaluation.dynamics.local_projection import (
    CumulativeMultiplier as CumulativeMultiplier,
)
from econ.regression.evaluation.dynamics.local_projection import LocalProjection as LocalProjection
from econ.regression.evaluation.power import Power as Power
from econ.regression.evaluation.protocol import Protocol as Protocol
from econ.regression.evaluation.synthetic.donors import DonorRule as DonorRule
from econ.regression.evaluation.synthetic.donors import neighbours_within as neighbours_within
from econ.regression.evaluation.synthetic.predictors import Predictor as Predictor
from econ.regression.evaluation.synthetic.stacked import (
    StackedSyntheticControl as StackedSyntheticControl,
)
from econ.regression.evaluation.synthetic.synthetic_control import (
    SyntheticControl as SyntheticControl,
)
from econ.regression.evaluation.synthetic.synthetic_did import SyntheticDiD as SyntheticDiD
from econ.regression.evaluation.treatment import Treatment as Treatment
from econ.regression.inference.bootstrap import wild_cluster_bootstrap as wild_cluster_bootstrap
from econ.regression.inference.diagnostics import diagnose as diagnose
from econ.regression.inference.multiple_testing import adjust_p_values as adjust_p_values
from econ.regression.inference.multiple_testing import romano_wolf as romano_wolf
from econ.regression.inference.randomisation import (
    randomisation_inference as randomisation_inference,
)
from econ.regression.local_multiplier.model import LocalMultiplier as LocalMultiplier
from econ.regression.panel.panel import Panel as Panel
from econ.regression.panel.regional_panel import regional_panel as regional_panel
from econ.regression.record.evidence import Evidence as Evidence
from econ.regression.record.pooled import Pooled as Pooled
from econ.regression.record.pooling import pool as pool
from econ.regression.record.response import ResponseModel as ResponseModel
from econ.regression.record.triangulation import calibrate as calibrate
from econ.regression.record.triangulation import triangulate as triangulate
from econ.regression.results.fit import Diagnostic as Diagnostic
from econ.regression.results.fit import Fit as Fit
from econ.regression.results.tables import etable as etable
from econ.regression.shift_share.design import ShiftShare as ShiftShare
from econ.regression.space.autocorrelation import moran as moran
from econ.regression.space.autocorrelation import spatial_tests as spatial_tests
from econ.regression.space.models import SAR as SAR
from econ.regression.space.models import SDM as SDM
from econ.regression.space.models import SEM as SEM
from econ.regression.space.slx import SLX as SLX
from econ.regression.space.weights import SpatialWeights as SpatialWeights
from econ.report.figures.estimates import coefficient_plot as coefficient_plot
from econ.report.figures.estimates import event_study_plot as event_study_plot
from econ.report.write import write_report as write_report
from econ.scenario.additionality import gross_to_net as gross_to_net
from econ.scenario.bill_of_goods import Template as Template
from econ.scenario.bill_of_goods import bill_of_goods as bill_of_goods
from econ.scenario.events import EVENTS as EVENTS
from econ.scenario.events import PROGRAMMES as PROGRAMMES
from econ.scenario.pledges import leaves as leaves
from econ.scenario.pledges import total as total
from econ.scenario.scenario import Scenario as Scenario
from econ.study.doubt.comparison import Comparison as Comparison
from econ.study.doubt.comparison import compare as compare
from econ.study.doubt.drivers import sensitivity as sensitivity
from econ.study.doubt.drivers import sobol_indices as sobol_indices
from econ.study.doubt.joint import joint_draws as joint_draws
from econ.study.doubt.linear_errors import error_propagation as error_propagation
from econ.study.doubt.mixture import chances as chances
from econ.study.doubt.mixture import mixture as mixture
from econ.study.evaluation import Evaluation as Evaluation
from econ.study.outcomes import Outcome as Outcome
from econ.study.parts.answer import contents as contents
from econ.study.parts.satellites import purse as purse
from econ.study.study import Study as Study
