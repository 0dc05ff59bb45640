"""The figures as bars. Grey words and middling colours on nothing: read on light and on dark."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks import home, taps
from benchmarks.followed_return import OURS, THEIRS

WORDS, LINES = "#7d8590", "#7d859066"
FIRST, OTHERS = "#e8590c", "#4c8dd6"
WIDTH, HEIGHT_A_BAR = 8.6, 0.34
SHOWN_AT = 16
STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.size": 9.5,
    "text.color": WORDS,
    "axes.labelcolor": WORDS,
    "xtick.color": WORDS,
    "ytick.color": WORDS,
    "axes.edgecolor": LINES,
    "svg.fonttype": "none",  # words stay words
    "svg.hashsalt": "benchmarks",
}
Bars = list[tuple[str, float, str]]  # whose, how long, what is written beside it


def draw(figures: Mapping[str, float], path: Path) -> None:
    """Of what has been measured; home at least."""
    panels = [panel for panel in _panels(figures) if panel[1]]
    heights = [len(bars) + 2.0 for _, bars in panels]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, HEIGHT_A_BAR * sum(heights) + 0.3), layout="constrained")
        grid = figure.subplots(len(panels), 1, height_ratios=heights, squeeze=False)
        for axes, (title, bars) in zip(grid[:, 0], panels, strict=True):
            _panel(axes, title, bars)
        path.parent.mkdir(parents=True, exist_ok=True)
        stamp = {"Date": None} if path.suffix == ".svg" else {}
        figure.savefig(path, transparent=True, metadata=stamp, dpi=160)


def _panels(figures: Mapping[str, float]) -> list[tuple[str, Bars]]:
    return [
        (
            f"Home screen a second, {SHOWN_AT} connections",
            _shares(figures, f"home.{SHOWN_AT}", home.TITLES),
        ),
        (
            f"oneTapReturn a second, durable, {taps.CONNECTIONS} connections",
            _shares(figures, "taps", taps.TITLES),
        ),
        ("An event to its last subscriber, p99 (less is better)", _pushes(figures)),
        ("Home screen's time by order lines (less is better)", _sizes(figures)),
    ]


def _shares(figures: Mapping[str, float], prefix: str, titles: Mapping[str, str]) -> Bars:
    """The longest on top."""
    found = [
        (title, figures[f"{prefix}.{name}.share"], figures[f"{prefix}.{name}.per_s"])
        for name, title in titles.items()
        if f"{prefix}.{name}.share" in figures
    ]
    found.sort(key=lambda bar: -bar[1])
    return [(title, share, f"× {share:.2f}   {rate:,.0f}/s") for title, share, rate in found]


def _pushes(figures: Mapping[str, float]) -> Bars:
    return [
        (f"{name}, {size:,}", figures[key], f"{figures[key]:,.0f} ms")
        for size in (1_000, 5_000)
        for name in (OURS, THEIRS)
        if (key := f"push.{size}.{name}.p99_ms") in figures
    ]


def _sizes(figures: Mapping[str, float]) -> Bars:
    prefix = f"scale.{SHOWN_AT}."
    sizes = sorted(int(key.split(".")[2]) for key in figures if _is_size(key, prefix))
    ratios = [(size, figures[f"{prefix}{size}.ratio"]) for size in sizes]
    return [(f"{size:,} lines", value, f"× {value:.2f}") for size, value in ratios]


def _is_size(key: str, prefix: str) -> bool:
    return key.startswith(prefix) and key.endswith(".ms")


def _panel(axes: Axes, title: str, bars: Bars) -> None:
    places = range(len(bars))
    lengths = [length for _, length, _ in bars]
    colours = [FIRST if _is_ours(name) else OTHERS for name, _, _ in bars]
    drawn = axes.barh(places, lengths, color=colours, height=0.68)
    axes.bar_label(drawn, [text for _, _, text in bars], padding=4, color=WORDS)
    axes.set_yticks(places, [name for name, _, _ in bars])
    axes.invert_yaxis()
    axes.set_xlim(0, max(lengths) * 1.25)
    axes.set_xticks([])
    axes.set_title(title, loc="left", fontsize=10.5, fontweight="bold", color=WORDS)
    axes.tick_params(length=0)
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)


def _is_ours(name: str) -> bool:
    return name.startswith(OURS) and "one commit each" not in name
