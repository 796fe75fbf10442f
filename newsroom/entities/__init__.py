"""Things that are known by several names: found however a name is written, each name leading to one thing."""
