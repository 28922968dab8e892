"""The page: one package a tab. Only this package knows Gradio."""

import os

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before Gradio reads it
