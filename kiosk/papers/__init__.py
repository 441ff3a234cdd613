"""PAPERS: files that citizens hand in: checked by content, made into plain PDF, kept encrypted."""
