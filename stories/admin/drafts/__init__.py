"""Submitted forms as documents: live preview, conflicts, merged saves and autosave."""
