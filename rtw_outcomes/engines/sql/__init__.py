"""The plan as SQL: a syntax tree that is printed in the dialect of an engine."""
