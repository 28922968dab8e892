"""The app: one module a tab, the drawing pad, the figures, the theme. Only this package knows Gradio."""
