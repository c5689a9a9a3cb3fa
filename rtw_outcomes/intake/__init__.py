"""From the files of a delivery to checked tables, with an account of every row."""
