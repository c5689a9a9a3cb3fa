"""The kinds of measure: one file a family, each with its keys and what it says of itself."""
