"""Start the app: python app.py"""

import os

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

from hcr import serving
from hcr.ui.app import Context, build
from hcr.ui.theme import STYLES, theme

demo = build(Context(models=serving.start(os.environ.get("HCR_MODEL"))))

if __name__ == "__main__":
    demo.launch(theme=theme(), css_paths=[STYLES], ssr_mode=False)
