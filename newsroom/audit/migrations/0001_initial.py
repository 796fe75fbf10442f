import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from newsroom.db.trigrams import create_trigram_indexes


class Migration(migrations.Migration):
    replaces = [
        ("record", "0001_begin"),
        ("record", "0002_erasure"),
        ("record", "0003_bounded_lists"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("uid", models.UUIDField()),
                ("scope", models.CharField(max_length=20)),
                ("reason", models.TextField()),
                ("by_name", models.CharField(max_length=200)),
                (
                    "opened_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erasures",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="erasure_has_reason",
                        violation_error_message="An erasure says why.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("uid", models.UUIDField()),
                ("verb", models.CharField(max_length=30)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("by_name", models.CharField(max_length=200)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("reason", models.TextField()),
                (
                    "by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "activity log entry",
                "verbose_name_plural": "activity log entries",
                "ordering": ["-at", "-pk"],
                "indexes": [
                    models.Index(fields=["uid", "-at"], name="event_of_thing"),
                    models.Index(fields=["at", "id"], name="event_by_time"),
                    models.Index(fields=["kind", "at", "id"], name="event_of_kind"),
                    models.Index(fields=["verb", "at", "id"], name="event_of_verb"),
                    models.Index(fields=["by", "at", "id"], name="event_of_person"),
                ],
            },
        ),
        create_trigram_indexes(
            event_reasons_in_part="UPPER(record_event.reason)", event_people_in_part="UPPER(record_event.by_name)"
        ),
    ]
