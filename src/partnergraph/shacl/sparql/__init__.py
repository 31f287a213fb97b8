"""The SPARQL that shapes bring along: read, checked, and made to look at all focus nodes at once."""
