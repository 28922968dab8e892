"""The Space that `publish` sends, in a clean virtual environment: does it install from its own requirements.txt, start,
and read a character?

python tests/clean_space.py

Not a part of the test suite: it downloads a gigabyte and takes minutes. Ends with exit code 0 when all of it works.
"""

import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.conftest import PATIENCE, running_app
from training.hub.space import Served, stage

ASK = """
import sys
from gradio_client import Client, handle_file
print(Client(sys.argv[1], verbose=False).predict(handle_file(sys.argv[2]), api_name="/read"))
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        checkout, environment = Path(place) / "space", Path(place) / "venv"
        stage(checkout, Served("somebody/model", None, False, None))
        started = time.monotonic()
        venv.create(environment, with_pip=True)
        python = str(environment / "bin" / "python")
        install = [python, "-m", "pip", "install", "--quiet", "-r", str(checkout / "requirements.txt")]
        subprocess.run(install, check=True)
        print(f"Installed in {time.monotonic() - started:.0f} s.", flush=True)
        picture = Image.new("L", (280, 280), "white")
        ImageDraw.Draw(picture).line([(140, 230), (140, 60), (60, 60), (220, 60)], "black", 18)
        picture.save(Path(place) / "T.png")
        started = time.monotonic()
        with running_app(Path(place) / "app.log", folder=checkout, python=python) as address:
            print(f"Started in {time.monotonic() - started:.1f} s.", flush=True)
            command = [python, "-c", ASK, address, str(Path(place) / "T.png")]
            answer = subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE).stdout
        print(answer.strip())
        assert "'text': 'T'" in answer, "the Space did not read a plain T"


if __name__ == "__main__":
    main()
