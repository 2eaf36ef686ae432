"""The words in which kinds are declared: codecs, fields, kinds, and what is generated from them. Pure."""
