"""The language of definition files: the measures, their words and the reader of YAML."""
