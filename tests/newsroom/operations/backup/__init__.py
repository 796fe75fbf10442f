"""Backups: made, checked, pruned, restored and tried out."""
