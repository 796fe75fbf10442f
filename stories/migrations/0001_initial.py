import datetime
import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

import newsroom.db.keyset
import newsroom.entities.alphabet
import newsroom.http.languages
import newsroom.text.slugs
import stories.models.story
from newsroom.db.compression import compress_with_lz4
from newsroom.db.trigrams import create_trigram_indexes

# FTS5 splits at spaces and ASCII punctuation, which the tokens do not contain, and leaves all other characters.
SQLITE = ["""CREATE VIRTUAL TABLE "stories_draft_index" USING fts5(words, tokenize = 'ascii')"""]
# As for the search of readers: the words are stored outside the rows, the index is used for every word, and the words of
# some ten drafts are inserted into it together.
POSTGRESQL = [
    'ALTER TABLE "stories_draft" ADD COLUMN "words" tsvector',
    'ALTER TABLE "stories_draft" ALTER COLUMN "words" SET STORAGE EXTERNAL',
    'ALTER TABLE "stories_draft" ALTER COLUMN "words" SET STATISTICS 0',
    'ALTER TABLE "stories_draft" SET (toast_tuple_target = 128)',
    """CREATE INDEX "stories_draft_index" ON "stories_draft" USING gin ("words")
    WITH (fastupdate = on, gin_pending_list_limit = 256)""",
]


def create_draft_index(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop_draft_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute('DROP TABLE "stories_draft_index"')
    else:
        schema_editor.execute('ALTER TABLE "stories_draft" DROP COLUMN "words"')


class Migration(migrations.Migration):
    replaces = [
        ("stories", "0001_begin"),
        ("stories", "0002_engine"),
        ("stories", "0003_carry_labels"),
        ("stories", "0004_labels_apart"),
        ("stories", "0005_revision_of_desk"),
        ("stories", "0006_one_rerendering"),
        ("stories", "0007_rerendering_changed"),
        ("stories", "0008_corrections_in_order"),
        ("stories", "0009_known_findings"),
        ("stories", "0010_translation_group"),
        ("stories", "0011_front_place"),
        ("stories", "0012_index_of_sitemaps"),
        ("stories", "0013_drop_search_text"),
        ("stories", "0014_findable_aliases"),
        ("stories", "0015_desk"),
        ("stories", "0016_links_take_comments"),
        ("stories", "0017_lists_of_the_desk"),
        ("stories", "0018_related_stories"),
        ("stories", "0019_projections_in_order"),
        ("stories", "0020_lists_in_order"),
        ("stories", "0021_outlets_from_a_to_z"),
        ("stories", "0022_titles_compared"),
        ("stories", "0023_one_index_less"),
        ("stories", "0024_bounded_lists"),
        ("stories", "0025_sitemaps_by_part"),
        ("stories", "0026_overrides_in_order"),
        ("stories", "0027_words_of_drafts_together"),
        ("stories", "0028_addresses_without_capitals"),
        ("stories", "0029_packing"),
        ("stories", "0030_words_of_windows"),
        ("stories", "0031_pages_instead"),
        ("stories", "0032_hosts_of_outlets"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("media", "0001_initial"),
        ("topics", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Article",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "proposed_outlet",
                    models.CharField(blank=True, help_text="A name that is not in the list yet.", max_length=200),
                ),
                ("url", models.URLField(max_length=2000, verbose_name="address")),
                ("title", models.CharField(max_length=500)),
                ("published_on", models.DateField(blank=True, null=True, verbose_name="date")),
                ("author", models.CharField(blank=True, max_length=300)),
                ("paywalled", models.BooleanField(default=False, verbose_name="behind a paywall")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
            ],
            options={
                "ordering": ["-published_on", "-pk"],
                "indexes": [
                    models.Index(fields=["published_on", "id"], name="article_by_date"),
                    models.Index(fields=["title", "id"], name="article_by_title"),
                    models.Index(
                        condition=models.Q(("paywalled", True)), fields=["published_on", "id"], name="article_paywalled"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("url",),
                        name="article_address_once",
                        violation_error_message="An article of this address is already kept.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckLevel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60, unique=True)),
                ("level", models.CharField(max_length=10)),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("kind", models.CharField(max_length=10)),
                ("schema", models.PositiveSmallIntegerField()),
                ("body", models.JSONField()),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Work",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("story", "Story"), ("question", "Question")], editable=False, max_length=10
                    ),
                ),
                (
                    "slug",
                    models.CharField(
                        max_length=200, validators=[newsroom.text.slugs.validate_slug], verbose_name="address"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        default="en",
                        max_length=35,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
                                "A language is a tag such as en, de, ar or pt-BR (BCP 47).",
                            )
                        ],
                    ),
                ),
                ("translation_group", models.UUIDField(blank=True, db_index=True, editable=False, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in_review", "In review"),
                            ("approved", "Approved"),
                            ("returned", "Returned"),
                        ],
                        db_default="draft",
                        default="draft",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("reviewed_at", models.DateTimeField(editable=False, null=True)),
                ("review_reason", models.TextField(blank=True, editable=False)),
                (
                    "cut_off",
                    models.BooleanField(
                        default=False,
                        help_text="The text that came in stops in the middle. Complete it, then clear this.",
                        verbose_name="stops half-way",
                    ),
                ),
                ("citations_given", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("binned_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "assigned_to",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="to_review",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "binned_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="works",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "permissions": [
                    ("import_work", "Can bring texts in"),
                    ("publish_work", "Can publish and withdraw"),
                    ("review_work", "Can approve and return what is in review"),
                    ("override_check", "Can publish against a blocker with a written reason"),
                    ("share_preview", "Can share previews with people without an account"),
                    ("erase_work", "Can erase for ever, for court orders"),
                    ("bin_work", "Can put drafts into the bin and take them out"),
                    ("confirm_names", "Can confirm, join and refuse proposed names"),
                ],
                "indexes": [
                    models.Index(fields=["kind", "language", "id"], name="work_by_language"),
                    models.Index(fields=["kind", "state", "id"], name="work_by_state"),
                    models.Index(fields=["kind", "owner", "id"], name="work_by_owner"),
                    models.Index(fields=["kind", "created_at", "id"], name="work_by_beginning"),
                    models.Index(
                        condition=models.Q(("binned_at__isnull", False)), fields=["kind", "id"], name="work_in_bin"
                    ),
                    models.Index(
                        condition=models.Q(("state", "draft"), _negated=True),
                        fields=["state", "reviewed_at", "id"],
                        name="work_in_review_since",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "slug"),
                        name="work_slug_once",
                        violation_error_message="Another page of this kind has this address.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("binned_by", None), ("binned_at__isnull", False), _connector="OR"),
                        name="work_binned_by_whom",
                        violation_error_message="Only what lies in the bin was put there by somebody.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Freshness",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(unique=True)),
                ("review_by", models.DateField(blank=True, db_index=True, null=True, verbose_name="review by")),
                ("checked_on", models.DateField(blank=True, null=True)),
                ("reminded_at", models.DateTimeField(editable=False, null=True)),
                ("escalated_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "review date",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RelatedStories",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(unique=True)),
                ("others", models.JSONField(default=list)),
            ],
            options={
                "verbose_name_plural": "related stories",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "of_desk",
                    models.BooleanField(
                        default=True,
                        help_text="The desk said this; what a change was carried over into never lay on it.",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="stories.document"
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
            },
        ),
        migrations.CreateModel(
            name="BulkRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verb", models.CharField(max_length=20)),
                ("said", models.JSONField(default=dict)),
                ("begun_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bulk_runs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Bundle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=200)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("live_from", models.DateTimeField(editable=False, null=True)),
                ("sent_at", models.DateTimeField(editable=False, null=True)),
                ("undone_at", models.DateTimeField(editable=False, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bundles", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("undone_at", None), ("sent_at__isnull", False), _connector="OR"),
                        name="bundle_undone_was_sent",
                        violation_error_message="Only what went out can be undone.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FAQ",
            fields=[
                (
                    "work_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="stories.work",
                    ),
                ),
                ("question", models.CharField(blank=True, max_length=300)),
                ("folded_question", models.CharField(blank=True, db_index=True, editable=False, max_length=300)),
                (
                    "question_confirmed",
                    models.BooleanField(
                        default=False, help_text="An editor stands by this wording; a proposed one cannot be published."
                    ),
                ),
                (
                    "introduction",
                    models.TextField(
                        blank=True, help_text="What stories show as the teaser, unless they have their own."
                    ),
                ),
            ],
            options={
                "verbose_name": "question",
            },
            bases=("stories.work",),
        ),
        migrations.CreateModel(
            name="Story",
            fields=[
                (
                    "work_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="stories.work",
                    ),
                ),
                ("headline", models.CharField(blank=True, max_length=300)),
                (
                    "headline_confirmed",
                    models.BooleanField(
                        default=False,
                        help_text="An editor stands by this headline; a proposed one cannot be published.",
                    ),
                ),
                (
                    "standfirst",
                    models.TextField(
                        blank=True, help_text="At most 60 words. Without one, What’s happened is the summary."
                    ),
                ),
                ("lead_alt", models.CharField(blank=True, max_length=1000, verbose_name="alternative text")),
                (
                    "lead_decorative",
                    models.BooleanField(
                        default=False, help_text="It says nothing that a reader needs.", verbose_name="decorative"
                    ),
                ),
                ("lead_caption", models.TextField(blank=True, verbose_name="caption")),
                ("lead_credit", models.CharField(blank=True, max_length=300, verbose_name="credit")),
                (
                    "method_note",
                    models.TextField(
                        blank=True,
                        help_text="What it was written from, by whom, and which tools were used.",
                        verbose_name="how this page was made",
                    ),
                ),
                ("part_headings", models.JSONField(default=stories.models.story.default_headings, editable=False)),
                (
                    "lead_image",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leading_stories",
                        to="media.image",
                        verbose_name="lead picture",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "stories",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("lead_decorative", False), ("lead_alt", ""), _connector="OR"),
                        name="story_decorative_has_no_alt",
                        violation_error_message="A decorative picture has no alternative text.",
                    )
                ],
            },
            bases=("stories.work",),
        ),
        migrations.CreateModel(
            name="BundleMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "bundle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="stories.bundle"
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="stories.work"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bundle", "work"),
                        name="bundle_holds_work_once",
                        violation_error_message="This is in the bundle already.",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="bundle",
            name="works",
            field=models.ManyToManyField(related_name="bundles", through="stories.BundleMember", to="stories.work"),
        ),
        migrations.CreateModel(
            name="BulkItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen", models.PositiveIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("waits", "Waits"), ("done", "Done"), ("refused", "Refused")],
                        default="waits",
                        max_length=8,
                    ),
                ),
                ("words", models.TextField(blank=True)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="stories.bulkrun"
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="bulk_items", to="stories.work"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["run", "state", "id"], name="bulk_item_by_state")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "work"),
                        name="bulk_item_once",
                        violation_error_message="The work is in this run already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AutosaveSlot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("story", "Story"), ("question", "Question")], max_length=10)),
                ("window", models.UUIDField()),
                ("title", models.CharField(blank=True, max_length=300)),
                ("values", models.JSONField(default=list)),
                ("base_number", models.PositiveIntegerField(default=0)),
                ("sequence", models.PositiveBigIntegerField(default=0)),
                ("saved_at", models.DateTimeField()),
                ("emptied_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="autosaves",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="autosaves",
                        to="stories.work",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("work", "person", "window"),
                        name="autosave_slot_once",
                        violation_error_message="This window has its slot.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("work", None)),
                        fields=("person", "window", "kind"),
                        name="autosave_slot_of_new_once",
                        violation_error_message="This window has its slot.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(db_index=True, help_text="The work's own.")),
                ("work_kind", models.CharField(max_length=10)),
                (
                    "kind",
                    models.CharField(choices=[("page", "Page"), ("notice", "Notice")], default="page", max_length=10),
                ),
                (
                    "number",
                    models.PositiveIntegerField(
                        help_text="In the order in which editions were made; also cancelled ones count."
                    ),
                ),
                ("major", models.PositiveIntegerField(default=1)),
                ("minor", models.PositiveIntegerField(default=0)),
                ("slug", models.CharField(max_length=200)),
                ("language", models.CharField(max_length=35)),
                ("direction", models.CharField(default="ltr", max_length=3)),
                (
                    "translation_group",
                    models.UUIDField(help_text="What the same page in other languages has too.", null=True),
                ),
                ("title", models.CharField(max_length=1000)),
                (
                    "folded_title",
                    models.CharField(
                        blank=True, help_text="By which another page of the same title is found.", max_length=300
                    ),
                ),
                ("summary", models.TextField(blank=True)),
                ("fragments", models.JSONField(default=dict)),
                ("live_from", models.DateTimeField()),
                ("live_until", models.DateTimeField(default=datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC))),
                (
                    "is_scheduled",
                    models.BooleanField(default=False, help_text="Made for a time that was still to come."),
                ),
                (
                    "known_findings",
                    models.JSONField(default=list, help_text="Marks of what checks found when it was scheduled."),
                ),
                ("first_published_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "change",
                    models.CharField(
                        choices=[
                            ("first", "First published"),
                            ("update", "Update"),
                            ("correction", "Correction"),
                            ("clarification", "Clarification"),
                            ("minor", "Minor change"),
                            ("return", "Published again"),
                            ("withdrawal", "Withdrawn"),
                            ("expiry", "Expired"),
                        ],
                        max_length=16,
                    ),
                ),
                ("note", models.TextField(blank=True, help_text="What changed, for readers.")),
                ("was_wrong", models.TextField(blank=True, help_text="What a correction corrects.")),
                ("is_right", models.TextField(blank=True, help_text="What is right instead.")),
                ("notice", models.TextField(blank=True, help_text="Why the page was withdrawn, for readers.")),
                (
                    "instead",
                    models.UUIDField(help_text="The work that a notice leads readers to, by its uid.", null=True),
                ),
                ("outlet_count", models.PositiveSmallIntegerField(default=0)),
                ("minutes", models.PositiveSmallIntegerField(default=1)),
                ("lead_alt", models.CharField(blank=True, max_length=1000)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "bundle",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="editions",
                        to="stories.bundle",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="editions",
                        to="stories.document",
                    ),
                ),
                (
                    "lead_image",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="media.image"
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="editions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="editions", to="stories.work"
                    ),
                ),
            ],
            options={
                "ordering": ["-live_from", "-pk"],
                "indexes": [
                    models.Index(fields=["work_kind", "slug", "live_until"], name="edition_by_address"),
                    models.Index(
                        fields=["work_kind", "kind", "-updated_at", "-uid", "live_until", "live_from"],
                        name="edition_by_date",
                    ),
                    models.Index(
                        fields=["work_kind", "kind", "-first_published_at", "-uid", "live_until", "live_from"],
                        name="edition_by_first_date",
                    ),
                    models.Index(
                        models.F("work_kind"),
                        models.F("kind"),
                        newsroom.http.languages.PrimarySubtag("language"),
                        models.OrderBy(models.F("updated_at"), descending=True),
                        models.OrderBy(models.F("uid"), descending=True),
                        models.F("live_until"),
                        models.F("live_from"),
                        name="edition_by_language",
                    ),
                    models.Index(
                        models.F("work_kind"),
                        models.F("kind"),
                        newsroom.http.languages.PrimarySubtag("language"),
                        models.OrderBy(models.F("first_published_at"), descending=True),
                        models.OrderBy(models.F("uid"), descending=True),
                        models.F("live_until"),
                        models.F("live_from"),
                        name="edition_by_language_first",
                    ),
                    models.Index(fields=["change", "-live_from", "-uid"], name="edition_by_change"),
                    models.Index(
                        models.F("change"),
                        newsroom.http.languages.PrimarySubtag("language"),
                        models.OrderBy(models.F("live_from"), descending=True),
                        models.OrderBy(models.F("uid"), descending=True),
                        name="edition_by_change_language",
                    ),
                    models.Index(fields=["folded_title"], name="edition_by_title"),
                    models.Index(fields=["live_from", "live_until"], name="edition_by_begin"),
                    models.Index(
                        models.F("work_kind"),
                        models.F("kind"),
                        newsroom.db.keyset.SitemapPart("work_id"),
                        models.OrderBy(models.F("updated_at"), descending=True),
                        models.F("live_until"),
                        models.F("live_from"),
                        name="edition_by_part",
                    ),
                    models.Index(
                        condition=models.Q(("translation_group__isnull", False)),
                        fields=["translation_group"],
                        name="edition_translations",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("work", "number"),
                        name="edition_number_once",
                        violation_error_message="Somebody published an edition of this number a moment ago.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("live_until", datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC))),
                        fields=("work",),
                        name="edition_one_without_end",
                        violation_error_message="Another edition of this page has no end yet.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("live_until__gte", models.F("live_from"))),
                        name="edition_span_not_negative",
                        violation_error_message="An edition cannot end before it begins.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "page"), models.Q(("notice", ""), _negated=True), _connector="OR"),
                        name="edition_notice_has_words",
                        violation_error_message="A withdrawn page says why.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("change", "correction"), _negated=True),
                            models.Q(
                                models.Q(("was_wrong", ""), _negated=True), models.Q(("is_right", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="edition_correction_says_both",
                        violation_error_message="A correction says what was wrong and what is right.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EditionArticle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("live_from", models.DateTimeField()),
                ("live_until", models.DateTimeField()),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="editions", to="stories.article"
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="edition_articles",
                        to="stories.edition",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EditionContributor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("live_from", models.DateTimeField()),
                ("live_until", models.DateTimeField()),
                (
                    "contributor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="editions", to="accounts.contributor"
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="edition_contributors",
                        to="stories.edition",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EditionImage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("live_from", models.DateTimeField()),
                ("live_until", models.DateTimeField()),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="edition_images", to="stories.edition"
                    ),
                ),
                (
                    "image",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="editions", to="media.image"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "abstract": False,
                "indexes": [models.Index(fields=["image", "-live_from"], name="edition_image_span")],
            },
        ),
        migrations.CreateModel(
            name="EditionQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("live_from", models.DateTimeField()),
                ("live_until", models.DateTimeField()),
                ("question_uid", models.UUIDField(db_index=True)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="edition_questions",
                        to="stories.edition",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EditionTopic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("live_from", models.DateTimeField()),
                ("live_until", models.DateTimeField()),
                ("work_kind", models.CharField(max_length=10)),
                ("language", models.CharField(help_text="Without country and script.", max_length=35)),
                ("updated_at", models.DateTimeField()),
                ("uid", models.UUIDField(help_text="The work's own.")),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="edition_topics", to="stories.edition"
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="editions",
                        to="topics.topic",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["topic", "-live_from", "live_until"], name="edition_topic_span"),
                    models.Index(
                        fields=[
                            "topic",
                            "work_kind",
                            "-updated_at",
                            "-uid",
                            "live_until",
                            "live_from",
                            "language",
                            "edition",
                        ],
                        name="edition_topic_by_date",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FrontPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(help_text="The story's own.", unique=True)),
                (
                    "position",
                    models.PositiveSmallIntegerField(help_text="From 1 on; the first one leads.", unique=True),
                ),
                ("until", models.DateTimeField(default=datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC))),
            ],
            options={
                "verbose_name": "place on the front page",
                "verbose_name_plural": "places on the front page",
                "ordering": ["position"],
                "default_permissions": ("change",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("position__gte", 1)),
                        name="front_place_from_one",
                        violation_error_message="The first place is number 1.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HouseWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("written", models.CharField(max_length=100, verbose_name="not so")),
                ("folded", models.CharField(editable=False, max_length=100)),
                (
                    "preferred",
                    models.CharField(
                        blank=True,
                        help_text="Empty: the word is not used at all.",
                        max_length=100,
                        verbose_name="but so",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="why")),
                (
                    "language",
                    models.CharField(
                        blank=True, help_text="A tag such as en or de; empty: every language.", max_length=35
                    ),
                ),
                ("is_case_sensitive", models.BooleanField(default=False, verbose_name="capitals matter")),
            ],
            options={
                "verbose_name": "house word",
                "ordering": ["folded", "language"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("written", "language"),
                        name="house_word_once",
                        violation_error_message="This word stands in the dictionary for this language.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("folded", ""), _negated=True),
                        name="house_word_written",
                        violation_error_message="Name the word.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("name", models.CharField(blank=True, max_length=300)),
                ("format", models.CharField(max_length=10)),
                ("notes", models.JSONField(default=list)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="imports", to="stories.document"
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="imports", to="stories.work"
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("digest", "work"),
                        name="import_once",
                        violation_error_message="This text was taken in already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LastLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="looks", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="looks", to="stories.work"
                    ),
                ),
            ],
            options={
                "verbose_name": "last read revision",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("work", "person"),
                        name="last_look_once",
                        violation_error_message="One last look for each person.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Outlet",
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
                            ("newspaper", "Newspaper"),
                            ("broadcaster", "Broadcaster"),
                            ("agency", "News agency"),
                            ("magazine", "Magazine"),
                            ("online", "Online"),
                            ("trade", "Trade press"),
                        ],
                        db_default="newspaper",
                        default="newspaper",
                        max_length=20,
                    ),
                ),
                ("country", models.CharField(blank=True, help_text="As readers see it: “Kenya”.", max_length=100)),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        max_length=35,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "A language is a tag such as en or pt-BR."
                            )
                        ],
                    ),
                ),
                ("home_page", models.URLField(blank=True, max_length=500)),
                (
                    "further_hosts",
                    models.TextField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="Where it also publishes, such as news.example, one a line. Each leads to one outlet only.",
                    ),
                ),
                ("owner", models.CharField(blank=True, help_text="Who owns it, in a few words.", max_length=300)),
                ("description", models.TextField(blank=True, help_text="What it is, in Markdown.")),
                (
                    "retired",
                    models.BooleanField(
                        default=False, help_text="It no longer publishes; it is not proposed for new passages."
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="stories.outlet",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["name", "id"], name="outlet_by_name"),
                    models.Index(fields=["kind", "name", "id"], name="outlet_of_kind"),
                    models.Index(
                        models.F("kind"),
                        newsroom.entities.alphabet.Initial("folded_name"),
                        models.F("folded_name"),
                        name="outlet_from_a_to_z",
                    ),
                    models.Index(fields=["country", "id"], name="outlet_by_country"),
                    models.Index(condition=models.Q(("retired", True)), fields=["name", "id"], name="outlet_retired"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), models.Q(("folded_name", ""), _negated=True)
                        ),
                        name="outlet_has_name",
                        violation_error_message="Give it a name with letters in it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into", None),
                            models.Q(("merged_into", models.F("pk")), _negated=True),
                            _connector="OR",
                        ),
                        name="outlet_not_merged_into_itself",
                        violation_error_message="Nothing can be merged into itself.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EditionOutlet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("live_from", models.DateTimeField()),
                ("live_until", models.DateTimeField()),
                ("work_kind", models.CharField(max_length=10)),
                ("language", models.CharField(help_text="Without country and script.", max_length=35)),
                ("updated_at", models.DateTimeField()),
                ("uid", models.UUIDField(help_text="The work's own.")),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="edition_outlets",
                        to="stories.edition",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="editions",
                        to="stories.outlet",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["outlet", "-live_from", "live_until"], name="edition_outlet_span"),
                    models.Index(
                        fields=[
                            "outlet",
                            "work_kind",
                            "-updated_at",
                            "-uid",
                            "live_until",
                            "live_from",
                            "language",
                            "edition",
                        ],
                        name="edition_outlet_by_date",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="article",
            name="outlet",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="articles",
                to="stories.outlet",
            ),
        ),
        migrations.CreateModel(
            name="OutletAlias",
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
                    "outlet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="aliases", to="stories.outlet"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "aliases",
                "ordering": ["name", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OutletHost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("host", models.CharField(max_length=253, unique=True)),
                (
                    "outlet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="hosts", to="stories.outlet"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Override",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60)),
                ("anchor", models.CharField(max_length=200)),
                ("message", models.TextField()),
                ("reason", models.TextField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("review_note", models.TextField(blank=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overrides",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="overrides", to="stories.edition"
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "indexes": [
                    models.Index(fields=["at", "id"], name="override_by_date"),
                    models.Index(fields=["by", "at"], name="override_by_person"),
                    models.Index(
                        condition=models.Q(("reviewed_at", None)), fields=["at", "id"], name="override_waiting"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="override_has_reason",
                        violation_error_message="Whoever publishes against a check says why.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by", None),
                            models.Q(("reviewed_by", models.F("by")), _negated=True),
                            _connector="OR",
                        ),
                        name="override_reviewed_by_another",
                        violation_error_message="Somebody else reviews it.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PossibleStanding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("standing", models.CharField(max_length=10)),
                ("saved_at", models.DateTimeField()),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="possible_standings",
                        to="stories.work",
                    ),
                ),
            ],
            options={
                "verbose_name": "possible publication status",
                "verbose_name_plural": "possible publication statuses",
                "default_permissions": (),
                "indexes": [models.Index(fields=["standing", "saved_at", "work"], name="standing_saved_last")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("standing", "work"),
                        name="standing_possible_once",
                        violation_error_message="That this work may stand so is known.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("window", models.UUIDField()),
                ("place", models.CharField(blank=True, max_length=120)),
                ("has_unsaved", models.BooleanField(default=False)),
                ("active_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("sequence", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("gone_after", models.PositiveBigIntegerField(db_default=0, default=0)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="presences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="presences", to="stories.work"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("work", "person", "window"),
                        name="presence_once",
                        violation_error_message="This window is known.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rerendering",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "started_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("finished_at", models.DateTimeField(null=True)),
                ("last_edition", models.PositiveBigIntegerField(default=0)),
                (
                    "changed",
                    models.PositiveBigIntegerField(
                        default=0, help_text="How many editions came out otherwise than before."
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.lookups.IsNull(models.F("finished_at"), True),
                        condition=models.Q(("finished_at", None)),
                        name="rerendering_one_unfinished",
                        violation_error_message="Another run is not finished yet.",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="work",
            name="reviewed_revision",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stories.revision",
            ),
        ),
        migrations.AddField(
            model_name="revision",
            name="work",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="stories.work"
            ),
        ),
        migrations.AddField(
            model_name="edition",
            name="revision",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="editions", to="stories.revision"
            ),
        ),
        migrations.CreateModel(
            name="RevisionLabel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=200)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="labelled", to="stories.revision"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SharedPreview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=200)),
                ("token_digest", models.CharField(max_length=64, unique=True)),
                ("passcode_digest", models.CharField(blank=True, max_length=128)),
                ("takes_comments", models.BooleanField(db_default=False, default=False)),
                ("ends_at", models.DateTimeField()),
                ("views", models.PositiveIntegerField(default=0)),
                ("last_viewed_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shared_previews",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stories.revision"
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shared_previews", to="stories.work"
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("place", models.CharField(blank=True, max_length=120)),
                ("quote", models.TextField(blank=True)),
                ("before", models.CharField(blank=True, max_length=100)),
                ("after", models.CharField(blank=True, max_length=100)),
                ("revision", models.PositiveIntegerField(default=0)),
                ("author_label", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(null=True)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("mentions", models.ManyToManyField(related_name="mentioned_in", to=settings.AUTH_USER_MODEL)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="stories.comment",
                    ),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="comments", to="stories.work"
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="stories.sharedpreview",
                    ),
                ),
            ],
            options={
                "ordering": ["made_at", "pk"],
                "permissions": [("comment_on_work", "Can comment on stories and questions")],
                "default_permissions": (),
                "indexes": [models.Index(fields=["work", "made_at"], name="comment_of_work")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="comment_says_something",
                        violation_error_message="A comment says something.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("author__isnull", False), ("link", None)),
                            models.Q(("author", None), ("link__isnull", False)),
                            _connector="OR",
                        ),
                        name="comment_by_somebody",
                        violation_error_message="A comment is by a person of the desk or came over a link.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("resolved_at", None), ("resolved_by", None)),
                            models.Q(("resolved_at__isnull", False), ("resolved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="comment_resolved_by_whom",
                        violation_error_message="Somebody resolved a comment at some time, or it is open.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkImage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("alt", models.CharField(blank=True, max_length=1000, verbose_name="alternative text")),
                ("decorative", models.BooleanField(default=False)),
                ("caption", models.TextField(blank=True)),
                ("credit", models.CharField(blank=True, max_length=300)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "image",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="media.image",
                        verbose_name="picture",
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pictures", to="stories.work"
                    ),
                ),
            ],
            options={
                "verbose_name": "picture in the text",
                "verbose_name_plural": "pictures in the text",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("decorative", False), ("alt", ""), _connector="OR"),
                        name="work_image_decorative_has_no_alt",
                        violation_error_message="A decorative picture has no alternative text.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkTopic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("proposed_name", models.CharField(blank=True, max_length=200)),
                (
                    "description",
                    models.TextField(blank=True, help_text="What this work says of it; empty: the topic’s own words."),
                ),
                ("explain", models.BooleanField(default=True, verbose_name="explain in place")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "topic",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="work_topics",
                        to="topics.topic",
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="work_topics", to="stories.work"
                    ),
                ),
            ],
            options={
                "verbose_name": "topic",
                "ordering": ["position", "pk"],
                "indexes": [
                    models.Index(condition=models.Q(("topic", None)), fields=["id"], name="work_topic_proposed")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("proposed_name", ""), ("topic__isnull", False)),
                            models.Q(("topic", None), models.Q(("proposed_name", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="work_topic_or_proposed_name",
                        violation_error_message="Choose a topic of the list, or propose a name: exactly one of the two.",
                    ),
                    models.UniqueConstraint(
                        fields=("work", "topic"),
                        name="work_topic_once",
                        violation_error_message="This topic is already named here.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "work",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="draft",
                        serialize=False,
                        to="stories.work",
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("saved_at", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["kind", "saved_at", "work"], name="draft_saved_last")],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("question", models.CharField(max_length=300)),
                ("folded_question", models.CharField(editable=False, max_length=300)),
                ("text", models.TextField()),
                (
                    "as_of",
                    models.DateField(
                        blank=True, help_text="The day on which this was true.", null=True, verbose_name="as of"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "faq",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="stories.faq"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("faq", "folded_question"),
                        name="answer_once_per_question",
                        violation_error_message="This question is already answered here.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StoryQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("wording", models.CharField(blank=True, max_length=300)),
                ("teaser", models.TextField(blank=True, help_text="Empty: the introduction of the question.")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "faq",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="story_questions",
                        to="stories.faq",
                        verbose_name="question",
                    ),
                ),
                (
                    "story",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="story_questions", to="stories.story"
                    ),
                ),
            ],
            options={
                "verbose_name": "question of the story",
                "verbose_name_plural": "questions of the story",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("story", "faq"),
                        name="story_asks_once",
                        violation_error_message="This story asks this question already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("story", models.F("faq")), _negated=True),
                        name="story_question_not_of_itself",
                        violation_error_message="A question cannot be asked by itself.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SourceSummary",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("text", models.TextField()),
                ("proposed_outlets", models.JSONField(blank=True, default=list, editable=False)),
                (
                    "proposes",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.ExpressionWrapper(
                            models.Q(("proposed_outlets", []), _negated=True), output_field=models.BooleanField()
                        ),
                        output_field=models.BooleanField(),
                    ),
                ),
                ("opens_paragraph", models.BooleanField(db_default=False, default=False, editable=False)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("articles", models.ManyToManyField(blank=True, related_name="passages", to="stories.article")),
                ("outlets", models.ManyToManyField(blank=True, related_name="passages", to="stories.outlet")),
                (
                    "story",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="passages", to="stories.story"
                    ),
                ),
            ],
            options={
                "verbose_name": "passage",
                "ordering": ["position", "pk"],
                "indexes": [
                    models.Index(condition=models.Q(("proposes", True)), fields=["id"], name="passage_proposes")
                ],
            },
        ),
        migrations.CreateModel(
            name="Section",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("happened", "What’s happened"),
                            ("behind", "What’s behind the headline?"),
                            ("papers", "What the papers say"),
                            ("background", "How we got here"),
                            ("timeline", "Timeline"),
                            ("people", "Key people"),
                            ("unknowns", "What we don’t know yet"),
                            ("next", "What happens next"),
                            ("free", "Another section"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "heading",
                    models.CharField(blank=True, help_text="Empty: the usual heading of its kind.", max_length=300),
                ),
                ("text", models.TextField(blank=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "story",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sections", to="stories.story"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "free"), _negated=True),
                        fields=("story", "kind"),
                        name="section_kind_once",
                        violation_error_message="This story has a section of this kind already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("kind", "papers"), _negated=True), ("text", ""), _connector="OR"),
                        name="section_papers_has_no_text",
                        violation_error_message="What the papers say is made of passages; the section itself has no text.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Byline",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "contributor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bylines", to="accounts.contributor"
                    ),
                ),
                (
                    "story",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="byline", to="stories.story"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("story", "contributor"),
                        name="byline_name_once",
                        violation_error_message="This contributor is already in the byline.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Citation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="citations", to="stories.article"
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="citations", to="stories.work"
                    ),
                ),
            ],
            options={
                "verbose_name": "source",
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("work", "number"),
                        name="citation_number_once",
                        violation_error_message="This number cites another article.",
                    ),
                    models.UniqueConstraint(
                        fields=("work", "article"),
                        name="citation_article_once",
                        violation_error_message="This article has a number here already.",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["outlet", "published_on", "id"], name="article_of_outlet"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(condition=models.Q(("outlet", None)), fields=["id"], name="article_proposed"),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outlet__isnull", False), ("proposed_outlet", "")),
                    models.Q(("outlet", None), models.Q(("proposed_outlet", ""), _negated=True)),
                    _connector="OR",
                ),
                name="article_outlet_or_proposed",
                violation_error_message="An article belongs to an outlet of the list, or to a proposed name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.UniqueConstraint(
                fields=("work", "number"),
                name="revision_number_once",
                violation_error_message="Somebody saved a revision of this number a moment ago.",
            ),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "notice"),
                    models.Q(("document__isnull", False), ("revision__isnull", False)),
                    _connector="OR",
                ),
                name="edition_page_has_document",
                violation_error_message="A page is made from a revision.",
            ),
        ),
        migrations.RunPython(create_draft_index, drop_draft_index),
        compress_with_lz4(
            "stories_document.body", "stories_edition.fragments", "stories_draft.words", "stories_section.text"
        ),
        create_trigram_indexes(
            outlet_names_in_part="stories_outlet.folded_name",
            outlet_aliases_in_part="stories_outletalias.folded",
            outlet_countries_in_part="UPPER(stories_outlet.country)",
            article_titles_in_part="UPPER(stories_article.title)",
            article_addresses_in_part="UPPER(stories_article.url)",
            article_authors_in_part="UPPER(stories_article.author)",
            article_proposed_in_part="UPPER(stories_article.proposed_outlet)",
            headlines_in_part="UPPER(stories_story.headline)",
            questions_in_part="stories_faq.folded_question",
        ),
    ]
