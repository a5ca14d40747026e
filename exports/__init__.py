"""What readers take away: tables as files, from one exporter for pages and `python -m exports`."""
