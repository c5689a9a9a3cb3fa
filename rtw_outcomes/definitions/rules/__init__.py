"""Rules beyond the types of a definition: one function a rule, in the file of its family."""
