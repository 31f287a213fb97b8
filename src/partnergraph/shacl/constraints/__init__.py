"""The constraint components of SHACL, a module for each chapter of the standard."""
