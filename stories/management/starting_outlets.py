"""Reads the starting list: the world's best-known papers, broadcasters and agencies with what they are called."""

import csv
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

STARTING_OUTLETS_FILE = Path(__file__).resolve().parent.parent / "data" / "outlets.csv"
# Uids made from names under this one are the same on every machine, so documents can travel between installations.
_OUTLETS = UUID("5f0c5c1e-3a0e-5b57-9f6b-6a1f3a4b7c11")


@dataclass(frozen=True, slots=True)
class StartingOutlet:
    """One row of the list: country by ISO 3166-1 alpha-2, language by BCP 47."""

    name: str
    aliases: tuple[str, ...]
    country: str
    language: str
    kind: str
    home_page: str

    @property
    def uid(self) -> UUID:
        """Return the uid that this outlet has in every installation."""
        return uuid5(_OUTLETS, self.name)


def starting_outlets() -> list[StartingOutlet]:
    """Return the outlets of the list in the order of the file."""
    with STARTING_OUTLETS_FILE.open(encoding="utf-8", newline="") as file:
        return [
            StartingOutlet(
                name=row["name"],
                aliases=tuple(alias for alias in row["aliases"].split("|") if alias),
                country=row["country"],
                language=row["language"],
                kind=row["kind"],
                home_page=row["home_page"],
            )
            for row in csv.DictReader(file)
        ]
