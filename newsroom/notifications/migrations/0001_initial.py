import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("notices", "0001_begin"),
        ("notices", "0002_find_what_is_unread"),
        ("notices", "0003_remember_what_was_asked"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("asked", "I am asked to review"),
                            ("returned", "A text of mine is returned"),
                            ("approved", "A text of mine is approved"),
                            ("published", "A page of mine goes out, is corrected or withdrawn"),
                            ("mention", "Somebody mentions me in a comment"),
                            ("comment", "Somebody comments on a text of mine, or answers me"),
                            ("due", "A page of mine is due for review"),
                            ("escalation", "Nobody looked at a page that was due"),
                            ("report", "A reader reports an error on a page of mine"),
                        ],
                        max_length=12,
                    ),
                ),
                ("thing_kind", models.CharField(max_length=20)),
                ("thing_uid", models.UUIDField(db_index=True)),
                ("words", models.TextField()),
                ("address", models.CharField(max_length=500)),
                ("told_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "mail",
                    models.CharField(
                        choices=[
                            ("none", "No mail"),
                            ("waits", "Waits to be sent"),
                            ("sent", "Sent"),
                            ("failed", "Could not be sent"),
                        ],
                        default="none",
                        max_length=6,
                    ),
                ),
                ("mailed_at", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("is_for_digest", models.BooleanField(default=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notices", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "notification",
                "ordering": ["-told_at", "-pk"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["person", "-told_at", "-id"], name="notice_of_person"),
                    models.Index(
                        condition=models.Q(("read_at", None)),
                        fields=["person", "-told_at", "-id"],
                        name="notice_unread",
                    ),
                    models.Index(
                        condition=models.Q(("mail__in", ["waits", "failed"])),
                        fields=["is_for_digest", "person"],
                        name="notice_to_mail",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("mail", "sent"), ("mailed_at__isnull", False)),
                            models.Q(models.Q(("mail", "sent"), _negated=True), ("mailed_at", None)),
                            _connector="OR",
                        ),
                        name="notice_mailed_when",
                        violation_error_message="A mail that was sent was sent at some time.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("asked", "I am asked to review"),
                            ("returned", "A text of mine is returned"),
                            ("approved", "A text of mine is approved"),
                            ("published", "A page of mine goes out, is corrected or withdrawn"),
                            ("mention", "Somebody mentions me in a comment"),
                            ("comment", "Somebody comments on a text of mine, or answers me"),
                            ("due", "A page of mine is due for review"),
                            ("escalation", "Nobody looked at a page that was due"),
                            ("report", "A reader reports an error on a page of mine"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("desk", "On the desk only"),
                            ("at_once", "By mail, at once"),
                            ("digest", "By mail, once a day"),
                            ("never", "Not at all"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notice_choices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "notification preference",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "kind"),
                        name="notice_choice_once",
                        violation_error_message="This kind of notice is chosen already.",
                    )
                ],
            },
        ),
    ]
