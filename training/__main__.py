"""python -m training COMMAND: from EMNIST to a published model."""

import argparse
import importlib
import sys

from hcr.errors import InputError
from training.failures import FULL, DiskFull, Failure, disk_full_in

COMMANDS = {
    "acquire": ("training.data.acquire", "get EMNIST from Kaggle, the Hub or a folder, and verify it"),
    "fit": ("training.fit", "train a recipe and write a model bundle; goes on where it was stopped"),
    "evaluate": ("training.evaluate", "run a bundle on the test split and write its report"),
    "export": ("training.export", "write model.tflite anew from a bundle's model.keras"),
    "publish": ("training.hub.publish", "push a bundle to the Hugging Face Hub, and a Space that serves it"),
    "publish-data": ("training.hub.publish_data", "push verified splits to the Hub as a data set"),
    "letters": ("training.letters", "count how letters follow each other, for telling look-alikes apart in words"),
    "statistics": ("training.data.reference", "compute the statistics that travel with the program from EMNIST train"),
}


def main() -> int:
    """Run the command line; 2 for wrong input, see `training.failures` for the other exit codes."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (module, purpose) in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=purpose)
        if name in sys.argv[1:2]:  # only the command in use is imported: most of them load Keras
            importlib.import_module(module).add_arguments(command)
    arguments = parser.parse_args()
    try:
        code: int = importlib.import_module(COMMANDS[arguments.command][0]).run(arguments)
        return code
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    except Failure as failure:
        print(failure, file=sys.stderr)
        return failure.exit_code
    except KeyboardInterrupt:
        print("Stopped. The same command goes on from the last checkpoint.", file=sys.stderr)
        return 130
    except Exception as error:
        if not disk_full_in(error):
            raise
        print(FULL, file=sys.stderr)
        return DiskFull.exit_code


if __name__ == "__main__":
    sys.exit(main())
