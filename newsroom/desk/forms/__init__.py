"""Forms of the desk: the Markdown editor, rows that are found by uid, and fields for names."""
