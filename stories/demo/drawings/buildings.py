"""Drawings of buildings and man-made objects: a tap, a heating network, a clock, sirens, a contract."""

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


def water_tap() -> Image.Image:
    """Draw an old tap over a row of glasses, the first of them filled."""
    sheet = Sheet(NEWSPRINT)
    for row in range(10):
        for column in range(-1, 14):
            left, top = column * 150 + (75 if row % 2 else 0), row * 96
            sheet.frame(left, top, left + 150, top + 96, mix(NEWSPRINT, STONE, 0.7), 2)
    sheet.box(0, 950, WIDTH, HEIGHT, PAPER)
    sheet.box(0, 940, WIDTH, 952, INK)
    body = [
        *bezier_points((-20, 190), (150, 190), (240, 190), (262, 190), 6),
        *bezier_points((262, 190), (345, 192), (350, 250), (348, 352), 20),
    ]
    sheet.stroke(body, INK, 92)
    sheet.stroke(body, WASH, 72)
    sheet.box(292, 350, 404, 392, INK)
    sheet.box(302, 356, 394, 386, WASH)
    sheet.box(166, 92, 204, 160, INK)
    sheet.stroke([(80, 84), (290, 84)], INK, 34)
    sheet.stroke([(84, 84), (286, 84)], WASH, 20)
    sheet.disc((185, 84), 26, INK)
    sheet.disc((185, 84), 14, PENCIL)
    sheet.box(0, 128, 34, 254, INK)
    sheet.stroke([(348, 400), (348, 740)], PENCIL, 16)
    for glass in range(11):
        _glass(sheet, 290 + glass * 146, full=glass == 0)
    return sheet.finished()


def _glass(sheet: Sheet, left: float, *, full: bool) -> None:
    right, top, bottom = left + 116, 700, 936
    if full:
        sheet.area([(left + 3, 764), (right - 3, 764), (right - 13, bottom), (left + 13, bottom)], PENCIL)
        sheet.stroke([(left + 4, 764), (right - 4, 764)], WASH, 5)
    sheet.stroke([(left, top), (left + 13, bottom), (right - 13, bottom), (right, top)], INK, 5)
    sheet.stroke([(left + 24, top + 70), (left + 31, bottom - 34)], PAPER if full else STONE, 5)


def heat_network() -> Image.Image:
    """Draw a cross-section of a street: pipes from a plant to houses, the last three in outline only."""
    sheet = Sheet(MIST)
    street = 560
    for cloud in range(5):
        sheet.disc((300 + cloud * 46, 120 - cloud * 15), 30 + cloud * 11, PAPER)
    sheet.area([(90, street), (90, 330), (250, 290), (250, 330), (410, 290), (410, street)], INK)
    sheet.area([(270, 300), (282, 150), (330, 150), (342, 300)], INK)
    sheet.box(281, 172, 331, 190, PENCIL)
    for window in range(4):
        sheet.box(120 + window * 72, 400, 166 + window * 72, 460, LAMP)
    for number in range(7):
        _warm_house(sheet, 520 + number * 196, street, warm=number < 4, number=number)
    sheet.box(0, street, WIDTH, street + 26, STONE)
    sheet.box(0, street + 26, WIDTH, HEIGHT, NEWSPRINT)
    for stone in range(240):
        x, y = pseudo_random(stone) * WIDTH, street + 50 + pseudo_random(stone, 4) * 480
        sheet.disc((x, y), 3 + 6 * pseudo_random(stone, 9), STONE)
    for depth, colour in ((760, PENCIL), (860, mix(PENCIL, WASH, 0.62))):
        sheet.stroke(
            [(250 if depth == 760 else 190, street + 10), (250 if depth == 760 else 190, depth), (1800, depth)], INK, 44
        )
        sheet.stroke(
            [(250 if depth == 760 else 190, street + 10), (250 if depth == 760 else 190, depth), (1800, depth)],
            colour,
            34,
        )
    for number in range(7):
        x = 600 + number * 196
        colour = PENCIL if number < 4 else mix(PENCIL, NEWSPRINT, 0.72)
        sheet.stroke([(x, 750), (x, street + 4)], INK, 24)
        sheet.stroke([(x, 756), (x, street + 4)], colour, 15)
    sheet.stroke([(1180, 760), (1800, 760)], mix(PENCIL, NEWSPRINT, 0.55), 34)
    return sheet.finished()


def _warm_house(sheet: Sheet, left: float, street: float, *, warm: bool, number: int) -> None:
    right, eaves = left + 160, 330 - 26 * (number % 2)
    shape = [(left, street), (left, eaves), (left + 80, eaves - 90), (right, eaves), (right, street)]
    if warm:
        sheet.area(shape, PAPER)
        sheet.outline(shape, INK, 5)
    else:
        sheet.dashes([*shape, shape[0]], mix(INK, MIST, 0.35), 4, 14, 10)
    for floor in range(3):
        for window in range(2):
            x, y = left + 28 + window * 64, eaves + 24 + floor * 66
            if warm:
                sheet.box(x, y, x + 40, y + 42, LAMP if (floor + window + number) % 3 else WASH)
            else:
                sheet.frame(x, y, x + 40, y + 42, mix(INK, MIST, 0.45), 2.5)


def clock() -> Image.Image:
    """Draw a clock face on a tower; one hand appears twice, four minutes apart."""
    sheet = Sheet(WASH)
    sheet.area([(430, HEIGHT), (430, -20), (1490, -20), (1490, HEIGHT)], NEWSPRINT)
    for course in range(13):
        y = course * 88
        sheet.stroke([(430, y), (1490, y)], STONE, 3)
        for block in range(8):
            x = 430 + block * 152 + (76 if course % 2 else 0)
            if x < 1490:
                sheet.stroke([(x, y), (x, y + 88)], STONE, 3)
    sheet.stroke([(430, -20), (430, HEIGHT)], INK, 6)
    sheet.stroke([(1490, -20), (1490, HEIGHT)], INK, 6)
    centre = (960.0, 540.0)
    sheet.disc(centre, 452, INK)
    sheet.disc(centre, 428, PAPER)
    sheet.ring(centre, 396, INK, 3)
    for minute in range(60):
        angle = minute / 60 * 2 * math.pi
        inner, width = (338, 13.0) if minute % 5 == 0 else (374, 3.0)
        sheet.stroke([_at(centre, angle, inner), _at(centre, angle, 394)], INK, width)
    _hand(sheet, centre, 10 / 12 * 2 * math.pi - 0.06, 232, 20, INK)
    _hand(sheet, centre, 60 / 60 * 2 * math.pi, 350, 13, PENCIL)
    _hand(sheet, centre, 56 / 60 * 2 * math.pi, 350, 13, INK)
    sheet.disc(centre, 26, INK)
    sheet.disc(centre, 9, PAPER)
    return sheet.finished()


def _at(centre: Point, angle: float, far: float) -> Point:
    return centre[0] + far * math.sin(angle), centre[1] - far * math.cos(angle)


def _hand(sheet: Sheet, centre: Point, angle: float, length: float, width: float, colour: Colour) -> None:
    side = angle + math.pi / 2
    back = _at(centre, angle + math.pi, 70)
    left, right = _at(centre, side, width), _at(centre, side + math.pi, width)
    sheet.area([back, left, _at(centre, angle, length), right], colour)


def sirens() -> Image.Image:
    """Draw a town at night with five siren masts: three send out rings of sound, two stay silent."""
    sheet = Sheet(NIGHT)
    masts = (
        (210.0, 430.0, True),
        (610.0, 360.0, False),
        (960.0, 300.0, True),
        (1330.0, 390.0, False),
        (1700.0, 340.0, True),
    )
    for x, top, sounding in masts:
        if sounding:
            for ring in range(9):
                sheet.ring((x, top), 70 + ring * 44, mix(NIGHT, PENCIL, max(0.16, 0.95 - ring * 0.1)), 5)
    for x, top, sounding in masts:
        colour = PAPER if sounding else mix(NIGHT, WASH, 0.55)
        sheet.stroke([(x, top + 10), (x, 960)], colour, 12)
        for side in (-1, 1):
            horn = [
                (x + side * 10, top - 14),
                (x + side * 60, top - 42),
                (x + side * 60, top + 42),
                (x + side * 10, top + 14),
            ]
            sheet.area(horn, colour)
        sheet.disc((x, top), 20, colour)
    for number in range(19):
        left = number * 106 - 40 + 20 * pseudo_random(number)
        roof = 690 + 150 * pseudo_random(number, 4)
        face = mix(NIGHT, INK, 0.55 + 0.4 * pseudo_random(number, 6))
        sheet.area(
            [(left, HEIGHT), (left, roof), (left + 62, roof - 58), (left + 124, roof), (left + 124, HEIGHT)], face
        )
        for window in range(6):
            if pseudo_random(number * 6 + window, 9) > 0.72:
                x, y = left + 24 + window % 2 * 46, roof + 26 + window // 2 * 70
                sheet.box(x, y, x + 26, y + 36, LAMP)
    sheet.box(0, 1010, WIDTH, HEIGHT, SEA)
    sheet.waves(1022, HEIGHT, mix(SEA, WASH, 0.3), spacing=14, height=4)
    return sheet.finished()


def contract() -> Image.Image:
    """Draw a contract with a seal; one paragraph is marked in blue."""
    sheet = Sheet(WASH)
    for depth in range(3, 0, -1):
        sheet.box(560 + depth * 16, 60 + depth * 14, 1360 + depth * 16, HEIGHT + 40, mix(PAPER, STONE, 0.25 * depth))
        sheet.frame(560 + depth * 16, 60 + depth * 14, 1360 + depth * 16, HEIGHT + 40, INK, 3)
    sheet.box(560, 60, 1360, HEIGHT + 40, PAPER)
    sheet.frame(560, 60, 1360, HEIGHT + 40, INK, 5)
    sheet.box(780, 120, 1140, 144, INK)
    sheet.box(860, 164, 1060, 174, STONE)
    y = 232.0
    for paragraph in range(5):
        marked = paragraph == 3
        if marked:
            sheet.box(620, y - 18, 1300, y + 5 * 24 + 4, WASH)
            sheet.box(600, y - 18, 610, y + 5 * 24 + 4, PENCIL)
        for line in range(5):
            end = 1284 if line < 4 else 760 + 400 * pseudo_random(paragraph, 2)
            sheet.stroke([(640, y), (end, y)], PENCIL if marked else mix(STONE, INK, 0.3), 5)
            y += 24
        y += 34
    sheet.disc((1180, 956), 92, PENCIL)
    sheet.ring((1180, 956), 74, PAPER, 4)
    for ray in range(24):
        angle = ray / 24 * 2 * math.pi
        sheet.stroke([_at((1180, 956), angle, 40), _at((1180, 956), angle, 62)], PAPER, 4)
    sheet.stroke(bezier_points((660, 990), (720, 920), (760, 1040), (900, 970)), INK, 5)
    return sheet.finished()
