"""Views of the desk other than changelists: screens, lookups for scripts, and the staff bar."""
