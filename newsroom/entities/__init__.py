"""What topics and outlets share: names, aliases, merging, mentions in editions, counts, and lists from A to Z."""
