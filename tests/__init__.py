"""The tests, laid out as the packages are; helpers are imported as ``tests.…``."""
