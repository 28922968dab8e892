"""What a hostile visitor writes wherever he may write anything: HTML and scripts that say which of them ran.

In payloads.json RAN stands for the call that says so, B64RAN for the same in base64, NUM for the payload's number.
"""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page

BETWEEN = " ¶ "


def _written(number: int, text: str) -> str:
    call = f"__ran({number})"
    encoded = base64.b64encode(call.encode()).decode()
    return text.replace("B64RAN", encoded).replace("RAN", call).replace("NUM", str(number))


PAYLOADS = tuple(
    _written(number, text)
    for number, text in enumerate(json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8")))
)


def batches(most: int, payloads: Iterable[str] = PAYLOADS) -> list[str]:
    """The payloads, as many together as `most` characters hold; a longer one is left out."""
    found: list[str] = [""]
    for payload in (one for one in payloads if len(one) <= most):
        longer = f"{found[-1]}{BETWEEN}{payload}" if found[-1] else payload
        if len(longer) <= most:
            found[-1] = longer
        else:
            found.append(payload)
    return found


@dataclass
class Watch:
    """What happened in a browser: ran: numbers of payloads; dialogs: their messages; asked: other hosts."""

    ran: set[int] = field(default_factory=set)
    dialogs: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        return not (self.ran or self.dialogs or self.asked)


def watch(context: BrowserContext, own: str) -> tuple[Page, Watch]:
    """A page of the context, and what happens there from now on. own: the address that may be asked."""
    found = Watch()
    context.expose_function("__ran", lambda number: found.ran.add(number))
    page = context.new_page()

    def dismiss(dialog) -> None:
        found.dialogs.append(dialog.message)
        dialog.dismiss()

    def asked(route) -> None:
        """What the policy stops does not come here."""
        found.asked.append(route.request.url)
        route.abort()

    context.on("dialog", dismiss)
    context.route(lambda url: urlsplit(url).scheme in ("http", "https") and not url.startswith(own), asked)
    return page, found
