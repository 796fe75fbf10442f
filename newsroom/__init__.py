"""The project: wiring, and the tools that know no story."""
