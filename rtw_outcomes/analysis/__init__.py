"""Comparisons of groups: estimates with intervals that hold with clusters. No frame, no file, no disclosure."""
