import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("site", "0001_begin"),
        ("site", "0002_roles"),
        ("site", "0003_reports"),
        ("site", "0004_reports_in_order"),
        ("site", "0005_languages"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AboutPage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(allow_unicode=True, max_length=80, unique=True)),
                ("title", models.CharField(max_length=200)),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("how-we-work", "How we work"),
                            ("corrections", "Corrections policy"),
                            ("ownership", "Who owns us"),
                            ("contact", "Contact"),
                        ],
                        default="",
                        help_text="Search engines are told which page says this of us. One page for each, in each language.",
                        max_length=20,
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="Empty: the site’s first language.",
                        max_length=35,
                    ),
                ),
                ("text", models.TextField(help_text="Markdown.")),
                ("position", models.PositiveSmallIntegerField(default=0, help_text="The order in the footer.")),
                ("shown", models.BooleanField(default=True, help_text="Readers see it.")),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("role", ""), _negated=True),
                        fields=("role", "language"),
                        name="about_page_role_once_a_language",
                        violation_error_message="Another page says this of us already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("uid", models.UUIDField(db_index=True)),
                ("edition", models.PositiveIntegerField(null=True)),
                ("path", models.CharField(blank=True, max_length=1000)),
                ("title", models.CharField(blank=True, max_length=1000, verbose_name="page")),
                ("sentence", models.TextField(blank=True)),
                ("problem", models.TextField(verbose_name="what is wrong")),
                ("source", models.TextField(blank=True)),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("received_at", models.DateTimeField(verbose_name="received")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("dismissed", "Dismissed"), ("corrected", "Led to a correction")],
                        db_default="open",
                        default="open",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True)),
                ("reason", models.TextField(blank=True)),
                ("led_to", models.PositiveIntegerField(editable=False, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "permissions": [("decide_report", "Can decide on reports from readers")],
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(fields=["state", "-received_at"], name="report_by_state"),
                    models.Index(fields=["-decided_at", "-received_at", "-id"], name="report_open_first"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("problem", ""), _negated=True),
                        name="report_says_what_is_wrong",
                        violation_error_message="A report says what is wrong.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("state", "open")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("state__in", ["dismissed", "corrected"]),
                            ),
                            _connector="OR",
                        ),
                        name="report_open_or_decided",
                        violation_error_message="Somebody decided on a report at some time, or it is open.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "dismissed"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="report_dismissed_with_reason",
                        violation_error_message="Say why the report is dismissed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("led_to__isnull", False), ("state", "corrected")),
                            models.Q(models.Q(("state", "corrected"), _negated=True), ("led_to", None)),
                            _connector="OR",
                        ),
                        name="report_led_to_edition",
                        violation_error_message="A report that led to a correction says to which.",
                    ),
                ],
            },
        ),
    ]
