"""The network that reads: its bundle, how it runs, where it comes from."""
