"""The one room that knows every wing: reads a study, runs it, gathers what its report shows."""

from econ.study.evaluation import Evaluation
from econ.study.study import Study

__all__ = ["Evaluation", "Study"]
