"""One profile per register: how its delivery is laid out, and what of it is left out and why."""
