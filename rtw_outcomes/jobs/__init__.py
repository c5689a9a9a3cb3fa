"""The jobs that users ask for: one page each."""
