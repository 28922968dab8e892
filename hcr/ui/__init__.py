"""The page: one package a tab. Only this package knows Gradio."""
