"""How everything looks: one accent colour, system fonts (no request leaves the machine), light and dark."""

from pathlib import Path

import gradio as gr

ACCENT = gr.themes.colors.indigo
ACCENT_HEX = "#6366f1"
STYLES = Path(__file__).resolve().parents[2] / "assets" / "interface" / "styles.css"

FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]


def theme() -> gr.themes.Base:
    """Gradio's Base theme in one accent colour on neutral greys."""
    return gr.themes.Base(
        primary_hue=ACCENT,
        neutral_hue=gr.themes.colors.slate,
        radius_size=gr.themes.sizes.radius_md,
        font=FONTS,
        font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "monospace"],
    )
