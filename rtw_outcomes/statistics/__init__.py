"""The statistics of a run, exact, each with the persons behind it; nothing is hidden here."""
