"""The one grammar of standard errors: what may be written for `vcov`, and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from econ.errors import Fault, InputError, nearest

__all__ = ["SMALL_SAMPLES", "Vcov", "VcovSpec", "small_sample_faults"]

VcovSpec = str | Mapping[str, Any] | None

SMALL_SAMPLES: Final = ("fixest", "stata", "cgm", "demeaned", "plm", "none")
PLAIN: Final = {
    "iid": "iid",
    "nonrobust": "iid",
    "unadjusted": "iid",
    "homoskedastic": "iid",
    "hc0": "HC0",
    "hc1": "HC1",
    "hc2": "HC2",
    "hc3": "HC3",
    "robust": "HC1",
    "hetero": "HC1",
    "heteroskedastic": "HC1",
    "akm": "AKM",
    "akm0": "AKM0",
    "dk": "DK",
    "driscoll-kraay": "DK",
    "hac": "HAC",
    "nw": "HAC",
    "newey-west": "HAC",
}
KEYED: Final = {
    "crv1": "CRV1",
    "cluster": "CRV1",
    "clustered": "CRV1",
    "crv3": "CRV3",
    "dk": "DK",
    "driscoll-kraay": "DK",
    "hac-groupsum": "DK",
    "hac": "HAC",
    "nw": "HAC",
    "newey-west": "HAC",
    "hac-panel": "HAC",
    "conley": "conley",
}
OPTIONS: Final = {
    "DK": ("lag", "time"),
    "HAC": ("lag", "time", "unit"),
    "conley": ("km", "lat", "lon", "time", "kernel", "unit", "lag"),
}
ALIASES: Final = {"maxlags": "lag", "lags": "lag", "bandwidth": "lag", "cutoff": "km"}
KERNELS: Final = ("bartlett", "uniform")
SHOWN: Final = ("iid", "HC1", '{"CRV1": "unit"}', '{"DK": {"lag": 3}}', '{"conley": {...}}')


@dataclass(frozen=True)
class Vcov:
    """A covariance that was asked for.

    Parameters
    ----------
    kind : str
        ``iid``, ``HC0`` to ``HC3``, ``CRV1``, ``CRV3``, ``DK``, ``HAC``, ``conley``, ``AKM``,
        ``AKM0``.
    ways : tuple of str
        Columns of the clusters.
    lag : int or None [period]
    km : float [km]
    lat, lon, time, unit, kernel : str
    """

    kind: str
    ways: tuple[str, ...] = ()
    lag: int | None = None
    km: float = 0.0
    lat: str = ""
    lon: str = ""
    time: str = ""
    unit: str = ""
    kernel: str = "bartlett"

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the data it needs."""
        return tuple(
            name for name in (*self.ways, self.lat, self.lon, self.time, self.unit) if name
        )

    @classmethod
    def parse(cls, spec: VcovSpec | Vcov) -> Vcov | None:
        """Read what was written for ``vcov``; None where the choice is left to the estimator.

        Raises
        ------
        InputError
            With every fault.

        Examples
        --------
        >>> Vcov.parse({"CRV1": "dep + year"}).ways
        ('dep', 'year')
        >>> Vcov.parse("robust").kind
        'HC1'
        """
        if spec is None or isinstance(spec, Vcov):
            return spec
        if isinstance(spec, str):
            if spec.lstrip().startswith("~"):
                return cls("CRV1", _ways(spec.strip()[1:]))
            kind = PLAIN.get(spec.strip().lower())
            if kind is None:
                raise InputError.one(
                    "estimator",
                    "vcov",
                    "unknown",
                    nearest(spec, dict.fromkeys((*PLAIN.values(), *SHOWN))),
                    value=spec,
                )
            return cls(kind)
        if not isinstance(spec, Mapping) or len(spec) != 1:
            mend = f"write one of: {', '.join(SHOWN)}"
            raise InputError.one("estimator", "vcov", "cannot be read", mend, value=spec)
        ((key, value),) = spec.items()
        kind = KEYED.get(str(key).lower())
        if kind is None:
            raise InputError.one(
                "estimator",
                "vcov",
                "unknown",
                nearest(key, dict.fromkeys(KEYED.values())),
                value=key,
            )
        if kind in ("CRV1", "CRV3"):
            return cls(kind, _ways(value))
        return _with_options(kind, value)


def _ways(value: Any) -> tuple[str, ...]:
    parts = value.split("+") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        mend = 'name columns: {"CRV1": "dep"} or {"CRV1": "dep + year"}'
        raise InputError.one("estimator", "vcov", "no clusters", mend, value=value)
    ways = tuple(dict.fromkeys(part.strip() for part in parts))
    if not ways or not all(ways):
        raise InputError.one("estimator", "vcov", "no clusters", "name a column", value=value)
    return ways


def _with_options(kind: str, value: Any) -> Vcov:
    whole = isinstance(value, int) and not isinstance(value, bool)
    given = {"lag": value} if whole else value
    if not isinstance(given, Mapping):
        mend = f'write {{"{kind}": {{"{OPTIONS[kind][0]}": ...}}}}'
        raise InputError.one("estimator", "vcov", f"{kind} without options", mend, value=value)
    options = {ALIASES.get(str(name), str(name)): item for name, item in given.items()}
    faults = [
        Fault("estimator", "vcov", "unknown option", nearest(name, OPTIONS[kind]), value=name)
        for name in options
        if name not in OPTIONS[kind]
    ]
    lag = options.get("lag")
    if lag is not None and (not isinstance(lag, int) or isinstance(lag, bool) or lag < 0):
        faults.append(Fault("estimator", "vcov", "no lag", "give 0, 1, 2, ...", value=lag))
    if kind == "conley":
        km = options.get("km")
        if isinstance(km, bool) or not isinstance(km, int | float) or not 0.0 < km < float("inf"):
            faults.append(Fault("estimator", "vcov", "no distance", "give km above 0", value=km))
        faults += [
            Fault("estimator", "vcov", "Conley without places", f"name the column of {name}")
            for name in ("lat", "lon")
            if not options.get(name)
        ]
        if options.get("kernel", "bartlett") not in KERNELS:
            mend = nearest(options["kernel"], KERNELS)
            faults.append(
                Fault("estimator", "vcov", "unknown kernel", mend, value=options["kernel"])
            )
    InputError.raise_if(faults)
    return Vcov(kind, **options)


def small_sample_faults(convention: str) -> list[Fault]:
    """Return a fault when a small-sample convention is unknown."""
    if convention in SMALL_SAMPLES:
        return []
    mend = nearest(convention, SMALL_SAMPLES)
    return [Fault("estimator", "small_sample", "unknown", mend, value=convention)]
