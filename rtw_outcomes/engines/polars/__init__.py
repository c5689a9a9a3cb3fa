"""The plan as frames of Polars, computed level by level."""
