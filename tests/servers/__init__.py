"""Real servers on loopback and a corpus of mail, for the tests and benchmarks of the mail channel.

Nothing here imports the program: these are the other side of the wire.
"""
