"""The model card: what the model is, how to load it, what it was trained on, how good it is, and where it fails."""

from huggingface_hub import EvalResult, ModelCard, ModelCardData

from hcr.alphabet import CLASSES, MERGED_LOWER, SHAPE_IDENTICAL
from hcr.model.bundle import KERAS_FILE, MODEL_FILE, Config
from hcr.report.evaluation import Estimate, Report
from training.data import used

LICENCE = "mit"
PICTURE = "evaluation/confusion.png"


def model_card(config: Config, report: Report, repo: str, dataset: str | None) -> str:
    """The README.md of a model repo. The same bundle gives the same card."""
    data = ModelCardData(
        language="en",
        license=LICENCE,
        library_name="keras",
        pipeline_tag="image-classification",
        tags=["handwriting", "emnist", "character-recognition", "ocr", "litert", "keras"],
        datasets=[dataset] if dataset else None,
        metrics=["accuracy"],
        model_name=repo.split("/")[1],
        eval_results=eval_results(report),
    )
    return str(ModelCard(f"---\n{data.to_yaml()}\n---\n\n{_text(config, report, repo)}"))


def eval_results(report: Report) -> list[EvalResult]:
    """The figures as the Hub reads them (`model-index`)."""
    about = report.predictions.provenance
    kind, name = (
        ("generated", "Generated characters (not EMNIST)") if about.generated else ("emnist", _title(about.split)[0])
    )
    figures = (
        ("accuracy", "Top-1 accuracy", report.top1.value),
        ("accuracy", "Top-1 accuracy, shape-identical classes merged", report.top1_merged.value),
        ("accuracy", "Top-3 accuracy", report.top3.value),
        ("f1", "Macro F1", report.f1.value),
    )
    return [
        EvalResult(
            task_type="image-classification",
            task_name="Handwritten character recognition",
            dataset_type=kind,
            dataset_name=name,
            dataset_split=_title(about.split)[1],
            dataset_args={"images": len(report.predictions), "official images": about.official_count or 0},
            metric_type=metric,
            metric_name=title,
            metric_value=round(value, 5),
        )
        for metric, title, value in figures
    ]


def _text(config: Config, report: Report, repo: str) -> str:
    calibration = report.predictions.provenance.calibration
    groups = ", ".join("/".join(group) for group in SHAPE_IDENTICAL)
    pairs = ", ".join(f"{pair.first}/{pair.second} ({pair.total})" for pair in report.pairs[:10])
    alike = report.errors_alike / max(report.matrix.errors, 1)
    return f"""# Handwritten characters: {config.recipe}

Reads one handwritten digit or letter from a 28x28 image: {len(CLASSES)} classes, {config.parameters / 1e6:.2f} M parameters.
`{MODEL_FILE}` serves (LiteRT, about a millisecond an image on a CPU), `{KERAS_FILE}` is the same model for Keras 3.

## Load it

```python
import keras, huggingface_hub
model = keras.saving.load_model(huggingface_hub.hf_hub_download("{repo}", "{KERAS_FILE}"), compile=False)
images = keras.ops.zeros((1, 28, 28, 1))  # yours: upright (EMNIST: np.rot90(np.fliplr(image))), 0 = paper, 1 = ink
answers = model.predict(images, verbose=0)
print(["{CLASSES}"[answer[:{len(CLASSES)}].argmax()] for answer in answers])
```

{_answers(config)} `config.json` has the classes, the input, the temperature that calibrates the
logits by division ({config.temperature:.3f}), and the probability below which the program says "not sure"
({config.abstain_threshold:.2f}).{_no_character(config)}

## How good it is

{_measured_on(report)}

| measure | value | 95 % interval |
| --- | --- | --- |
| top-1 accuracy | {_row(report.top1)} |
| top-1, shape-identical classes merged ({groups}) | {_row(report.top1_merged)} |
| top-3 accuracy | {_row(report.top3)} |
| macro precision | {_row(report.precision)} |
| macro recall | {_row(report.recall)} |
| macro F1 | {_row(report.f1)} |
| expected calibration error | {calibration.ece_after:.2%} ({calibration.ece_before:.2%} before the temperature) | |

![Confusion matrix: true classes in rows, answers in columns, errors darker by their number]({PICTURE})

Most confused, both directions together: {pairs or "none"}. {alike:.0%} of the errors stay within a group of classes that
share one shape.

## Training data

{_trained_on(config)}

## Recipe

`python -m training fit --recipe {config.recipe}`, as this project's `training/recipes/` has it.
{_versions(config)}

## Limits

- Size and baseline are cropped away before the model sees a character. Nobody can tell {groups} apart then; take the
  second guess into account, or merge them.
- {len(MERGED_LOWER)} letters ({", ".join(MERGED_LOWER)}) have one class for both cases: their case is not read.
- It was trained on isolated characters of American writers, centred and scaled. A page must be cut into characters
  first, and each brought to EMNIST's form; other scripts, accents and punctuation are unknown to it.
- It always answers with one of the {len(CLASSES)} classes. Hold its confidence against the threshold in `config.json`.
"""


def _row(estimate: Estimate) -> str:
    return f"{estimate.value:.2%} | {estimate.low:.2%} to {estimate.high:.2%}"


def _no_character(config: Config) -> str:
    """What the 48th output is for, of a model that has one."""
    if not config.character_threshold:
        return ""
    return (
        f' The last of the {len(CLASSES) + 1} outputs stands for "not one character": pieces, pairs, signs, scribbles, '
        "other scripts. `character_scale` and `character_offset` turn it into a probability of a character, and below "
        f"`character_threshold` ({config.character_threshold:.2f}) the program says that it is none."
    )


def _answers(config: Config) -> str:
    return f"It answers with {'probabilities' if config.gives_probabilities else 'logits'}."


def _measured_on(report: Report) -> str:
    about, count = report.predictions.provenance, len(report.predictions)
    if about.generated:
        return (
            f"On {count:,} generated characters. **They are not EMNIST, and these figures say nothing about handwriting.**"
        )
    if about.official_count and count < about.official_count:
        return f"On {count:,} of the {about.official_count:,} official {_named(about.split)} images."
    if about.official_count:
        return f"On all {count:,} official {_named(about.split)} images."
    return f"On {about.images}."


def _title(split: str) -> tuple[str, str]:
    """The data set's name and the part of it: ("EMNIST Balanced", "test")."""
    name, _, part = split.partition("-")
    return f"EMNIST { {'balanced': 'Balanced', 'bymerge': 'ByMerge'}.get(name, name) }", part or split


def _named(split: str) -> str:
    return " ".join(_title(split))


def _trained_on(config: Config) -> str:
    words = f"{config.data.get('description', 'Not said')}."
    if any(split.partial for split in used.from_config(config)):
        words += " These are EMNIST images, but not the official train split: compare published figures with care."
    if "source" in config.data:
        words += f" Source: {config.data['source']}."
    if "manifest_sha256" in config.data:
        words += " `config.json` names the checksum of what was verified there."
    words += " No test image was used for training, for choosing the epoch, or for the temperature and the threshold."
    return words + " EMNIST: Cohen, Afshar, Tapson and van Schaik 2017, arXiv:1702.05373."


def _versions(config: Config) -> str:
    return (
        "Made with " + ", ".join(f"{name} {version}" for name, version in config.versions.items()) + "."
        if config.versions
        else ""
    )
