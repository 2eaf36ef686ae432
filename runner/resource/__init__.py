"""The schema vocabulary of kinds: codecs, fields, kinds, and what is generated from them. Pure."""
