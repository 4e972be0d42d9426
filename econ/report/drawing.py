"""How every figure is drawn: one style, as text of an SVG that is the same for the same input."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, Final

__all__ = ["chart"]

STYLE: Final[dict[Any, Any]] = {
    "svg.hashsalt": "econ",
    "savefig.transparent": True,
    "hatch.linewidth": 0.6,
    "text.parse_math": False,
    "figure.constrained_layout.w_pad": 0.15,
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e5e8ec",
    "axes.edgecolor": "#8a94a6",
    "xtick.color": "#3c4654",
    "ytick.color": "#3c4654",
    "legend.frameon": False,
    "legend.fontsize": 9,
}
WIDTH: Final = 5.2


def chart(draw: Callable[[Any], None], height: float) -> str:
    """Draw on one pair of axes and return the SVG; the same input gives the same text."""
    import matplotlib as mpl  # noqa: PLC0415  (heavy: loaded when a figure is drawn)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        draw(figure.subplots())
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    text = stream.getvalue()
    return text[text.index("<svg") :]
