"""Is a weakness known of what is installed? pip-audit asks an advisory source about every package of this environment.

.venv/bin/python .ci/audit.py

Exit code 0: no weakness is known but those listed with a reason in .ci/advisories.txt; or the source cannot be reached, and
one loud line says so. 1: a weakness is known, or anything else went wrong. Before and after, the source is asked about a
release that everybody knows to be weak: a source that does not know it is none.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests

SOURCE = "https://api.osv.dev/v1/query"
KNOWN_TO_BE_WEAK = {"package": {"name": "jinja2", "ecosystem": "PyPI"}, "version": "2.4.1"}
ACCEPTED = Path(__file__).with_name("advisories.txt")
PROBE_SECONDS = 10
LOUD = "NOT AUDITED: "


class NotReached(Exception):
    """No network, or nothing at its other end. An answer, of whatever kind, is something else."""


def ask(source: str) -> None:
    """Raises NotReached where the source cannot be reached, and SystemExit where it answers like none."""
    try:
        answer = requests.post(source, json=KNOWN_TO_BE_WEAK, timeout=PROBE_SECONDS)
    except requests.exceptions.SSLError as error:  # somebody else answers in its place
        raise SystemExit(f"{source}: {error}") from error
    except (requests.ConnectionError, requests.Timeout) as error:
        raise NotReached(f"{source} cannot be reached ({type(error).__name__})") from error
    if answer.status_code != 200 or b'"vulns"' not in answer.content:
        raise SystemExit(f"{source} is no advisory source: it answers {answer.status_code} {answer.text[:200]!r}")


def audit(source: str, seconds: float) -> list[dict]:
    """What pip-audit found, an entry a package. Raises NotReached and SystemExit, as `ask` does."""
    began = time.monotonic()
    ask(source)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "found.json"
        command = [sys.executable, "-m", "pip_audit", "--local", "--skip-editable", "--progress-spinner", "off"]
        command += ["--vulnerability-service", "osv", "--osv-url", source, "--timeout", str(PROBE_SECONDS)]
        command += ["--cache-dir", folder, "--format", "json", "--output", str(file)]
        try:
            left = max(1.0, seconds - PROBE_SECONDS - (time.monotonic() - began))
            done = subprocess.run(command, capture_output=True, text=True, timeout=left, check=False)
        except subprocess.TimeoutExpired as error:
            raise NotReached(f"{source} is too slow: no end after {left:.0f} s") from error
        if not file.is_file():
            ask(source)
            raise SystemExit(f"pip-audit failed ({done.returncode}):\n{done.stderr}")
        return list(json.loads(file.read_text(encoding="utf-8"))["dependencies"])


def accepted(file: Path) -> dict[str, str]:
    """The IDs that are listed, with their reasons. Raises SystemExit for one without a reason."""
    lines = [line.split(maxsplit=1) for line in file.read_text(encoding="utf-8").splitlines() if line[:1] not in ("", "#")]
    for words in lines:
        if len(words) < 2:
            raise SystemExit(f"{file}: {words[0]} is accepted without a reason.")
    return {words[0]: words[1] for words in lines}


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--source", default=SOURCE, help=f"default: {SOURCE}")
    parser.add_argument("--accepted", type=Path, default=ACCEPTED, help="default: .ci/advisories.txt")
    parser.add_argument("--seconds", type=float, default=60, help="at most; default: 60")
    arguments = parser.parse_args()
    reasons, weak = accepted(arguments.accepted), 0
    try:
        packages = audit(arguments.source, arguments.seconds)
    except NotReached as error:
        print(f"{LOUD}{error}. Whether a weakness is known of what is installed was not looked at.")
        return 0
    unaudited = [package for package in packages if "skip_reason" in package]
    for package in packages:
        for found in package.get("vulns", ()):
            named = [reasons[name] for name in (found["id"], *found["aliases"]) if name in reasons]
            about = f"accepted: {named[0]}" if named else f"fixed in {', '.join(found['fix_versions']) or 'no release'}"
            print(f"{package['name']} {package['version']}: {found['id']}, {about}")
            weak += not named
    for package in unaudited:
        print(f"{LOUD}{package['name']}: {package['skip_reason']}")
    print(f"{len(packages) - len(unaudited)} packages audited, {weak} weaknesses known that are not accepted")
    return 1 if weak or len(unaudited) == len(packages) else 0


if __name__ == "__main__":
    sys.exit(main())
