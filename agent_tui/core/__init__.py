"""The words, the two ports and the errors: everyone above speaks them, they know no one."""
