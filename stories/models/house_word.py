"""How this house writes."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class HouseWord(models.Model):
    """A word or phrase that is not written here, and what is written in its place: nothing where it is banned.

    ``folded`` is the written form as it is looked for. An empty ``language`` means every language.
    """

    written = models.CharField("not so", max_length=100)
    folded = models.CharField(max_length=100, editable=False)
    preferred = models.CharField("but so", max_length=100, blank=True, help_text="Empty: the word is not used at all.")
    reason = models.CharField("why", max_length=300, blank=True)
    language = models.CharField(max_length=35, blank=True, help_text="A tag such as en or de; empty: every language.")
    is_case_sensitive = models.BooleanField("capitals matter", default=False)

    class Meta:
        verbose_name = "house word"
        ordering: ClassVar = ["folded", "language"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["written", "language"],
                name="house_word_once",
                violation_error_message="This word stands in the dictionary for this language.",
            ),
            models.CheckConstraint(
                name="house_word_written",
                condition=~Q(folded=""),
                violation_error_message="Name the word.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.written} → {self.preferred}" if self.preferred else f"not “{self.written}”"
