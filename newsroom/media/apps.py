"""The configuration of the app."""

from django.apps import AppConfig


class PicturesConfig(AppConfig):
    """Registers the app under its short name."""

    name = "newsroom.media"
    label = "media"
    verbose_name = "Pictures"

    def ready(self) -> None:
        """Have checks say what share pictures lack."""
        from newsroom.media import checking  # noqa: F401 -- registers itself
