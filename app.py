"""Start the app: python app.py"""

import os

from hcr.ui.app import build, launch
from hcr.ui.context import prepare

context = prepare(os.environ.get("HCR_MODEL"), os.environ.get("HCR_DATASET"))
demo = build(context)

if __name__ == "__main__":
    launch(demo, context)
