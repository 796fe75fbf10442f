"""Pages that list works: front page, stories, questions, and the archive by month."""
