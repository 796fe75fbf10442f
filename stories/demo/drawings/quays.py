"""Drawings of quays: a harbour at work, and one after a storm."""

import math

from PIL import Image

from stories.demo.drawings.sheet import (
    HEIGHT,
    INK,
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
    Point,
    Sheet,
    bezier_points,
    mix,
    pseudo_random,
    rotate,
)


def harbour() -> Image.Image:
    """Draw a basin by day: two gantry cranes, a ship full of boxes, one of them blue."""
    sheet = Sheet(MIST)
    sheet.box(0, 760, WIDTH, HEIGHT, SEA)
    sheet.waves(790, HEIGHT, mix(SEA, WASH, 0.22), spacing=26)
    sheet.area(
        [(0, 640), (210, 560), (430, 610), (700, 540), (1000, 600), (WIDTH, 560), (WIDTH, 760), (0, 760)],
        mix(MIST, SEA, 0.14),
    )
    _ship(sheet)
    sheet.box(0, 742, 640, HEIGHT, NEWSPRINT)
    sheet.box(0, 742, 640, 764, INK)
    for plank in range(9):
        sheet.stroke([(40 + plank * 72, 800), (40 + plank * 72, HEIGHT)], STONE, 4)
    for stack, tall in enumerate((3, 4, 2, 3)):
        for level in range(tall):
            left, bottom = 20 + stack * 92, 742 - level * 48
            colour = (PAPER, WASH, SEA, NEWSPRINT)[(stack * 3 + level) % 4]
            _container(sheet, left, bottom - 46, 88, 46, colour)
    _gantry(sheet, 250, mix(INK, MIST, 0.5))
    _gantry(sheet, 470, INK)
    return sheet.finished()


def _container(sheet: Sheet, left: float, top: float, width: float, height: float, colour: Colour) -> None:
    sheet.box(left, top, left + width, top + height, colour)
    for rib in range(1, 8):
        x = left + rib * width / 8
        sheet.stroke([(x, top + 5), (x, top + height - 5)], mix(colour, INK, 0.22), 1.5)
    sheet.frame(left, top, left + width, top + height, INK, 2.5)


def _ship(sheet: Sheet) -> None:
    colours = (PAPER, NEWSPRINT, WASH, SEA, PAPER, STONE, WASH)
    for column in range(9):
        for level in range(3 + (column * 5 % 3)):
            blue = (column, level) == (4, 3)
            _container(
                sheet,
                800 + column * 86,
                640 - level * 48,
                84,
                46,
                PENCIL if blue else colours[(column + level * 3) % 7],
            )
    sheet.box(1600, 420, 1722, 700, PAPER)
    sheet.frame(1600, 420, 1722, 700, INK, 3)
    for row in range(3):
        for window in range(4):
            sheet.box(1612 + window * 27, 440 + row * 44, 1630 + window * 27, 458 + row * 44, SEA)
    sheet.box(1636, 346, 1690, 420, INK)
    sheet.box(1636, 366, 1690, 384, PENCIL)
    hull: list[Point] = [(720, 688), (1830, 688), (1770, 850), (800, 850)]
    sheet.area(hull, INK)
    sheet.area([(788, 828), (1778, 828), (1770, 850), (800, 850)], PENCIL)
    sheet.stroke([(720, 688), (1830, 688)], PAPER, 4)


def _gantry(sheet: Sheet, x: float, colour: Colour) -> None:
    sheet.stroke([(x, 742), (x, 240)], colour, 16)
    sheet.stroke([(x + 110, 742), (x + 110, 240)], colour, 16)
    sheet.stroke([(x, 742), (x + 110, 520)], colour, 6)
    sheet.stroke([(x, 520), (x + 110, 742)], colour, 6)
    sheet.stroke([(x - 170, 250), (x + 560, 250)], colour, 18)
    sheet.stroke([(x + 55, 120), (x - 160, 246)], colour, 6)
    sheet.stroke([(x + 55, 120), (x + 540, 246)], colour, 6)
    sheet.stroke([(x, 246), (x + 55, 120), (x + 110, 246)], colour, 10)
    sheet.stroke([(x + 430, 258), (x + 430, 410)], colour, 3)
    sheet.stroke([(x + 392, 412), (x + 468, 412)], colour, 8)


def cranes() -> Image.Image:
    """Draw four quay cranes after a storm: two stand, two lean into the water."""
    sheet = Sheet(NIGHT)
    for ray in range(34):
        y = 40 + ray * 22
        sheet.stroke(
            [(x, y + 26 * math.sin(x / 260 + ray * 0.55)) for x in range(-10, WIDTH + 11, 24)],
            mix(NIGHT, WASH, 0.04 + 0.05 * pseudo_random(ray)),
            3,
        )
    fallen = ((1060, 28), (1310, 50))
    for x, lean in fallen:
        _quay_crane(sheet, x, 900, lean, WASH)
    sheet.box(0, 800, WIDTH, HEIGHT, SEA)
    sheet.waves(826, HEIGHT, mix(SEA, WASH, 0.2), spacing=26, height=9)
    for x, lean in fallen:
        for ripple in range(4):
            y, reach = 822 + ripple * 32, 90 + ripple * 46
            path = bezier_points(
                (x - reach, y), (x - reach / 2, y - 16), (x + reach / 2 + lean, y - 16), (x + reach + lean, y)
            )
            sheet.stroke(path, mix(SEA, PAPER, 0.6 - ripple * 0.12), 3)
    for x in (250, 640):
        _quay_crane(sheet, x, 780, 0, PAPER)
    sheet.box(0, 776, 900, HEIGHT, NEWSPRINT)
    sheet.box(0, 776, 900, 796, PAPER)
    for joint in range(10):
        sheet.stroke([(joint * 94 + 30, 796), (joint * 94 + 30, HEIGHT)], STONE, 3)
    return sheet.finished()


def _quay_crane(sheet: Sheet, x: float, foot: float, lean: float, colour: Colour) -> None:
    strokes: list[tuple[list[Point], float]] = [
        ([(x - 70, foot), (x - 44, 360)], 14),
        ([(x + 70, foot), (x + 44, 360)], 14),
        ([(x - 62, 620), (x + 62, 620)], 8),
        ([(x - 66, foot - 10), (x + 60, 620)], 5),
        ([(x + 66, foot - 10), (x - 60, 620)], 5),
        ([(x - 52, 470), (x + 52, 470)], 8),
        ([(x - 150, 360), (x + 300, 360)], 16),
        ([(x - 44, 356), (x, 214), (x + 44, 356)], 9),
        ([(x, 214), (x - 140, 354)], 4),
        ([(x, 214), (x + 290, 354)], 4),
        ([(x + 220, 366), (x + 220, 470)], 3),
    ]
    for points, width in strokes:
        sheet.stroke(rotate(points, (x + 70, foot), lean) if lean else points, colour, width)
    cabin = [(x - 120, 372), (x - 60, 372), (x - 60, 424), (x - 120, 424)]
    sheet.area(rotate(cabin, (x + 70, foot), lean) if lean else cabin, PENCIL if lean else colour)
