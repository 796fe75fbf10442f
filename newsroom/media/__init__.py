"""The image library: uploads, renditions, storage and usage. An image is public only while a public page shows it."""
