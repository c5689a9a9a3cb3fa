"""The engines: each runs the same plan on the same tables and must give the same numbers."""
