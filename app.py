"""Start the app: python app.py"""

import os

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

from hcr.data import samples
from hcr.model import serving
from hcr.ui.app import build, launch_settings
from hcr.ui.context import Context

models, shown = serving.start(os.environ.get("HCR_MODEL")), samples.start(os.environ.get("HCR_DATASET"))
demo = build(Context(models, shown))

if __name__ == "__main__":
    demo.launch(**launch_settings())
