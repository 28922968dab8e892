"""Start the app: python app.py"""

import os

from hcr.ui.app import launch, make

demo = make(os.environ.get("HCR_MODEL"), os.environ.get("HCR_DATASET"))

if __name__ == "__main__":
    launch(demo)
