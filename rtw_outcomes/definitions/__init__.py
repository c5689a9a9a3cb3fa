"""Definition files: found, checked, told in plain language, and compared."""
