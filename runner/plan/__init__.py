"""Desired and observed state → plan. Pure, and without a word about any kind."""
