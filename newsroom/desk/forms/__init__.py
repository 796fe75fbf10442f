"""Forms for the desk: the Markdown editor, formsets that find rows by uid, and fields for names."""
