"""House style: preferred spellings and banned words."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from newsroom.text.fold import fold

MAX_LENGTH = 100


class HouseWordQuerySet(models.QuerySet["HouseWord"]):
    def lock_entry(self, written: str, language: str) -> "HouseWord | None":
        """Return the entry with exactly this spelling and language, locked, or None."""
        return self.select_for_update().filter(written=written, language=language).first()


class HouseWord(models.Model):
    """A word or phrase that house style avoids, with the preferred one; a banned word has no preferred one.

    ``folded`` is the folded form of ``written``, for sorting and searching. An empty ``language`` means every language.
    """

    written = models.CharField("avoid", max_length=MAX_LENGTH)
    folded = models.CharField(max_length=MAX_LENGTH, editable=False)
    preferred = models.CharField(
        "use instead", max_length=MAX_LENGTH, blank=True, help_text="Leave empty if the word is never used."
    )
    reason = models.CharField(max_length=300, blank=True)
    language = models.CharField(
        max_length=35, blank=True, help_text="A tag such as en or de. Leave empty for all languages."
    )
    is_case_sensitive = models.BooleanField("match case", default=False)

    audit_kind: ClassVar = "house word"

    objects = HouseWordQuerySet.as_manager()

    class Meta:
        verbose_name = "house style entry"
        verbose_name_plural = "house style entries"
        ordering: ClassVar = ["folded", "language"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["written", "language"],
                name="house_word_once",
                violation_error_message="House style already contains this word for this language.",
            ),
            models.CheckConstraint(
                name="house_word_written",
                condition=~Q(folded=""),
                violation_error_message="Enter the word to avoid.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.written} → {self.preferred}" if self.preferred else f"{self.written} (never used)"

    def save(self, **kwargs: object) -> None:
        """Derive the folded form, and save."""
        self.folded = fold(self.written)[:MAX_LENGTH]
        super().save(**kwargs)  # type: ignore[arg-type]  # passed through unchanged

    def clean(self) -> None:
        """Normalise white space in ``written`` and ``preferred``, strip ``language``, and derive ``folded``.

        Raise ValidationError if ``folded`` is empty, or if ``written`` and ``preferred`` are the same.
        """
        self.written, self.preferred = " ".join(self.written.split()), " ".join(self.preferred.split())
        self.language = self.language.strip()
        self.folded = fold(self.written)[:MAX_LENGTH]
        if not self.folded:
            raise ValidationError({"written": ValidationError("Enter the word to avoid.", code="empty")})
        if self.written == self.preferred:
            raise ValidationError({"preferred": ValidationError("This is the same as the word to avoid.", code="same")})
