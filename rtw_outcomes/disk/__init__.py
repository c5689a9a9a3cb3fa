"""Folders of a run on disk: locks that end with their process, and workspaces for temporary files."""
