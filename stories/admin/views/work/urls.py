"""The URLs of the screens of a work, included by the admin classes for stories and for questions."""

from typing import Any

from django.urls import URLPattern, path

from newsroom.desk.responses import allow_framing, json_errors
from newsroom.desk.views import ModelView
from stories.admin.views.work.audit_log import AuditLogView
from stories.admin.views.work.autosave import AutosaveView
from stories.admin.views.work.comments import CommentsView
from stories.admin.views.work.duplicate import DuplicateView
from stories.admin.views.work.erase import EraseView
from stories.admin.views.work.history import CompareView, HistoryView, RestoreView, RevisionView
from stories.admin.views.work.live_preview import LivePreviewView
from stories.admin.views.work.presence import PresenceView
from stories.admin.views.work.publish import CancelScheduleView, ExpireView, PublishView, UseNewestView
from stories.admin.views.work.review import FactCheckView, MarkReadView, ReviewView
from stories.admin.views.work.review_steps import ReturnView, SendForReviewView
from stories.admin.views.work.shared_previews import PreviewView, RevokeView, ShareView
from stories.admin.views.work.translations import TranslationsView
from stories.admin.views.work.trash import RestoreFromTrashView, TrashView
from stories.admin.views.work.unsaved import CompareSlotView, DiscardView, LocalCopyView, RestoreTextView
from stories.admin.views.work.withdraw import WithdrawView

# The end of the URL, the end of its name, and the view of each screen. If one URL ends with another, as
# ``history/1/preview/`` ends with ``preview/``, the longer one comes first, because the ``path`` converter for the key
# accepts slashes.
SCREENS: tuple[tuple[str, str, type[ModelView]], ...] = (
    ("local-copy/", "local_copy", LocalCopyView),
    ("unsaved/<int:key>/", "unsaved", CompareSlotView),
    ("unsaved/<int:key>/take-in/", "restore_unsaved", RestoreTextView),
    ("unsaved/<int:key>/discard/", "discard_unsaved", DiscardView),
    ("comments/", "comments", CommentsView),
    ("presence/", "presence", PresenceView),
    ("review/", "review", ReviewView),
    ("review/reviewed/", "mark_as_read", MarkReadView),
    ("review/send/", "send_for_review", SendForReviewView),
    ("review/return/", "return", ReturnView),
    ("review/checked/", "fact_check", FactCheckView),
    ("record/", "audit_log", AuditLogView),
    ("withdraw/", "withdraw", WithdrawView),
    ("duplicate/", "duplicate", DuplicateView),
    ("bin/", "trash", TrashView),
    ("take-out/", "restore_from_trash", RestoreFromTrashView),
    ("erase/", "erase", EraseView),
    ("publish/", "publish", PublishView),
    ("expire/", "expire", ExpireView),
    ("schedules/<int:number>/cancel/", "cancel", CancelScheduleView),
    ("schedules/<int:number>/use-newest/", "use_newest", UseNewestView),
    ("history/<int:number>/preview/", "preview_revision", PreviewView),
    ("preview/", "preview", PreviewView),
    ("share/", "share", ShareView),
    ("share/<int:key>/revoke/", "revoke_share", RevokeView),
    ("translations/", "translations", TranslationsView),
    ("history/", "history", HistoryView),
    ("history/<int:number>/", "revision", RevisionView),
    ("history/<int:number>/restore/", "restore", RestoreView),
    ("history/<int:number>/compare/", "compare", CompareView),
)


def work_urls(model_admin: Any) -> list[URLPattern]:
    """Return the URLs of all screens of the works that ``model_admin`` manages."""
    name, admin_view = f"stories_{model_admin.opts.model_name}", model_admin.admin_site.admin_view
    # Only scripts and the preview frame request these two, so errors are JSON, never a redirect to the sign-in page.
    store = json_errors(AutosaveView.as_view(model_admin=model_admin))
    preview = allow_framing(json_errors(LivePreviewView.as_view(model_admin=model_admin)))
    return [
        path("<path:object_id>/autosave/", store, name=f"{name}_autosave"),
        path("live/", preview, name=f"{name}_live_preview_new"),
        path("<path:object_id>/live/", preview, name=f"{name}_live_preview"),
        *(
            path(
                f"<path:object_id>/{route}", admin_view(view.as_view(model_admin=model_admin)), name=f"{name}_{screen}"
            )
            for route, screen, view in SCREENS
        ),
    ]
