"""Editions are found by their folded titles, so that a headline that is taken costs no look at all of them."""

from django.db import migrations, models

from newsroom.text.fold import fold

BATCH = 1_000


def fill(apps, schema_editor):
    pages = apps.get_model("stories", "Edition").objects.filter(kind="page").only("pk", "title")
    last = 0
    while batch := list(pages.filter(pk__gt=last).order_by("pk")[:BATCH]):
        for edition in batch:
            edition.folded_title = fold(edition.title)[:300]
        pages.bulk_update(batch, ["folded_title"])
        last = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [
        ("stories", "0021_outlets_from_a_to_z"),
    ]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="folded_title",
            field=models.CharField(
                blank=True, default="", help_text="By which another page of the same title is found.", max_length=300
            ),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(fields=["folded_title"], name="edition_by_title"),
        ),
    ]
