"""What the app is compared with. These run under .venv-bench, each in a process of its own, and know nothing of the app."""
