"""The shared parts of topics and outlets: names, aliases, merging, mentions in editions, counts, lists from A to Z."""
