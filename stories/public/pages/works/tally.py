"""How the outlets stand to the words in the prose that are marked as a claim."""

from dataclasses import dataclass
from typing import Self

from django.utils.translation import ngettext

from newsroom.text.join import join_list
from stories.documents.render import ClaimFragment


@dataclass(frozen=True, slots=True)
class Stands:
    """How many outlets say what is marked, say otherwise, do not mention it, are not clear, and were not compared."""

    same: int
    other: int
    silent: int
    unclear: int
    absent: int

    @classmethod
    def count(cls, claim: ClaimFragment, *, group: int, outlets: int) -> Self:
        """Count the stands of the ``outlets`` of a story, which is their number, to the value of a group."""
        stances = [cell.stance for cell in claim.cells]
        same = sum(cell.stance == "says" and cell.group == group for cell in claim.cells)
        return cls(
            same=same,
            other=stances.count("says") + stances.count("denies") - same,
            silent=stances.count("silent"),
            unclear=stances.count("unclear"),
            absent=max(0, outlets - len(stances)),
        )

    @property
    def words(self) -> str:
        """The counts in words, such as “4 of 6 outlets say this, 1 says otherwise”, in the active language."""
        total = self.same + self.other + self.silent + self.unclear + self.absent
        same = ngettext("{number} of {total} outlets says this", "{number} of {total} outlets say this", self.same)
        others = (
            (self.other, ngettext("{number} says otherwise", "{number} say otherwise", self.other)),
            (self.silent, ngettext("{number} does not mention it", "{number} do not mention it", self.silent)),
            (self.unclear, ngettext("{number} is not clear", "{number} are not clear", self.unclear)),
            (self.absent, ngettext("{number} was not compared", "{number} were not compared", self.absent)),
        )
        parts = (words.format(number=number) for number, words in others if number)
        return join_list((same.format(number=self.same, total=total), *parts))
