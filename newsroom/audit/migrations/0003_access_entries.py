import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0002_erasure_lines"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unknown_name", models.CharField(blank=True, default="", editable=False, max_length=64)),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("signed in", "Signed in"),
                            ("failed", "Sign-in failed"),
                            ("locked out", "Locked out"),
                            ("second factor failed", "Second factor failed"),
                            ("signed out", "Signed out"),
                            ("session ended", "Session ended"),
                            ("password changed", "Password changed"),
                            ("factor changed", "Second factor changed"),
                            ("address changed", "E-mail address changed"),
                            ("permission refused", "Permission refused"),
                            ("token used", "Link from a mail used"),
                        ],
                        editable=False,
                        max_length=30,
                        verbose_name="what happened",
                    ),
                ),
                ("connection", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("browser", models.CharField(blank=True, default="", editable=False, max_length=30)),
                ("at", models.DateTimeField(editable=False)),
                (
                    "account",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="access_entries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "access event",
                "ordering": ["-at", "-pk"],
                "indexes": [
                    models.Index(fields=["at", "id"], name="access_by_time"),
                    models.Index(fields=["account", "at", "id"], name="access_of_account"),
                    models.Index(fields=["verb", "at", "id"], name="access_of_verb"),
                    models.Index(fields=["account", "connection", "verb", "at"], name="access_from_connection"),
                ],
            },
        ),
    ]
