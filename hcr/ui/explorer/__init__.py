"""The tab Dataset Explorer."""
