"""The stock definitions: one YAML file per outcome, named after its id."""
