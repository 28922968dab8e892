"""How everything looks: one accent colour, system fonts (no request leaves the machine), light and dark."""

import gradio as gr

from hcr.assets import INTERFACE

ACCENT = gr.themes.colors.indigo
ACCENT_HEX, ACCENT_RGB = "#6366f1", (99, 102, 241)
STYLES = INTERFACE / "styles.css"

# Gradio confines style sheets to what is inside the page's frame; the frame itself is styled from the head
HEAD = """<style>
.gradio-container .main.app { max-width: 1240px; margin-inline: auto; }
@media (max-width: 640px) { .gradio-container .main.app { padding: 8px 12px 24px; } }
</style>"""

FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]


def theme() -> gr.themes.Base:
    """Gradio's Base theme in one accent colour on neutral greys. Its own for what is said quietly has 2.6:1 on white."""
    base = gr.themes.Base(
        primary_hue=ACCENT,
        neutral_hue=gr.themes.colors.slate,
        radius_size=gr.themes.sizes.radius_md,
        font=FONTS,
        font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "monospace"],
    )
    return base.set(body_text_color_subdued="*neutral_500")
