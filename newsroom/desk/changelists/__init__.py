"""Changelists with saved views, chosen columns, filters and counts with a limit."""
