"""The screen: the only package that knows Textual; it is given a ``Desk`` and nothing else."""
