#!/usr/bin/env python3
"""Draws how the measured times grow, as SVG.

usage: bench/plot.py growth.json >growth.svg
The input is what bench/run.py --data wrote: {chart: {series: [[x, seconds]]}}.
"""

import json
import math
import sys

CHARTS = {  # title: what x and y are
    "newest version": ("images in the repository", "seconds of CPU"),
    "plan, one app": ("commits since its base", "seconds of CPU"),
    "plan, 10,000 commits": ("apps", "seconds of CPU"),
    "plan, 100 apps": ("milliseconds to the server", "seconds"),
}
WIDTH, HEIGHT = 380, 260
LEFT, RIGHT, TOP, BOTTOM = 62, 28, 34, 44
COLOURS = ("#0969da", "#bc4c00", "#1a7f37", "#8250df")


def text(x, y, words, anchor="middle", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>{words}</text>'


def short(number):
    if number >= 1000:
        return f"{number:,.0f}"
    return f"{number:g}"


class Axis:
    """Where a value lies between two places; logarithmic unless it begins at 0."""

    def __init__(self, values, begin, end):
        self.begin, self.end = begin, end
        self.is_log = min(values) > 0
        if self.is_log:
            self.low, self.high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
            self.high = max(self.high, self.low + 1)
            self.ticks = [10.0**power for power in range(self.low, self.high + 1)]
        else:
            self.low, self.high = 0, max(values)
            self.ticks = sorted(set(values))

    def place(self, value):
        value = math.log10(value) if self.is_log else value
        return self.begin + (self.end - self.begin) * (value - self.low) / (self.high - self.low)


def chart(title, of_x, of_y, series):
    points = [point for line in series.values() for point in line]
    across = Axis([x for x, _ in points], LEFT, WIDTH - RIGHT)
    up = Axis([y for _, y in points], HEIGHT - BOTTOM, TOP)
    yield text(WIDTH / 2, 16, f"{title}, {of_y}", more='font-weight="bold"')
    yield text(WIDTH / 2, HEIGHT - 8, of_x)
    for tick in across.ticks:
        yield text(across.place(tick), HEIGHT - BOTTOM + 16, short(tick))
    for tick in up.ticks:
        y = up.place(tick)
        yield f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#d0d7de"/>'
        yield text(LEFT - 6, y + 4, short(tick), "end")
    for number, (name, line) in enumerate(series.items()):
        colour = COLOURS[number]
        places = [(across.place(x), up.place(y)) for x, y in sorted(line)]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        yield f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        for x, y in places:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'
        x, y = places[len(places) // 2]
        yield text(x, y - 8, name, more=f'fill="{colour}"')


def draw(measured):
    shown = [title for title in CHARTS if title in measured]
    rows = math.ceil(len(shown) / 2)
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {rows * HEIGHT}" '
           f'font-family="sans-serif" font-size="12" fill="#1f2328">')
    yield f'<rect width="{2 * WIDTH}" height="{rows * HEIGHT}" fill="#ffffff"/>'
    for number, title in enumerate(shown):
        yield f'<g transform="translate({number % 2 * WIDTH} {number // 2 * HEIGHT})">'
        yield from chart(title, *CHARTS[title], measured[title])
        yield "</g>"
    yield "</svg>"


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        print("\n".join(draw(json.load(file))))
