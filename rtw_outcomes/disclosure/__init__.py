"""Disclosure control: one pass over all statistics of a run decides what may leave, and in what steps."""
