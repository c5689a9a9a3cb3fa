"""What a definition file may say: the measures, their words and the reader of YAML."""
