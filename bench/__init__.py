"""How fast the app is beside something bare, measured in the same run: part of `make bench`."""
