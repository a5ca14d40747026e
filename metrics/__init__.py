"""Measures and pure functions: tidy frame in, tidy frame out. No words, no charts, no store."""
