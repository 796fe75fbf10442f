"""What the desk's screens are made of: the Markdown editor, rows found by uid, fields that take names."""
