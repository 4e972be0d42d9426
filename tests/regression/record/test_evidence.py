"""Evidence: the rows of others, our own beside them, in one unit."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from econ.data.catalogue import catalogue
from econ.errors import InputError
from econ.quantity.provenance import Provenance
from econ.regression.record.evidence import Evidence


@dataclass(frozen=True)
class Estimate:
    """The least that can be collected."""

    terms: tuple[str, ...] = ("exposed",)
    value: float = 0.95
    variance: float = 0.04
    estimator: str = "Two-stage least squares"
    unit: str = "jobs per direct job"
    vintage: str = "2026-07"

    @property
    def estimates(self) -> np.ndarray:
        return np.full(len(self.terms), self.value)

    @property
    def covariance(self) -> np.ndarray:
        return np.eye(len(self.terms)) * self.variance

    @property
    def provenance(self) -> Provenance:
        return Provenance(frozenset({"eurostat_nama_10r_3empers"}))


def test_all_rows_of_the_record_are_there_each_with_its_source_or_word() -> None:
    frame = catalogue().read("evidence_multipliers").frame
    assert list(frame["row"]) == [f"d{number:02d}" for number in range(1, 32)]
    assert (frame["source"].notna() | ~frame["verified"]).all()
    assert (frame["use"] | frame["why"].notna()).all()


def test_a_total_loses_the_direct_job() -> None:
    rows = Evidence.literature("jobs per direct job").frame.set_index("row")
    assert rows.loc["d07", "estimate"] == pytest.approx(0.5)
    assert rows.loc["d09", "estimate"] == pytest.approx(0.8)


def test_a_printed_standard_error_goes_before_a_range() -> None:
    rows = Evidence.literature("jobs per direct job").frame.set_index("row")
    assert rows.loc["d01", "std_error"] == 0.26
    assert rows.loc["d01", "high"] == pytest.approx(1.59 + 1.6448536 * 0.26, abs=0.005)
    assert rows.loc["d09", "std_error"] == pytest.approx(0.6 / (2 * 1.6448536), rel=1e-6)


def test_no_two_rows_in_use_are_of_the_same_data() -> None:
    used = Evidence.literature("jobs per direct job").used
    assert len({"d01", "d04", "d05", "d31"} & set(used["row"])) == 1
    assert not {"d07", "d08"} <= set(used["row"])


def test_one_outcome_is_pooled_and_wider_ones_say_so() -> None:
    rows = Evidence.literature("jobs per direct job").frame.set_index("row")
    for wider in ("d07", "d10"):
        assert not rows.loc[wider, "use"]
        assert rows.loc[wider, "why"].startswith("another outcome")


def test_only_estimates_are_in_use() -> None:
    used = Evidence.literature("jobs per direct job").used
    assert set(used["kind"]) == {"estimate"}


def test_the_record_in_jobs_is_near_what_the_reviews_say() -> None:
    found = Evidence.literature("jobs per direct job").pool()
    assert 0.5 < found.mean < 0.9
    assert found.prediction_low < found.low < found.mean < found.high < found.prediction_high


def test_our_own_estimate_stands_first_and_is_pooled_with_the_others() -> None:
    alone = Evidence.literature("jobs per direct job")
    found = Evidence.collect({"France, departements": Estimate()}, geography="France")
    assert found.frame["row"].iloc[0] == "France, departements"
    assert found.pool().k == alone.pool().k + 1
    assert {"eurostat_nama_10r_3empers", "frocrain_giraud_2018"} <= found.provenance.sources


def test_own_estimates_alone_are_collected_without_the_literature() -> None:
    fits = [Estimate(), Estimate(value=0.7), Estimate(estimator="OLS")]
    found = Evidence.collect(fits, literature=False)
    assert found.labels == ("Two-stage least squares 1", "Two-stage least squares 2", "OLS")


def test_rows_from_memory_can_be_left_out() -> None:
    found = Evidence.literature("jobs per direct job").only_verified()
    assert set(found.used["row"]) == {"d04", "d06", "d09"}


def test_everything_wrong_with_fits_is_said_at_once() -> None:
    fits = {
        "a": Estimate(unit="EUR per EUR"),
        "b": Estimate(terms=("x", "y")),
        "c": Estimate(variance=float("nan")),
    }
    with pytest.raises(InputError) as caught:
        Evidence.collect(fits)
    said = str(caught.value)
    assert "3 faults" in said
    for words in ("row a, column unit", "row b, column term", "row c, column std_error"):
        assert words in said


def test_an_unknown_unit_or_row_is_refused_with_its_neighbours() -> None:
    with pytest.raises(InputError, match="did you mean jobs per direct job"):
        Evidence.literature("jobs per job")
    with pytest.raises(InputError, match="no such row"):
        Evidence.literature("jobs per direct job").using(["d99"])


def test_a_dataset_of_another_schema_is_no_evidence() -> None:
    with pytest.raises(InputError, match="schema EVIDENCE"):
        Evidence.literature("jobs per direct job", catalogue().read("nuts_france"))


def test_rows_can_be_chosen_by_hand() -> None:
    found = Evidence.literature("jobs per direct job")
    chosen = found.using(["d01", "d06", "d09"])
    assert [*chosen.used["row"]] == ["d01", "d06", "d09"]
    assert replace(chosen, frame=found.frame).labels == found.labels
