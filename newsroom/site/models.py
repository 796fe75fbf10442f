"""The pages about us."""

from typing import ClassVar

from django.db import models
from django.urls import reverse


class AboutPage(models.Model):
    """A page about the newsroom, in Markdown, at ``/about/<slug>/``."""

    slug = models.SlugField(max_length=80, unique=True, allow_unicode=True)
    title = models.CharField(max_length=200)
    text = models.TextField(help_text="Markdown.")
    position = models.PositiveSmallIntegerField(default=0, help_text="The order in the footer.")
    shown = models.BooleanField(default=True, help_text="Readers see it.")

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("about", args=[self.slug])
