"""What differs between two texts, word by word."""
