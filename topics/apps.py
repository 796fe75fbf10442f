"""The app configuration for topics."""

from django.apps import AppConfig


class TopicsConfig(AppConfig):
    name = "topics"
    verbose_name = "Topics"

    def ready(self) -> None:
        """Register the topics, to which page keys of the kind ``topic`` belong, and whose texts are Markdown."""
        from newsroom.desk import markdown_preview
        from newsroom.page_cache import unused_keys
        from topics.models import Topic

        unused_keys.register_objects("topic", Topic.objects.all)
        markdown_preview.register_permission("topics.change_topic")
