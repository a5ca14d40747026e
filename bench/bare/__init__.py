"""The bare Streamlit page that the app is compared with: the same server, settings and start-up, nothing else."""
