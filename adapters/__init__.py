"""One file per kind of channel, found by its name; this file stays empty so that any owner of it will do."""
