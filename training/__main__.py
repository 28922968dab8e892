"""python -m training acquire|publish-data|publish"""

import argparse
import importlib
import sys

from hcr.errors import InputError
from training.failures import Failure

COMMANDS = {"acquire": "training.acquire", "publish-data": "training.publish_data", "publish": "training.publish"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, module in COMMANDS.items():
        importlib.import_module(module).add_arguments(commands.add_parser(name))
    arguments = parser.parse_args()
    try:
        return importlib.import_module(COMMANDS[arguments.command]).run(arguments)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    except Failure as failure:
        print(failure, file=sys.stderr)
        return failure.exit_code


if __name__ == "__main__":
    sys.exit(main())
