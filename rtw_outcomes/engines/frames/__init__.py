"""The plan as one LazyFrame of Polars."""
