"""Drawings of the sea: the storm barrier at night, and a dredger with the sea cut open."""

import math

from PIL import Image

from stories.demo.drawings.sheet import (
    HEIGHT,
    INK,
    LAMP,
    MIST,
    NEWSPRINT,
    NIGHT,
    PAPER,
    PENCIL,
    SEA,
    STONE,
    WASH,
    WIDTH,
    Colour,
    Sheet,
    bezier_points,
    mix,
    pseudo_random,
)


def _rain(sheet: Sheet, bottom: float, colour: Colour) -> None:
    for drop in range(260):
        x, y = pseudo_random(drop) * WIDTH * 1.05, pseudo_random(drop, 7) * bottom
        length = 16 + 22 * pseudo_random(drop, 3)
        sheet.stroke([(x, y), (x - length * 0.28, min(bottom, y + length))], colour, 1.6)


def storm_barrier() -> Image.Image:
    """Draw nine gates at night; two of them are raised, and the sea runs through below."""
    sheet = Sheet(NIGHT)
    _rain(sheet, 640, mix(NIGHT, WASH, 0.28))
    deck, sill, water = 372, 640, 610
    sheet.box(0, water, WIDTH, HEIGHT, SEA)
    sheet.waves(water + 24, HEIGHT, mix(SEA, WASH, 0.16), spacing=24)
    sheet.area([(0, 410), (120, 410), (150, sill), (0, sill + 20)], STONE)
    sheet.area([(WIDTH, 410), (WIDTH - 120, 410), (WIDTH - 150, sill), (WIDTH, sill + 20)], STONE)
    left, bay = 138.0, 183.0
    gates = [(left + bay * number, left + bay * (number + 1)) for number in range(9)]
    opened = gates[5:7]
    for start, end in opened:
        _flood(sheet, start + 20, end - 20, sill)
    for start, end in gates:
        if (start, end) in opened:
            _gate(sheet, start + 22, 150, end - 22, 330, raised=True)
            sheet.box(start + 18, 470, end - 18, sill + 4, PENCIL)
            for line in range(7):
                x = start + 30 + line * (bay - 60) / 6
                sheet.stroke([(x, 478), (x + (line - 3) * 1.5, sill)], mix(PENCIL, WASH, 0.4), 2)
        else:
            _gate(sheet, start + 14, 420, end - 14, sill + 6, raised=False)
    sheet.box(0, deck, WIDTH, deck + 16, PAPER)
    sheet.box(0, deck + 26, WIDTH, deck + 30, STONE)
    for number in range(10):
        _pier(sheet, left + bay * number, deck, sill, towering=number in {5, 6, 7})
    return sheet.finished()


def _gate(sheet: Sheet, left: float, top: float, right: float, bottom: float, *, raised: bool) -> None:
    if raised:
        for step in range(7):
            y = top + step * (bottom - top) / 6
            sheet.stroke([(left, y), (right, y)], STONE, 3)
        sheet.frame(left, top, right, bottom, PAPER, 6)
        sheet.stroke([(left, bottom), (right, top)], STONE, 3)
        return
    sheet.box(left, top, right, bottom, NEWSPRINT)
    for step in range(1, 7):
        y = top + step * (bottom - top) / 7
        sheet.stroke([(left, y), (right, y)], STONE, 3)
    sheet.frame(left, top, right, bottom, mix(STONE, INK, 0.25), 3)


def _pier(sheet: Sheet, x: float, deck: float, sill: float, *, towering: bool) -> None:
    top = 120 if towering else deck - 34
    sheet.box(x - 15, top, x + 15, sill + 46, PAPER)
    sheet.box(x + 5, top, x + 15, sill + 46, STONE)
    sheet.area([(x - 22, sill + 20), (x + 22, sill + 20), (x + 15, sill + 60), (x - 15, sill + 60)], STONE)
    sheet.disc((x, top - 12), 16, mix(NIGHT, LAMP, 0.22))
    sheet.disc((x, top - 12), 6, LAMP)


def _flood(sheet: Sheet, left: float, right: float, sill: float) -> None:
    """Draw the water that pours from one opening, as lines that spread towards the viewer."""
    middle = WIDTH * 0.66
    paths = []
    for line in range(17):
        start = left + (right - left) * line / 16
        end = middle + (start - middle) * 4.6
        paths.append(
            bezier_points((start, sill), (start, sill + 190), (end * 0.72 + start * 0.28, 880), (end, HEIGHT + 10))
        )
    sheet.area([*paths[0], *reversed(paths[-1])], mix(SEA, PENCIL, 0.6))
    for path in paths:
        sheet.stroke(path, mix(PENCIL, PAPER, 0.62), 2.4)


def dredger() -> Image.Image:
    """Draw a dredger on calm water with its pipe on the sea bed, in a cross-section of the sea."""
    sheet = Sheet(MIST)
    sheet.disc((1480, 210), 84, PAPER)
    surface, bed = 430, 860
    sheet.box(0, surface, WIDTH, HEIGHT, SEA)
    for depth in range(1, 10):
        layer = surface + depth * 54.0
        sheet.stroke([(0, layer), (WIDTH, layer)], mix(SEA, NIGHT, min(1.0, 0.12 * depth)), 54)
    ground = [(x, bed + 34 * math.sin(x / 310 + 0.6)) for x in range(0, WIDTH + 21, 20)]
    sheet.area([*ground, (WIDTH, HEIGHT), (0, HEIGHT)], NEWSPRINT)
    for ripple in range(9):
        line = [(x, y + 20 + ripple * 24 + 5 * math.sin(x / 38 + ripple * 1.3)) for x, y in ground]
        sheet.stroke(line, STONE, 3)
    head = (560.0, bed - 2)
    pipe = bezier_points((980, 452), (860, 560), (760, 700), head)
    sheet.stroke(pipe, INK, 26)
    sheet.stroke(pipe, PENCIL, 16)
    sheet.area([(500, bed + 26), (620, bed + 26), (590, bed - 24), (535, bed - 24)], INK)
    for grain in range(150):
        angle, far = pseudo_random(grain) * math.pi, 26 + 190 * pseudo_random(grain, 5) ** 2
        x, y = head[0] + far * math.cos(angle) * 1.3, head[1] + 20 - far * math.sin(angle) * 0.55
        sheet.disc((x, y), 2 + 3 * pseudo_random(grain, 9), NEWSPRINT)
    sheet.area([(760, 330), (1500, 330), (1440, 486), (820, 486)], INK)
    sheet.area([(812, 462), (1448, 462), (1440, 486), (820, 486)], PENCIL)
    sheet.area([(900, 330), (960, 262), (1200, 262), (1260, 330)], NEWSPRINT)
    sheet.box(1310, 190, 1420, 330, PAPER)
    sheet.frame(1310, 190, 1420, 330, INK, 4)
    for window in range(3):
        sheet.box(1322 + window * 32, 208, 1344 + window * 32, 232, SEA)
    sheet.stroke([(880, 330), (930, 170), (1000, 330)], INK, 9)
    sheet.stroke([(930, 174), (820, 420)], INK, 4)
    sheet.stroke([(0, surface), (760, surface)], PAPER, 3)
    sheet.stroke([(1500, surface), (WIDTH, surface)], PAPER, 3)
    return sheet.finished()
