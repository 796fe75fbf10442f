"""One module for each kind of public page, and the preview."""
