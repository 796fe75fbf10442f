"""Topics: people, organisations, places, events and subjects, each with its own page."""
