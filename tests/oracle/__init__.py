"""A second, plain reading of the rules for pack 2023-06, to compare the derivation with.

It shares no code and no data with the package: CSV rows in, credit rows out, loops and dictionaries, and no care for
speed. It does not validate; the associations that a violation names are told to it.
"""
