"""The workstation in plain lines, driven through a pipe and a terminal."""
