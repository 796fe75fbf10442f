"""The four roles and their permissions. A role is a Django group."""

from django.contrib.auth.models import Group, Permission

VIEW_EVERYTHING = (
    "stories.view_story", "stories.view_faq", "stories.view_work", "stories.view_outlet", "stories.view_article",
    "topics.view_topic", "media.view_image", "accounts.view_contributor", "stories.view_houseword",
)  # fmt: skip
PARTS = (
    "section", "sourcesummary", "storyquestion", "answer", "storyclaim", "claimcell", "keyfigure", "storyforecast",
    "worktopic", "workimage", "citation", "byline",
)  # fmt: skip
WRITE = (
    *VIEW_EVERYTHING,
    "stories.add_story", "stories.change_story", "stories.add_faq", "stories.change_faq", "stories.import_work",
    "stories.bin_work", "stories.share_preview", "stories.comment_on_work", "stories.add_article", "media.add_image", "site.view_report",
    *(f"stories.{verb}_{part}" for part in PARTS for verb in ("view", "add", "change", "delete")),
)  # fmt: skip
EDIT = (
    *WRITE,
    "site.decide_report", "stories.publish_work", "stories.review_work", "stories.override_check", "stories.view_override",
    "stories.view_bundle", "stories.add_bundle", "stories.change_bundle", "stories.confirm_names", "stories.change_article", "stories.add_outlet",
    "stories.add_outletalias", "topics.add_topic", "topics.add_topicalias", "media.change_image",
    "accounts.add_contributor", "accounts.change_contributor", "stories.change_frontplace",
    "topics.change_navigationplace",
)  # fmt: skip
CURATE = (
    *VIEW_EVERYTHING,
    "stories.confirm_names", "topics.change_navigationplace",
    *(
        f"{app}.{verb}_{model}"
        for app, model in (
            ("stories", "outlet"), ("stories", "outletalias"), ("stories", "article"), ("topics", "topic"),
            ("topics", "topicalias"), ("media", "image"), ("stories", "houseword"),
        )
        for verb in ("view", "add", "change", "delete")
    ),
)  # fmt: skip
ADMINISTER = (
    *EDIT, *CURATE,
    *(f"accounts.{verb}_{model}" for model in ("user", "contributor") for verb in ("view", "add", "change", "delete")),
    *(f"accounts.{verb}_invitation" for verb in ("view", "add", "change")),
    *(f"site.{verb}_aboutpage" for verb in ("view", "add", "change", "delete")),
    "auth.view_group", "record.view_event", "record.view_accessentry", "record.view_erasure", "stories.erase_work", "stories.view_checklevel",
    "stories.change_checklevel", "jobs.view_failure", "jobs.decide_failure",
)  # fmt: skip

ADMINISTRATOR = "Administrator"
ROLES: dict[str, tuple[str, ...]] = {
    "Writer": WRITE,
    "Editor": EDIT,
    "Curator": CURATE,
    ADMINISTRATOR: ADMINISTER,
}


def set_up_roles() -> None:
    """Create the missing groups, and give each group exactly the permissions of its role."""
    permissions = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for name, codes in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        # Permissions of apps that are not migrated yet do not exist. The next call adds them.
        group.permissions.set([permissions[code] for code in dict.fromkeys(codes) if code in permissions])
