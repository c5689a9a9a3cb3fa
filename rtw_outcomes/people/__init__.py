"""Made-up persons who each show one edge of the stock outcomes."""
