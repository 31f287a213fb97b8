"""A second, plain reading of the rules for pack 2023-06, to compare the findings and the derivation with.

It shares no code and no data with the package: CSV rows in, findings or credit rows out, loops and dictionaries, and no
care for speed. The two readings are apart: the associations that a violation leaves without credit are told to the one
of credits.
"""
