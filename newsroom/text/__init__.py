"""Text tools that know neither stories nor a database: folding, slugs, Markdown to safe HTML, plain text, diffs."""
