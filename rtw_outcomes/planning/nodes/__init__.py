"""The steps of a plan: frozen nodes that no engine is named in."""
