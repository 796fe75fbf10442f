"""Rewrite the paths of tasks that were enqueued before their modules moved."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PATHS = {
    "newsroom.notices.tasks.mail_digest": "newsroom.notifications.tasks.mail_digest",
    "newsroom.notices.tasks.mail_notice": "newsroom.notifications.tasks.mail_notice",
    "newsroom.pages.leaving.forget": "newsroom.page_cache.eviction.delete_stale_pages",
    "newsroom.pages.purging.purge": "newsroom.page_cache.purge.purge",
    "stories.bulk.work_through": "stories.workflow.bulk.work_through",
    "stories.relating.relate_begun": "stories.publishing.editions.related.update_related_stories",
    "stories.tasks.announce_to_engines": "stories.publishing.tasks.announce_to_engines",
    "stories.tasks.announce_to_hub": "stories.publishing.tasks.announce_to_hub",
}


def _rewrite(apps: Apps, editor: BaseDatabaseSchemaEditor, *, paths: dict[str, str]) -> None:
    tasks = apps.get_model("django_tasks_database", "DBTaskResult").objects.using(editor.connection.alias)
    for old, new in paths.items():
        tasks.filter(task_path=old).update(task_path=new)


def forwards(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Replace the old paths with the new ones."""
    _rewrite(apps, editor, paths=PATHS)


def backwards(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Replace the new paths with the old ones."""
    _rewrite(apps, editor, paths={new: old for old, new in PATHS.items()})


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
