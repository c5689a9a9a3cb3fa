"""The report of a run: one HTML page with its figures, from released numbers alone."""
