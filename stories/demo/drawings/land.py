"""Drawings of the land: a railway, houses on a slope, rivers on a map."""

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
    Point,
    Sheet,
    bezier_points,
    mix,
    pseudo_random,
)


def railway() -> Image.Image:
    """Draw two empty tracks that meet at the horizon, with lamp posts beside them."""
    sheet = Sheet(WASH)
    horizon, vanishing = 360.0, 1180.0
    sheet.area(
        [
            (0, 330),
            (300, 300),
            (620, 336),
            (980, 312),
            (1400, 340),
            (WIDTH, 306),
            (WIDTH, horizon + 4),
            (0, horizon + 4),
        ],
        mix(WASH, SEA, 0.18),
    )
    sheet.box(0, horizon, WIDTH, HEIGHT, NEWSPRINT)
    near = ((-900.0, -260.0), (520.0, 1140.0))
    for sleeper in range(70):
        nearness = 1 / (1 + sleeper * 0.34)
        y = horizon + (HEIGHT - horizon + 60) * nearness
        thick = max(0.6, 30 * nearness)
        for left, right in near:
            x1 = vanishing + (left - 150 - vanishing) * nearness
            x2 = vanishing + (right + 150 - vanishing) * nearness
            sheet.area(
                [(x1, y - thick), (x2, y - thick), (x2 + thick * 0.4, y), (x1 - thick * 0.4, y)],
                mix(INK, NEWSPRINT, 0.12 + 0.86 * (1 - nearness) ** 4),
            )
    for left, right in near:
        for foot in (left, right):
            end = vanishing + (foot - vanishing) * 1.08
            sheet.area(
                [
                    (vanishing - 1.2, horizon),
                    (vanishing + 1.2, horizon),
                    (end + 17, HEIGHT + 60),
                    (end - 17, HEIGHT + 60),
                ],
                PENCIL,
            )
    for post in range(9):
        nearness = 1 / (1 + post * 0.55)
        x, foot = vanishing + (2280 - vanishing) * nearness * 0.62, horizon + 330 * nearness
        top = foot - 620 * nearness
        width = max(2.0, 17 * nearness)
        sheet.stroke([(x, foot), (x, top), (x - 150 * nearness, top)], INK, width)
        sheet.stroke([(x - 150 * nearness, top), (x - 150 * nearness, top + 26 * nearness)], INK, width * 1.5)
    return sheet.finished()


def houses() -> Image.Image:
    """Draw gabled houses packed on a slope, some of their windows lit."""
    sheet = Sheet(MIST)
    faces: tuple[Colour, ...] = (PAPER, NIGHT, WASH, NEWSPRINT, PAPER, WASH, NIGHT)
    number = 0
    for row in range(6):
        for column in range(-1, 15):
            x = column * 142 + (71 if row % 2 else 0) + 24 * (pseudo_random(number, 1) - 0.5)
            y = 250 + row * 156 + 90 * math.sin(column / 2.6 + 0.4) * (1 - row / 8) + 40 * (pseudo_random(number) - 0.5)
            _house(
                sheet, (x, y), 138 + 30 * pseudo_random(number, 6), faces[int(pseudo_random(number, 11) * 7)], number
            )
            number += 1
    return sheet.finished()


def _house(sheet: Sheet, eaves: Point, width: float, face: Colour, number: int) -> None:
    x, y = eaves
    gable = 62 + 26 * pseudo_random(number, 3)
    shape = [(x, y + 420), (x, y), (x + width / 2, y - gable), (x + width, y), (x + width, y + 420)]
    sheet.area(shape, face)
    dark = face == NIGHT
    pane = mix(INK, NIGHT, 0.5) if not dark else mix(NIGHT, WASH, 0.25)
    for floor in range(3):
        for window in range(2):
            lit = pseudo_random(number * 6 + floor * 2 + window, 21) > 0.82
            left = x + width * (0.2 + 0.36 * window)
            top = y + 18 + floor * 62
            sheet.box(left, top, left + width * 0.2, top + 38, LAMP if lit else pane)
            sheet.stroke([(left + width * 0.1, top), (left + width * 0.1, top + 38)], face, 2.5)
    sheet.stroke([(x, y + 420), (x, y)], INK, 4)
    sheet.stroke([(x + width, y + 420), (x + width, y)], INK, 4)
    sheet.stroke([(x - 7, y + 5), (x + width / 2, y - gable), (x + width + 7, y + 5)], INK, 6)


def rivers() -> Image.Image:
    """Draw three rivers that join on a map, a dotted border, and houses on both banks."""
    sheet = Sheet(NEWSPRINT)
    for ridge in range(15):
        y = 40 + ridge * 76
        sheet.stroke(
            [
                (x, y + 30 * math.sin(x / 210 + ridge * 0.8) + 14 * math.sin(x / 67 + ridge))
                for x in range(-10, WIDTH + 11, 12)
            ],
            mix(NEWSPRINT, STONE, 0.75),
            2.5,
        )
    meeting = (1010.0, 560.0)
    arms = (
        (bezier_points((-40, 180), (340, 120), (560, 520), meeting), 34),
        (bezier_points((860, -40), (760, 200), (1080, 300), meeting), 30),
        (bezier_points((260, HEIGHT + 40), (420, 800), (760, 820), meeting), 26),
        (bezier_points(meeting, (1260, 600), (1420, 420), (WIDTH + 60, 640)), 64),
    )
    for path, width in arms:
        sheet.stroke(path, PAPER, width + 16)
    for path, width in arms:
        sheet.stroke(path, PENCIL, width)
    for path, width in arms:
        sheet.stroke([(x, y - width * 0.2) for x, y in path], mix(PENCIL, WASH, 0.5), 2.5)
    borders = (
        bezier_points((1320, -20), (1180, 200), (1240, 380), (1090, 470)),
        bezier_points((930, 640), (900, 800), (1120, 900), (1060, HEIGHT + 20)),
        bezier_points((-20, 560), (260, 470), (560, 640), (890, 560)),
    )
    for border in borders:
        sheet.dashes(border, INK, 5, 4, 17)
    for cluster, (x, y) in enumerate(
        ((300, 90), (520, 640), (1180, 720), (1480, 250), (640, 210), (1600, 800), (170, 800), (1050, 130))
    ):
        for house in range(5):
            place = (x + (house % 3) * 62 + 14 * pseudo_random(cluster * 5 + house), y + (house // 3) * 60)
            _cottage(sheet, place, PAPER if (house + cluster) % 3 else INK)
    return sheet.finished()


def _cottage(sheet: Sheet, corner: Point, face: Colour) -> None:
    x, y = corner
    shape = [(x, y), (x + 21, y - 22), (x + 42, y), (x + 42, y + 30), (x, y + 30)]
    sheet.area(shape, face)
    sheet.outline(shape, INK, 3.5)
