"""The contracts: one pandera schema for every table that comes in or goes out."""
