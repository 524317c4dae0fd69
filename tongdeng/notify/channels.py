"""The channels that need no contract with anybody. A county's own gateway is one more class with `send`."""

import json
import os
import smtplib
import ssl
import sys
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.module_loading import import_string

from tongdeng.kernel import clock
from tongdeng.notify.types import Channel, NotDelivered, Way

SUBJECT = "县服务平台 County services"  # the same for everybody: a subject is read by many
HERE = ("localhost", "127.0.0.1", "::1")
MAIL_SECONDS = 5  # of one worker, who has codes to send as well


class ConsoleChannel:
    """Shows messages on the worker's own terminal: for whoever develops. It is no log, and refuses to become one."""

    def send(self, address: str, text: str, *, key: str = "") -> None:
        """Print the message."""
        if not sys.stderr.isatty():
            # What is no terminal is kept by somebody: a journal, a file, a container's log.
            raise NotDelivered("the console channel needs a terminal")
        sys.stderr.write(f"\n{address}: {text}\n")


class FileChannel:
    """Adds messages to a file that its owner alone may read: for the demo and for tests, or for another program."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or Path(settings.TONGDENG_FILES) / "messages.jsonl"

    def send(self, address: str, text: str, *, key: str = "") -> None:
        """Append one line."""
        line = json.dumps({"at": clock.now().isoformat(), "to": address, "text": text}, ensure_ascii=False)
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise NotDelivered(f"the message file cannot be written: {type(error).__name__}") from None
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(line + "\n")


class MailChannel:
    """Hands messages to the county's own mail server, named by `TONGDENG_SMTP`: `smtp://user:password@host:587`.

    Over TLS, by `smtps:` from the start; in clear to this very machine only. `Message-ID` is drawn from the key, by
    which mail servers know what they have had before.
    """

    def __init__(self, address: str | None = None) -> None:
        self._server = urlsplit(address or settings.TONGDENG_SMTP)

    def send(self, address: str, text: str, *, key: str = "") -> None:
        """Send one letter."""
        letter = EmailMessage()
        letter["From"], letter["To"] = settings.TONGDENG_MAIL_FROM, address
        letter["Subject"], letter["Date"] = SUBJECT, formatdate()
        letter["Message-ID"] = f"<{key}@{letter['From'].addresses[0].domain}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(text, charset="utf-8")
        try:
            with self._connected() as server:
                server.send_message(letter)
        except (OSError, smtplib.SMTPException) as error:
            raise NotDelivered(f"the mail server did not take it: {type(error).__name__}") from None

    def _connected(self) -> smtplib.SMTP:
        place, tls = self._server, ssl.create_default_context()
        host, port = place.hostname or "localhost", place.port or (465 if place.scheme == "smtps" else 587)
        if place.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=MAIL_SECONDS, context=tls)
        else:
            server = smtplib.SMTP(host, port, timeout=MAIL_SECONDS)
            if host not in HERE:
                server.starttls(context=tls)
        if place.username:
            server.login(unquote(place.username), unquote(place.password or ""))
        return server


def has_mail() -> bool:
    """Tell whether this installation has a mail server."""
    return bool(settings.TONGDENG_SMTP)


KNOWN = {"console": ConsoleChannel, "file": FileChannel}


def channel(way: Way = Way.PHONE) -> Channel:
    """Return the channel of a way. To phones: what this installation names, a known one or the path of a class."""
    if way is Way.EMAIL:
        return MailChannel()
    name = settings.TONGDENG_MESSAGES
    found: Channel = (KNOWN.get(name) or import_string(name))()
    return found
