"""Convert submitted forms to documents, for live preview, conflicts, merged saves and autosave."""
