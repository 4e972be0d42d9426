"""How every figure is drawn: one style, as text of an SVG that is the same for the same input."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, Final

from econ.quantity.wording import MINUS
from econ.report.language import ENGLISH, Language

__all__ = ["POINTS", "Drawing", "chart"]

STYLE: Final[dict[Any, Any]] = {
    "svg.hashsalt": "econ",
    "savefig.transparent": True,
    "hatch.linewidth": 0.7,
    "text.parse_math": False,
    "figure.constrained_layout.w_pad": 0.04,
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#dfe4ea",
    "axes.edgecolor": "#8a94a6",
    "axes.labelcolor": "#1c2733",
    "axes.labelsize": 9.5,
    "xtick.color": "#8a94a6",
    "ytick.color": "#8a94a6",
    "xtick.labelcolor": "#1c2733",
    "ytick.labelcolor": "#1c2733",
    "xtick.labelsize": 9.5,
    "ytick.labelsize": 9.5,
    "text.color": "#1c2733",
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "legend.handlelength": 1.8,
    "legend.columnspacing": 1.2,
}
WIDTH: Final = 4.6
POINTS: Final = 72.0  # per inch


class Drawing(str):
    """A figure: the text of its SVG, which can be drawn once more as PNG, and is seen in notebooks.

    Parameters
    ----------
    svg : str
    again : callable
        Draws it in another format, with the options of matplotlib's ``savefig``.
    """

    again: Callable[..., bytes]

    def __new__(cls, svg: str, again: Callable[..., bytes]) -> Drawing:
        """Return the text with what draws it again."""
        drawing = super().__new__(cls, svg)
        drawing.again = again
        return drawing

    def png(self, dots_per_inch: float) -> bytes:
        """Return the figure as PNG on white, the same bytes for the same input."""
        return self.again(format="png", dpi=dots_per_inch, transparent=False)

    def _repr_svg_(self) -> str:
        return str(self)


def chart(
    draw: Callable[[Any], None],
    height: float,
    language: Language = ENGLISH,
    *,
    width: float = WIDTH,
    panels: int = 1,
) -> Drawing:
    """Draw and return the SVG; the same input gives the same text.

    Parameters
    ----------
    draw : callable
        Given a pair of axes, or an array of them where there are several panels, top to bottom.
    height, width : float [inch]
    language : Language
        Of the numbers along the axes.
    panels : int
    """

    def localised(panel: Any) -> None:
        draw(panel)
        for axes in panel if panels > 1 else [panel]:
            _write_ticks(axes, language)

    def again(**form: Any) -> bytes:
        return _rendered(localised, (width, height), panels, **form)

    text = again(format="svg", metadata={"Date": None, "Creator": None}).decode()
    return Drawing(text[text.index("<svg") :], again)


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


def _rendered(
    draw: Callable[[Any], None], size: tuple[float, float], panels: int, **form: Any
) -> bytes:
    import matplotlib as mpl  # noqa: PLC0415  (heavy: loaded when a figure is drawn)
    from matplotlib.figure import Figure  # noqa: PLC0415

    with mpl.rc_context(STYLE):
        figure = Figure(figsize=size, layout="constrained")
        draw(figure.subplots(panels, sharex=panels > 1))
        stream = io.BytesIO()
        figure.savefig(stream, **form)
    return stream.getvalue()
