"""Readers of other sources than text and Parquet: each turns one source into one typed Parquet file."""
