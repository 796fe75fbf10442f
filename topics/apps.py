"""The app configuration for topics."""

from django.apps import AppConfig


class TopicsConfig(AppConfig):
    """The app configuration for topics."""

    name = "topics"
    verbose_name = "Topics"

    def ready(self) -> None:
        """Register the objects of page keys."""
        from newsroom.page_cache import unused_keys
        from topics.models import Topic

        unused_keys.register_objects("topic", Topic.objects.all)
