"""Pages that list works: the front page, the lists of stories and questions, and the archive by month."""
