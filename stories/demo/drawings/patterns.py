"""Drawings that count: each shows many of one object, and a second colour shows how many of them matter."""

import math

from PIL import Image

from stories.demo.drawings.sheet import (
    HEIGHT,
    INK,
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


def cod_shoal() -> Image.Image:
    """Draw rows of fish in which every second one is only a dotted outline."""
    sheet = Sheet(SEA)
    for row in range(7):
        y = 84 + row * 152
        sheet.stroke(
            [(x, y + 66 + 6 * math.sin(x / 90 + row)) for x in range(-10, WIDTH + 11, 15)], mix(SEA, WASH, 0.09), 2
        )
        for column in range(-1, 9):
            x = column * 240 + (120 if row % 2 else 0) + 110
            if (column + row // 2) % 2:
                _missing_fish(sheet, (x, y))
            else:
                _fish(sheet, (x, y), PAPER if (row, column) != (3, 3) else WASH)
    return sheet.finished()


def _fish_outline(centre: Point) -> list[Point]:
    x, y = centre
    upper = bezier_points((x - 88, y + 4), (x - 50, y - 50), (x + 20, y - 44), (x + 58, y - 4), 24)
    lower = bezier_points((x + 58, y + 4), (x + 20, y + 46), (x - 50, y + 48), (x - 88, y + 4), 24)
    return [*upper, (x + 96, y - 34), (x + 84, y), (x + 96, y + 34), *lower]


def _fish(sheet: Sheet, centre: Point, colour: Colour) -> None:
    x, y = centre
    sheet.area(_fish_outline(centre), colour)
    sheet.area([(x - 26, y - 34), (x + 6, y - 54), (x + 16, y - 32)], colour)
    sheet.area([(x - 4, y + 34), (x + 22, y + 50), (x + 26, y + 27)], colour)
    sheet.disc((x - 60, y - 6), 6.5, SEA)
    sheet.stroke(
        bezier_points((x - 40, y - 24), (x - 30, y - 8), (x - 30, y + 12), (x - 40, y + 28), 12),
        mix(colour, SEA, 0.45),
        3,
    )
    sheet.stroke([(x - 24, y - 4), (x + 52, y)], mix(colour, SEA, 0.3), 2.5)
    sheet.stroke([(x - 84, y + 14), (x - 74, y + 25)], mix(colour, SEA, 0.6), 2.5)


def _missing_fish(sheet: Sheet, centre: Point) -> None:
    outline = _fish_outline(centre)
    sheet.dashes([*outline, outline[0]], mix(SEA, WASH, 0.6), 3, 8, 9)


def wheat() -> Image.Image:
    """Draw rows of ears of wheat on newsprint; one in eight is blue."""
    sheet = Sheet(NEWSPRINT)
    number = 0
    for row in range(2):
        for column in range(16):
            foot = (84 + column * 117 + (30 if row else 0), 560 + row * 540)
            lean = (pseudo_random(number, 4) - 0.5) * 46
            _ear(sheet, foot, lean, PENCIL if number % 8 == 5 else INK)
            number += 1

    return sheet.finished()


def _ear(sheet: Sheet, foot: Point, lean: float, colour: Colour) -> None:
    x, y = foot
    stalk = bezier_points((x, y), (x, y - 160), (x + lean * 0.3, y - 300), (x + lean, y - 470), 30)
    sheet.stroke(stalk, colour, 4.5)
    leaf = bezier_points((x, y - 90), (x + 26, y - 150), (x + 40, y - 190), (x + 30, y - 240), 16)
    sheet.stroke(leaf, colour, 5)
    for pair in range(9):
        at = stalk[30 - pair * 2]
        before = stalk[max(0, 28 - pair * 2)]
        angle = math.atan2(at[1] - before[1], at[0] - before[0])
        for side in (-1, 1):
            _grain(sheet, at, angle + side * 0.5, colour)
        for side in (-1, 1):
            tip = (at[0] + 66 * math.cos(angle + side * 0.34), at[1] + 66 * math.sin(angle + side * 0.34))
            sheet.stroke([at, tip], mix(colour, NEWSPRINT, 0.45), 1.5)


def _grain(sheet: Sheet, base: Point, angle: float, colour: Colour) -> None:
    along, across = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
    points = []
    for step in range(16):
        turn = step / 16 * 2 * math.pi
        forward, aside = 15 + 17 * math.cos(turn), 8 * math.sin(turn)
        points.append(
            (base[0] + along[0] * forward + across[0] * aside, base[1] + along[1] * forward + across[1] * aside)
        )
    sheet.area(points, colour)


def exam_hall() -> Image.Image:
    """Draw an exam hall from above: seven rows of desks, the sheets of four rows in blue."""
    sheet = Sheet(NEWSPRINT)
    for board in range(14):
        sheet.stroke([(board * 144, 0), (board * 144, HEIGHT)], STONE, 2)
    for row in range(7):
        blue = row in {1, 2, 4, 5}
        for column in range(13):
            x, y = 96 + column * 144, 92 + row * 149
            sheet.box(x - 48, y - 38, x + 48, y + 26, INK)
            sheet.box(x - 45, y - 35, x + 45, y + 23, PAPER)
            sheet.box(x - 22, y + 34, x + 22, y + 62, mix(INK, NEWSPRINT, 0.15))
            tilt = (pseudo_random(row * 13 + column) - 0.5) * 12
            page = [
                (x - 20 + tilt / 3, y - 28),
                (x + 18 + tilt / 3, y - 28 + tilt / 4),
                (x + 18 - tilt / 3, y + 17),
                (x - 20 - tilt / 3, y + 17 - tilt / 4),
            ]
            sheet.area(page, PENCIL if blue else STONE)
            for line in range(5):
                sheet.stroke(
                    [
                        (x - 14, y - 20 + line * 8),
                        (x + 6 + 8 * pseudo_random(row * 91 + column * 7 + line), y - 20 + line * 8),
                    ],
                    WASH if blue else mix(STONE, INK, 0.45),
                    1.8,
                )
            if pseudo_random(row * 13 + column, 8) > 0.4:
                sheet.stroke([(x + 26, y - 22), (x + 38, y + 12)], mix(INK, PAPER, 0.3), 3)
    return sheet.finished()


def census() -> Image.Image:
    """Draw rows of small figures; here and there one is only an outline."""
    sheet = Sheet(NEWSPRINT)
    number = 0
    for row in range(8):
        for column in range(26):
            x, y = 36 + column * 74 + (37 if row % 2 else 0), 56 + row * 132
            size = 0.86 + 0.2 * pseudo_random(number, 2)
            missing = number % 29 == 17
            _figure(sheet, (x, y), size, number, missing=missing)
            number += 1
    return sheet.finished()


def _figure(sheet: Sheet, head: Point, size: float, number: int, *, missing: bool) -> None:
    x, y = head
    body = [
        (x - 17 * size, y + 22),
        (x + 17 * size, y + 22),
        (x + 24 * size, y + 86 * size),
        (x - 24 * size, y + 86 * size),
    ]
    if missing:
        sheet.ring((x, y), 14 * size, PENCIL, 3)
        sheet.dashes([*body, body[0]], PENCIL, 3, 9, 6)
        return
    colour = (INK, mix(INK, NEWSPRINT, 0.28), NIGHT, mix(INK, NEWSPRINT, 0.5))[number * 7 % 4]
    sheet.disc((x, y), 14 * size, colour)
    sheet.area(body, colour)


def orrin_survey() -> Image.Image:
    """Draw a map of the sea: survey stations in the south, a broken line, and beyond it the area that nobody counts."""
    sheet = Sheet(SEA)
    sheet.waves(0, HEIGHT, mix(SEA, WASH, 0.08), spacing=30)
    west = [
        *bezier_points((-20, -20), (300, 60), (420, 180), (330, 330)),
        *bezier_points((330, 330), (260, 460), (470, 560), (420, 700)),
        *bezier_points((420, 700), (380, 830), (560, 930), (760, 1000)),
        *bezier_points((760, 1000), (980, 1060), (1180, 1016), (1320, 1040)),
    ]
    east = [
        *bezier_points((1320, 1040), (1460, 1064), (1420, 860), (1520, 760)),
        *bezier_points((1520, 760), (1640, 640), (1500, 520), (1600, 400)),
        *bezier_points((1600, 400), (1680, 260), (1560, 160), (1660, -20)),
    ]
    coast = [*west, *east]
    for wide, share in ((26, 0.16), (14, 0.3)):
        sheet.stroke(coast, mix(SEA, WASH, share), wide)
    sheet.area([*coast, (WIDTH + 20, -20), (WIDTH + 20, HEIGHT + 20), (-20, HEIGHT + 20)], NEWSPRINT)
    sheet.stroke(coast, INK, 5)
    for city in ((410.0, 590.0), (1040.0, 1034.0), (1562.0, 470.0)):
        sheet.disc(city, 15, INK)
        sheet.disc(city, 6, PAPER)
    line = 410.0
    for station in range(184):
        row, column = divmod(station, 16)
        column += 4 if row == 11 else 0  # the last row is half full, in the middle of the bay
        y = line + 46 + row * 46
        left, right = _width_at(coast, y)
        x = left + 46 + (right - left - 92) * (column + 0.5 * (row % 2)) / 15.5
        sheet.disc((x, y), 6.5, PAPER)
    left, right = _width_at(coast, line)
    sheet.dashes([(left, line), (right, line)], PAPER, 5, 26, 18)
    for number, place in enumerate(
        ((620, 130), (900, 90), (1180, 170), (760, 270), (1060, 290), (1370, 250), (1420, 90))
    ):
        if number % 3 == 2:
            _missing_fish(sheet, place)
        else:
            sheet.dashes([*_fish_outline(place), _fish_outline(place)[0]], mix(SEA, WASH, 0.75), 3, 8, 9)
    return sheet.finished()


def _width_at(coast: list[Point], y: float) -> tuple[float, float]:
    """Return where open water begins and ends on the line at height ``y``."""
    crossings = [x for x, height in coast if abs(height - y) < 26]
    middle = WIDTH / 2
    return max(x for x in crossings if x < middle), min(x for x in crossings if x > middle)
