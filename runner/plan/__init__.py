"""Desired and observed state → plan. Pure, and independent of any kind."""
