"""Whole screens; only a screen calls the desk."""
