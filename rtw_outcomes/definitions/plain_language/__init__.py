"""Definitions in plain language: one file a family of measures, as in `language/measures/`."""
