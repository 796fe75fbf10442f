import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("listing", "0001_begin"),
        ("listing", "0002_columns_of_a_list"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("listing", models.CharField(max_length=60)),
                ("name", models.CharField(blank=True, max_length=60)),
                ("query", models.CharField(blank=True, max_length=2000)),
                ("columns", models.JSONField(default=list)),
                ("is_shared", models.BooleanField(default=False, verbose_name="for everybody at the desk")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["listing"], name="saved_view_of_listing")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "listing", "name"),
                        name="saved_view_once",
                        violation_error_message="You have a view of this name.",
                    )
                ],
            },
        ),
    ]
