"""People, organisations, places, events and subjects that works belong to."""
