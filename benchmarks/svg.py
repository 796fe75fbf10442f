"""Draw plots as SVG in the site's colours: grouped bars, and lines over steps, each with a text alternative."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from benchmarks.colours import TOKENS, parse_tokens

WIDTH = 760
LEFT, RIGHT, TOP = 240, 96, 64
BAR_HEIGHT, BAR_GAP, GROUP_GAP = 18, 4, 14
_FOOT = 24


@dataclass(frozen=True, slots=True)
class Row:
    """One group of bars: a label, the value for each series (None omits the bar), and the target for each series."""

    name: str
    values: tuple[float | None, ...]
    wanted: tuple[float | None, ...]


def draw_bars(title: str, description: str, series: Sequence[str], rows: Sequence[Row], *, unit: str = "") -> str:
    """Return an SVG of horizontal bars, in one group for each row, with a mark at each target or limit.

    ``description`` is the text alternative. Each bar is labelled with its value and ``unit``.
    """
    maximum = max([value for row in rows for value in (*row.values, *row.wanted) if value is not None], default=1.0)
    scale = (WIDTH - LEFT - RIGHT) / (maximum or 1.0)
    parts, y = [], TOP
    for row in rows:
        series_indexes = [index for index, value in enumerate(row.values) if value is not None]
        middle = y + (len(series_indexes) * (BAR_HEIGHT + BAR_GAP) - BAR_GAP) / 2
        parts.append(f'<text class="ink end" x="{LEFT - 12}" y="{middle + 5:.0f}">{escape(row.name)}</text>')
        for index in series_indexes:
            parts += _bar(y, row.values[index] or 0.0, row.wanted[index], index, scale, unit)
            y += BAR_HEIGHT + BAR_GAP
        y += GROUP_GAP
    return _build_document(title, description, series, parts, y + _FOOT - GROUP_GAP)


def _bar(y: int, value: float, wanted: float | None, index: int, scale: float, unit: str) -> list[str]:
    length = value * scale
    parts = [f'<rect class="s{index}" x="{LEFT}" y="{y}" width="{max(length, 1):.1f}" height="{BAR_HEIGHT}"/>']
    label_x = LEFT + max(length, (wanted or 0.0) * scale)
    if wanted is not None:
        mark = LEFT + wanted * scale
        parts.append(f'<path class="mark" d="M{mark:.1f} {y - 2}V{y + BAR_HEIGHT + 2}"/>')
    parts.append(f'<text class="quiet" x="{label_x + 8:.0f}" y="{y + 14}">{_format_number(value)}{escape(unit)}</text>')
    return parts


def draw_lines(
    title: str, description: str, series: Sequence[str], steps: Sequence[str], values: Sequence[Sequence[float]]
) -> str:
    """Return an SVG with one line for each series, over the same steps. The vertical axis starts at zero."""
    height, maximum = 220, max(max(each) for each in values) * 1.15
    step_width = (WIDTH - LEFT // 2 - RIGHT) / max(len(steps) - 1, 1)
    left, floor = LEFT // 2, TOP + height
    parts = [f'<path class="rule" d="M{left} {floor}H{WIDTH - RIGHT}"/>']
    for index, name in enumerate(steps):
        parts.append(
            f'<text class="quiet mid" x="{left + index * step_width:.0f}" y="{floor + 20}">{escape(name)}</text>'
        )
    for index, each in enumerate(values):
        points = [(left + step * step_width, floor - height * value / maximum) for step, value in enumerate(each)]
        path = " ".join(f"{x:.1f} {y:.1f}" for x, y in points)
        parts.append(f'<path class="l{index}" d="M{path}"/>')
        x, y = points[-1]
        parts.append(
            f'<text class="ink" x="{x + 10:.0f}" y="{y + 5 + 16 * (index % 2):.0f}">{_format_number(each[-1])}</text>'
        )
    return _build_document(title, description, series, parts, floor + 20 + _FOOT)


def _format_number(value: float) -> str:
    if value < 0.1:
        return f"{value:.2g}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def _build_document(title: str, description: str, series: Sequence[str], parts: Sequence[str], height: float) -> str:
    """Return the SVG document with title, legend and parts. It uses dark colours if the viewer prefers them."""
    light, dark = (_style(index) for index in (0, 1))
    legend, x = [], LEFT
    for index, name in enumerate(series):
        legend.append(f'<rect class="s{index}" x="{x}" y="38" width="12" height="12"/>')
        legend.append(f'<text class="quiet" x="{x + 18}" y="49">{escape(name)}</text>')
        x += 34 + 8 * len(name)
    body = "\n  ".join([*legend, *parts])
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-labelledby="t d">
  <title id="t">{escape(title)}</title>
  <desc id="d">{escape(description)}</desc>
  <style>
    text {{ font: 14px system-ui, sans-serif }} .name {{ font: 600 18px Newsreader, Charter, Georgia, serif }}
    .end {{ text-anchor: end }} .mid {{ text-anchor: middle }}
    {light}
    @media (prefers-color-scheme: dark) {{ {dark} }}
  </style>
  <rect class="paper" width="{WIDTH}" height="{height:.0f}"/>
  <text class="ink name" x="{LEFT // 8}" y="26">{escape(title)}</text>
  {body}
</svg>
"""


def _style(scheme_index: int) -> str:
    colour = {name: pair[scheme_index] for name, pair in parse_tokens(TOKENS.read_text(encoding="utf-8")).items()}
    fills = {"paper": "paper", "ink": "ink", "quiet": "ink-2", "s0": "pencil", "s1": "rust", "s2": "amber"}
    strokes = {
        "l0": ("pencil", 2.5),
        "l1": ("rust", 2.5),
        "l2": ("amber", 2.5),
        "rule": ("rule", 1),
        "mark": ("ink", 2),
    }
    return " ".join(
        [
            *(f".{name} {{ fill: {colour[token]} }}" for name, token in fills.items()),
            *(
                f".{name} {{ stroke: {colour[token]}; stroke-width: {width}; fill: none }}"
                for name, (token, width) in strokes.items()
            ),
        ]
    )
