"""Views of the desk outside the admin classes: screens, lookups for scripts, and the staff bar."""
