"""Outcomes into one plan: each measure becomes the steps that compute it, one file a family."""
