"""The fingerprint of a build that something sensitive goes into: with salts, and known again with them or without."""

from __future__ import annotations

from runner.kinds.image.fingerprint import Fingerprint

PLAIN = Fingerprint(context="0a1b2c3d4e5f", dockerfile="1a1b2c3d4e5f", options="2a1b2c3d4e5f", bases="3a1b2c3d4e5f")
LONGEST_TAG = 128


def test_a_salted_fingerprint_tells_nothing_but_the_context_and_fits_into_a_tag():
    first, second = PLAIN.salted(), PLAIN.salted()
    assert first.context == PLAIN.context
    assert not {PLAIN.dockerfile, PLAIN.options, PLAIN.bases} & set(first.tag.split("."))
    assert not set(first.tag.split(".")[1:]) & set(second.tag.split("."))
    assert len(first.tag) <= LONGEST_TAG
    assert Fingerprint.parse(first.tag) == first


def test_it_is_seen_as_what_is_wanted_where_that_went_in():
    assert PLAIN.salted().seen_as(PLAIN.values()) == PLAIN
    assert PLAIN.seen_as(PLAIN.values()) == PLAIN
    other = {**PLAIN.values(), "build.options": "4a1b2c3d4e5f"}
    salted = PLAIN.salted()
    assert salted.seen_as(other).options == salted.options
