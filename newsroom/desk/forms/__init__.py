"""Forms of the desk: the Markdown editor, rows found by their uid, fields that take names."""
