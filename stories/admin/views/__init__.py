"""The views of the desk that belong to no changelist: screens, lookups for scripts, and the staff bar."""
