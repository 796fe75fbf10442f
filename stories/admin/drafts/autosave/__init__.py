"""Autosave: store what is typed before it is saved; list, compare, restore and discard it."""

from stories.admin.drafts.autosave.unsaved import UnsavedText, unsaved_texts_of

__all__ = ["UnsavedText", "unsaved_texts_of"]
