"""The Space: the files of this checkout that the app needs, its settings, a restart."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import HfApi, RepoCard

from hcr.assets import PACKAGE_PARENT
from hcr.errors import InputError
from hcr.model.bundle import CONFIG_FILE, KERAS_FILE, METRICS_FILE, MODEL_FILE, PREDICTIONS_FILE
from training.failures import from_hub
from training.hub import send
from training.hub.send import Target

NEEDED = ("app.py", "README.md", "requirements.txt", "hcr/**/*.py", "assets/**/*")
LEFT_OUT = (KERAS_FILE,)  # what only training needs
MAY_LACK = "assets/**/*"


@dataclass(frozen=True)
class Served:
    """What a Space serves: a model repo at a commit (None: a dry run of a model that has none yet), and data to show."""

    repo: str
    commit: str | None
    private: bool
    dataset: str | None

    @property
    def variables(self) -> dict[str, str]:
        """The Space's settings."""
        model = {"HCR_MODEL": f"{self.repo}@{self.commit or 'COMMIT'}"}
        return model | ({"HCR_DATASET": self.dataset} if self.dataset else {})


def publish(target: Target, served: Served, dry_run: bool) -> None:
    """Make or update a Space; nothing new, no commit and no restart."""
    wanted = served.variables
    with tempfile.TemporaryDirectory() as staging:
        folder = Path(staging)
        stage(folder, served)
        state = send.remote(target)
        found = send.changes(folder, state)
        send.show(target, found)
        for name, value in wanted.items():
            print(f"  variable {name}={value}")
        if dry_run:
            return
        sent = send.send(target, folder, found, state, f"Serve {served.repo} at {str(served.commit)[:7]}")
    api = HfApi()
    try:
        present = {name: variable.value for name, variable in api.get_space_variables(target.repo).items()}
        changed = {name: value for name, value in wanted.items() if present.get(name) != value}
        for name, value in changed.items():
            api.add_space_variable(target.repo, name, value)
        if changed or not state or sent != state.commit:
            api.restart_space(target.repo)
    except Exception as error:
        raise from_hub(error, target.repo) from error
    if served.private:
        print(f"{served.repo} is private: give the Space a secret HF_TOKEN that may read it.")
    print(f"{api.endpoint}/spaces/{target.repo}")


def stage(out: Path, served: Served, checkout: Path = PACKAGE_PARENT) -> None:
    """Copy what the app needs, and let the front matter of README.md name the model and the data."""
    for pattern in NEEDED:
        files = [file for file in sorted(checkout.glob(pattern)) if file.is_file() and file.name not in LEFT_OUT]
        if not files and pattern != MAY_LACK:
            raise InputError(f"{checkout}: {pattern} is missing; publish a Space from a whole checkout.")
        for file in files:
            copy = out / file.relative_to(checkout)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
    card = RepoCard((checkout / "README.md").read_text(encoding="utf-8"))
    if card.data.get("sdk") != "gradio":
        raise InputError(f"{checkout / 'README.md'}: its front matter does not say `sdk: gradio`.")
    card.data["models"] = [served.repo]
    if served.dataset:
        card.data["datasets"] = [served.dataset.partition("@")[0]]
    if served.commit and not served.private:  # part of the Space's image: it starts on this model even when the Hub is slow
        files_of_model = ",".join((MODEL_FILE, CONFIG_FILE, METRICS_FILE, PREDICTIONS_FILE))
        card.data["preload_from_hub"] = [f"{served.repo} {files_of_model} {served.commit}"]
    (out / "README.md").write_text(str(card), encoding="utf-8")
