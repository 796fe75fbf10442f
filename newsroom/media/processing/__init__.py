"""Pictures and nothing else, with Pillow: opened safely, cropped, resized, encoded. Knows no story and no database."""
