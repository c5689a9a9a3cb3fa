"""What a definition must satisfy beyond its types: one function a rule, in the file of its family."""
