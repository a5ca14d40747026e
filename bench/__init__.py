"""How fast the app is beside the bare thing, measured in the same run: part of `make bench`."""
