"""Coverage-guided fuzzing of everything that comes from outside: nothing but InputError may come out of it.

python tests/fuzz.py [TARGET ...] [--seconds 600] [--memory 300]

Needs Atheris (pip install atheris; Linux). Each target runs in a process of its own, with so many MB above what it has
before the first input; what found something is kept in the folder `fuzz/` and belongs into a test as soon as it is mended.
"""

import argparse
import gzip
import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
FOUND = ROOT / "fuzz"


def picture(data: bytes) -> None:
    """A picture's bytes, through the whole reading."""
    from hcr.reading import see

    see(data)


def upload(data: bytes) -> None:
    """A file for Check my data; its first byte chooses the name."""
    from hcr.data.uploads import check_upload

    names = ("images-idx3-ubyte", "images-idx3-ubyte.gz", "data.csv", "data.csv.gz", "x")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / names[data[0] % len(names) if data else 0]
        file.write_bytes(data[1:])
        check_upload([file])


def archive(data: bytes) -> None:
    """A zip file with EMNIST in it."""
    from hcr.data.files import available, read_split

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "emnist.zip"
        file.write_bytes(data)
        for name in available(file):
            read_split(file, name)


def config(data: bytes) -> None:
    """A bundle's config.json."""
    from hcr.model.bundle import CONFIG_FILE, read_config

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / CONFIG_FILE).write_bytes(data)
        read_config(Path(folder))


def report(data: bytes) -> None:
    """A bundle's predictions.parquet."""
    from hcr.report.predictions import read_predictions

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "predictions.parquet"
        file.write_bytes(data)
        read_predictions(file)


def address(data: bytes) -> None:
    """The query of the page's address."""
    from urllib.parse import parse_qsl

    from hcr.ui.explorer.address import from_query

    view = from_query(dict(parse_qsl(data.decode("latin-1"), keep_blank_values=True)))
    assert view.page >= 1
    assert view.address


def repo(data: bytes) -> None:
    """A model's name, as a visitor types it into "compare with" or an owner into HCR_MODEL."""
    from hcr.hub import Wanted, parse

    found = parse(data.decode("utf-8", "replace"))
    assert not isinstance(found, Wanted) or (".." not in found.repo and ".." not in found.revision)


TARGETS: dict[str, Callable[[bytes], None]] = {
    function.__name__: function for function in (picture, upload, archive, config, report, address, repo)
}


def seeds(target: str) -> list[bytes]:
    """Good inputs to begin with."""
    from PIL import Image

    from hcr.assets import MODEL
    from hcr.data.generated import standin
    from tests.emnist_files import csv, csv_rows, idx_files, idx_images

    if target == "picture":
        image = Image.new("L", (32, 32), 255)
        image.paste(0, (14, 4, 18, 28))
        files = []
        for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "TGA", "JPEG2000", "AVIF"):
            stream = io.BytesIO()
            image.save(stream, kind)
            files.append(stream.getvalue())
        return files
    if target == "config":
        return [(MODEL / "config.json").read_bytes()]
    if target == "report":
        return [(MODEL / "evaluation" / "predictions.parquet").read_bytes()]
    if target == "upload":
        split = standin.generate(1)
        plain, packed, table = idx_images(split.images), idx_files(split).values(), csv(csv_rows(split))
        return [b"\0" + plain, *(b"\1" + file for file in packed), b"\2" + table, b"\3" + gzip.compress(table)]
    if target == "archive":
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive_file:
            for name, content in idx_files(standin.generate(1)).items():
                archive_file.writestr(name, content)
        return [stream.getvalue()]
    return [b"tab=explorer&class=R&seed=7&at=2", b"user/name@v1"]


def run(target: str, seconds: int, memory: int) -> int:
    """Fuzz one target in a child; its exit code."""
    kept = FOUND / target
    with tempfile.TemporaryDirectory() as corpus:
        for number, data in enumerate(seeds(target)):
            (Path(corpus) / str(number)).write_bytes(data)
        command = [sys.executable, __file__, "--child", target, corpus, f"-max_total_time={seconds}"]
        kept.mkdir(parents=True, exist_ok=True)
        command += [f"-rss_limit_mb={memory + 400}", "-timeout=20", f"-artifact_prefix={kept}/", "-max_len=100000"]
        return subprocess.run([*command, "-verbosity=0", "-print_final_stats=1"], cwd=ROOT, check=False).returncode


def child(target: str) -> None:
    """Never returns: Atheris leaves by itself."""
    import atheris

    with atheris.instrument_imports(include=["hcr"]):
        from hcr.errors import InputError

        function = TARGETS[target]
        with suppress(InputError):
            function(seeds(target)[0])  # imports what it calls

    def once(data: bytes) -> None:
        with suppress(InputError):
            function(data)

    atheris.Setup([sys.argv[0], *sys.argv[3:]], once)
    atheris.Fuzz()


def main() -> int:
    """1 where a target broke."""
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2])
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; default: all")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--memory", type=int, default=300, help="MB")
    arguments = parser.parse_args()
    targets = arguments.targets or list(TARGETS)
    broken = [target for target in targets if run(target, arguments.seconds, arguments.memory)]
    print(f"broken: {', '.join(broken)}" if broken else f"nothing but InputError: {', '.join(targets)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
