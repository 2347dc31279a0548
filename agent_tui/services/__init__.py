"""What the program does, in terms of the two ports: receiving, filing, sending, lists, identity."""
