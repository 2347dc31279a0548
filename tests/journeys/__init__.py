"""Whole journeys: the real program as a process, real servers on loopback, real files."""
