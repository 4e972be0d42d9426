"""From a study to what its report says of its doubt."""

from __future__ import annotations

import pandas as pd

from econ.report.contents.doubt import Doubt
from econ.study.doubt.comparison import compare
from econ.study.doubt.drivers import sobol_indices
from econ.study.doubt.mixture import chances, mixture, variant_runs
from econ.study.evaluation import Evaluation
from econ.study.study import Study

__all__ = ["doubt"]


def doubt(study: Study, evaluation: Evaluation) -> Doubt:
    """Return what drives a study's answer, how likely outcomes are, and other readings.

    Parameters
    ----------
    study : Study
    evaluation : Evaluation
        Of the study, on its own draws.
    """
    runs = variant_runs(study, evaluation)
    differences, readings, how = [], [], ""
    for variant in study.variants:
        if variant.weight is None:
            found = compare(
                study, study.variant(variant.name), runs=(evaluation, runs[variant.name])
            )
            named = {"reading": variant.name, "label": variant.label}
            differences.append(found.differences.assign(**named))
            readings.append(found.parts.assign(reading=variant.name))
            how = found.how
    return Doubt(
        drivers=sobol_indices(study),
        chances=chances(study, evaluation),
        variants=mixture(study, runs=runs) if study.variants else pd.DataFrame(),
        differences=pd.concat(differences, ignore_index=True) if differences else pd.DataFrame(),
        readings=pd.concat(readings, ignore_index=True) if readings else pd.DataFrame(),
        whys={variant.name: variant.why for variant in study.variants},
        how=how,
    )
