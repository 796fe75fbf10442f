"""Text and nothing else: folding, Markdown to safe HTML, plain words. Knows no story and no database."""
