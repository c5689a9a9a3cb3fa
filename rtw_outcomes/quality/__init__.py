"""The quality page: a delivery, looked at as a statistician of a register does."""
