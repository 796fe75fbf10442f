"""Topics: people, organisations, places, events and subjects, each with a page of its own."""
