"""The plan as frames of Polars, computed stage by stage."""
