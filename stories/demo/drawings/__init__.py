"""The images of the demonstration, drawn by code in ink, newsprint and pencil; the same on every machine."""

from collections.abc import Callable

from PIL import Image

from stories.demo.drawings import buildings, land, patterns, quays, water

DRAWINGS: dict[str, Callable[[], Image.Image]] = {
    draw.__name__: draw
    for draw in (
        water.storm_barrier,
        patterns.cod_shoal,
        patterns.orrin_survey,
        land.railway,
        land.houses,
        quays.harbour,
        buildings.water_tap,
        land.rivers,
        patterns.exam_hall,
        buildings.heat_network,
        patterns.wheat,
        quays.cranes,
        water.dredger,
        patterns.census,
        buildings.clock,
        buildings.contract,
        buildings.sirens,
    )
}
