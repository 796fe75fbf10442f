"""Draw plots as SVG in the site's colours: grouped bars, and lines over steps, each with a description in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from benchmarks.colours import TOKENS, parse_tokens

WIDTH = 760
LEFT, RIGHT, TOP = 240, 96, 64
THICK, GAP, BETWEEN = 18, 4, 14
_FOOT = 24


@dataclass(frozen=True, slots=True)
class Row:
    """One group of bars: a label, a value for each series (None omits its bar), and the wanted value of each."""

    name: str
    values: tuple[float | None, ...]
    wanted: tuple[float | None, ...]


def bars(title: str, words: str, series: Sequence[str], rows: Sequence[Row], *, unit: str = "") -> str:
    """Return horizontal bars, in one group for each row, with a mark at the value to reach or not to exceed.

    ``words`` is the text alternative; each bar ends with its value and ``unit``.
    """
    most = max([value for row in rows for value in (*row.values, *row.wanted) if value is not None], default=1.0)
    scale = (WIDTH - LEFT - RIGHT) / (most or 1.0)
    parts, y = [], TOP
    for row in rows:
        shown = [place for place, value in enumerate(row.values) if value is not None]
        middle = y + (len(shown) * (THICK + GAP) - GAP) / 2
        parts.append(f'<text class="ink end" x="{LEFT - 12}" y="{middle + 5:.0f}">{escape(row.name)}</text>')
        for place in shown:
            parts += _bar(y, row.values[place] or 0.0, row.wanted[place], place, scale, unit)
            y += THICK + GAP
        y += BETWEEN
    return _page(title, words, series, parts, y + _FOOT - BETWEEN)


def _bar(y: int, value: float, wanted: float | None, place: int, scale: float, unit: str) -> list[str]:
    length = value * scale
    parts = [f'<rect class="s{place}" x="{LEFT}" y="{y}" width="{max(length, 1):.1f}" height="{THICK}"/>']
    at = LEFT + max(length, (wanted or 0.0) * scale)
    if wanted is not None:
        mark = LEFT + wanted * scale
        parts.append(f'<path class="mark" d="M{mark:.1f} {y - 2}V{y + THICK + 2}"/>')
    parts.append(f'<text class="quiet" x="{at + 8:.0f}" y="{y + 14}">{_number(value)}{escape(unit)}</text>')
    return parts


def lines(
    title: str, words: str, series: Sequence[str], steps: Sequence[str], values: Sequence[Sequence[float]]
) -> str:
    """Return one line for each series over the same steps; the vertical axis starts at zero."""
    height, most = 220, max(max(each) for each in values) * 1.15
    across = (WIDTH - LEFT // 2 - RIGHT) / max(len(steps) - 1, 1)
    left, floor = LEFT // 2, TOP + height
    parts = [f'<path class="rule" d="M{left} {floor}H{WIDTH - RIGHT}"/>']
    for place, name in enumerate(steps):
        parts.append(f'<text class="quiet mid" x="{left + place * across:.0f}" y="{floor + 20}">{escape(name)}</text>')
    for place, each in enumerate(values):
        points = [(left + step * across, floor - height * value / most) for step, value in enumerate(each)]
        path = " ".join(f"{x:.1f} {y:.1f}" for x, y in points)
        parts.append(f'<path class="l{place}" d="M{path}"/>')
        x, y = points[-1]
        parts.append(
            f'<text class="ink" x="{x + 10:.0f}" y="{y + 5 + 16 * (place % 2):.0f}">{_number(each[-1])}</text>'
        )
    return _page(title, words, series, parts, floor + 20 + _FOOT)


def _number(value: float) -> str:
    if value < 0.1:
        return f"{value:.2g}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def _page(title: str, words: str, series: Sequence[str], parts: Sequence[str], height: float) -> str:
    """Return the SVG document: title, legend and parts, in dark colours if the viewer prefers them."""
    light, dark = (_style(place) for place in (0, 1))
    legend, x = [], LEFT
    for place, name in enumerate(series):
        legend.append(f'<rect class="s{place}" x="{x}" y="38" width="12" height="12"/>')
        legend.append(f'<text class="quiet" x="{x + 18}" y="49">{escape(name)}</text>')
        x += 34 + 8 * len(name)
    body = "\n  ".join([*legend, *parts])
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-labelledby="t d">
  <title id="t">{escape(title)}</title>
  <desc id="d">{escape(words)}</desc>
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


def _style(place: int) -> str:
    colour = {name: pair[place] for name, pair in parse_tokens(TOKENS.read_text(encoding="utf-8")).items()}
    filled = {"paper": "paper", "ink": "ink", "quiet": "ink-2", "s0": "pencil", "s1": "rust", "s2": "amber"}
    drawn = {"l0": ("pencil", 2.5), "l1": ("rust", 2.5), "l2": ("amber", 2.5), "rule": ("rule", 1), "mark": ("ink", 2)}
    return " ".join(
        [
            *(f".{name} {{ fill: {colour[token]} }}" for name, token in filled.items()),
            *(
                f".{name} {{ stroke: {colour[token]}; stroke-width: {width}; fill: none }}"
                for name, (token, width) in drawn.items()
            ),
        ]
    )
