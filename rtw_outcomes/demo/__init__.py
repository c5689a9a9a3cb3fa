"""A made-up delivery with the layout and the dirt of a real one."""
