"""The commands, as scripts see them: stdout, stderr, exit code."""
