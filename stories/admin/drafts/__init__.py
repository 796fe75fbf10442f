"""The submitted form of a work: its document, live preview, quick fixes, conflicts, merged saves and autosave."""
