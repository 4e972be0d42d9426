"""How every figure is drawn: one style, as text of an SVG that is the same for the same input."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, Final

from econ.quantity.wording import MINUS
from econ.report.language import ENGLISH, Language

__all__ = ["Drawing", "chart"]

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


class Drawing(str):
    """A figure: the text of its SVG, which can be drawn once more as PNG, and is seen in notebooks.

    Parameters
    ----------
    svg : str
    draw : callable
        Draws on a pair of axes.
    height : float [inch]
    """

    draw: Callable[[Any], None]
    height: float

    def __new__(cls, svg: str, draw: Callable[[Any], None], height: float) -> Drawing:
        """Return the text with what it was drawn by."""
        drawing = super().__new__(cls, svg)
        drawing.draw, drawing.height = draw, height
        return drawing

    def png(self, dots_per_inch: float) -> bytes:
        """Return the figure as PNG on white, the same bytes for the same input."""
        return _rendered(self.draw, self.height, format="png", dpi=dots_per_inch, transparent=False)

    def _repr_svg_(self) -> str:
        return str(self)


def chart(draw: Callable[[Any], None], height: float, language: Language = ENGLISH) -> Drawing:
    """Draw on one pair of axes and return the SVG; the same input gives the same text."""

    def localised(axes: Any) -> None:
        draw(axes)
        _write_ticks(axes, language)

    metadata = {"Date": None, "Creator": None}
    text = _rendered(localised, height, format="svg", metadata=metadata).decode()
    return Drawing(text[text.index("<svg") :], localised, height)


def _write_ticks(axes: Any, language: Language) -> None:
    """Let the numbers of both axes be written as in the language."""
    from matplotlib.ticker import ScalarFormatter  # noqa: PLC0415  (heavy: loaded when drawn)

    class Ticks(ScalarFormatter):
        def __call__(self, value: float, pos: int | None = None) -> str:
            plain = super().__call__(value, pos).replace(MINUS, "-")
            return language.grouped(plain) if plain else plain

    for axis in (axes.xaxis, axes.yaxis):
        if type(axis.get_major_formatter()) is ScalarFormatter:
            axis.set_major_formatter(Ticks())


def _rendered(draw: Callable[[Any], None], height: float, **form: Any) -> bytes:
    import matplotlib as mpl  # noqa: PLC0415  (heavy: loaded when a figure is drawn)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        draw(figure.subplots())
        stream = io.BytesIO()
        figure.savefig(stream, **form)
    return stream.getvalue()
