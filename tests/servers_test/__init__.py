"""Tests of the test servers: each is driven with somebody else's client."""
