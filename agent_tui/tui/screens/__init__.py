"""Whole screens: the desk, and what opens above it. They alone call the services."""
