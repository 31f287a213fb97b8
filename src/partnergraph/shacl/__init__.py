"""Rules as data: shapes read from Turtle, compiled to one set-at-a-time query per constraint, or left to pySHACL."""
