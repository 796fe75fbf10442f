import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import newsroom.entities.alphabet
import newsroom.text.slugs
from newsroom.db.trigrams import create_trigram_indexes


class Migration(migrations.Migration):
    replaces = [
        ("topics", "0001_begin"),
        ("topics", "0002_findable_aliases"),
        ("topics", "0003_from_a_to_z"),
        ("topics", "0004_bounded_lists"),
    ]

    initial = True

    dependencies = [
        ("media", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Topic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("folded_name", models.CharField(editable=False, max_length=200, unique=True)),
                (
                    "slug",
                    models.CharField(
                        max_length=200,
                        unique=True,
                        validators=[newsroom.text.slugs.validate_slug],
                        verbose_name="address",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("person", "Person"),
                            ("organisation", "Organisation"),
                            ("place", "Place"),
                            ("event", "Event"),
                            ("subject", "Subject"),
                        ],
                        db_default="subject",
                        default="subject",
                        max_length=20,
                    ),
                ),
                ("description", models.TextField(blank=True, help_text="About 30 words, in Markdown.")),
                ("wikipedia", models.URLField(blank=True, max_length=500, verbose_name="Wikipedia address")),
                (
                    "wikidata",
                    models.CharField(
                        blank=True,
                        max_length=20,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^Q[1-9]\\d*$", "A Wikidata item is a Q and a number, such as Q42."
                            )
                        ],
                        verbose_name="Wikidata item",
                    ),
                ),
                ("picture_alt", models.CharField(blank=True, max_length=1000, verbose_name="alternative text")),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="topics.topic",
                    ),
                ),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="topics",
                        to="media.image",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["name", "id"], name="topic_by_name"),
                    models.Index(fields=["kind", "name", "id"], name="topic_of_kind"),
                    models.Index(
                        models.F("kind"),
                        newsroom.entities.alphabet.Initial("folded_name"),
                        models.F("folded_name"),
                        name="topic_from_a_to_z",
                    ),
                    models.Index(
                        condition=models.Q(("merged_into__isnull", False)), fields=["name", "id"], name="topic_joined"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), models.Q(("folded_name", ""), _negated=True)
                        ),
                        name="topic_has_name",
                        violation_error_message="Give it a name with letters in it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into", None),
                            models.Q(("merged_into", models.F("pk")), _negated=True),
                            _connector="OR",
                        ),
                        name="topic_not_merged_into_itself",
                        violation_error_message="Nothing can be merged into itself.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TopicAlias",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                (
                    "folded",
                    models.CharField(
                        editable=False,
                        error_messages={"unique": "This name leads to something else already."},
                        max_length=200,
                        unique=True,
                    ),
                ),
                (
                    "is_findable",
                    models.BooleanField(
                        db_default=True, default=True, editable=False, verbose_name="readers find by it"
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="aliases", to="topics.topic"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "aliases",
                "ordering": ["name", "pk"],
                "abstract": False,
            },
        ),
        create_trigram_indexes(
            topic_names_in_part="topics_topic.folded_name", topic_aliases_in_part="topics_topicalias.folded"
        ),
    ]
