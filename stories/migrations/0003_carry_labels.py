"""Gives each edition its label for people, and each label of a revision a row of its own."""

from django.db import migrations

AT_ONCE = 500


def number_editions(apps, schema_editor):
    """Count the pages of each work: none of them was minor. A notice keeps the label of the page it replaced."""
    editions = apps.get_model("stories", "Edition")
    work, major, waiting = None, 0, []
    for edition in editions.objects.order_by("work_id", "number").only("work_id", "kind", "major").iterator():
        if edition.work_id != work:
            work, major = edition.work_id, 0
        major += edition.kind == "page"
        if edition.major != major:
            edition.major = major
            waiting.append(edition)
        if len(waiting) == AT_ONCE:
            editions.objects.bulk_update(waiting, ["major"])
            waiting = []
    editions.objects.bulk_update(waiting, ["major"])


def move_labels(apps, schema_editor):
    revisions, labels = apps.get_model("stories", "Revision"), apps.get_model("stories", "RevisionLabel")
    labelled = revisions.objects.exclude(label="").values_list("pk", "label", "created_by")
    labels.objects.bulk_create(
        (labels(revision_id=pk, text=label, by_id=by) for pk, label, by in labelled.iterator()),
        batch_size=AT_ONCE,
    )


class Migration(migrations.Migration):
    dependencies = [("stories", "0002_engine")]
    operations = [
        migrations.RunPython(number_editions, migrations.RunPython.noop),
        migrations.RunPython(move_labels, migrations.RunPython.noop),
    ]
