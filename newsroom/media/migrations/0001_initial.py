import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import newsroom.media.models
from newsroom.db.trigrams import create_trigram_indexes


class Migration(migrations.Migration):
    replaces = [
        ("media", "0001_begin"),
        ("media", "0002_tags_licence_and_look"),
        ("media", "0003_mark_renditions"),
        ("media", "0004_bounded_lists"),
        ("media", "0005_missing_since"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Image",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("file", models.FileField(max_length=200, upload_to=newsroom.media.models.original_path)),
                ("title", models.CharField(help_text="What editors call it.", max_length=200)),
                (
                    "alt",
                    models.CharField(
                        blank=True,
                        help_text="Proposed wherever it is used.",
                        max_length=1000,
                        verbose_name="alternative text",
                    ),
                ),
                ("credit", models.CharField(blank=True, max_length=300)),
                (
                    "licence",
                    models.CharField(
                        blank=True,
                        help_text="Under what it may be used: “Our own”, “CC BY 4.0”, “Agency, until 2027”.",
                        max_length=200,
                    ),
                ),
                (
                    "tags",
                    models.CharField(
                        blank=True, help_text="Words by which it is found, parted by commas.", max_length=500
                    ),
                ),
                ("found_by", models.TextField(db_default="", default="", editable=False)),
                ("width", models.PositiveIntegerField(editable=False)),
                ("height", models.PositiveIntegerField(editable=False)),
                ("digest", models.CharField(db_index=True, editable=False, max_length=64)),
                ("look", models.CharField(db_default="", default="", editable=False, max_length=16)),
                (
                    "focal_x",
                    models.PositiveSmallIntegerField(
                        default=50,
                        help_text="Per cent from the left: what no crop may lose.",
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="focal point across",
                    ),
                ),
                (
                    "focal_y",
                    models.PositiveSmallIntegerField(
                        default=50,
                        help_text="Per cent from the top.",
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="focal point down",
                    ),
                ),
                ("missing_since", models.DateTimeField(editable=False, null=True, verbose_name="file missing since")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="images",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "picture",
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(fields=["created_at", "id"], name="image_by_date"),
                    models.Index(fields=["title", "id"], name="image_by_title"),
                    models.Index(django.db.models.functions.text.Upper("title"), name="image_called"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("focal_x__lte", 100), ("focal_y__lte", 100)),
                        name="image_focal_point_inside",
                        violation_error_message="The focal point lies inside the picture: 0 to 100 per cent.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rendition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("spec", models.CharField(max_length=60)),
                ("file", models.FileField(max_length=200, upload_to=newsroom.media.models.rendition_path)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                (
                    "image",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="renditions", to="media.image"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("image", "spec"),
                        name="rendition_once",
                        violation_error_message="This size of the picture exists.",
                    )
                ],
            },
        ),
        create_trigram_indexes(images_found_in_part="media_image.found_by"),
    ]
