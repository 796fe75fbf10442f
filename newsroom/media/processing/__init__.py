"""Image processing with Pillow, independent of stories and of the database: open, normalise, crop, encode and draw."""
