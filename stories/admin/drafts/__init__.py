"""Submitted forms as documents: live preview, conflicts, merged saves and autosave."""

from stories.admin.drafts.live_preview import LivePreviewMixin

__all__ = ["LivePreviewMixin"]
