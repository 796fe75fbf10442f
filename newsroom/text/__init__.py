"""Text tools, independent of stories and of the database: folding, slugs, Markdown to safe HTML, plain text, diffs."""
