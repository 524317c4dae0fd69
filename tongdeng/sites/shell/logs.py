"""What may not be written to a log: tokens of links and numbers of persons, which may stand in an address."""

import logging
import re

_TOKEN = re.compile(r"(/submit/)[^/\s]+")
_CODE = re.compile(r"(/verify/\?)[^\s\"]+")  # by which a paper is checked
_NUMBER = re.compile(r"(?<!\d)\d{10,17}[\dXx](?!\d)")  # id numbers, phones, cards; nothing shorter tells who it is


def _cleared(text: str) -> str:
    return _NUMBER.sub("...", _CODE.sub(r"\1...", _TOKEN.sub(r"\1...", text)))


class WithoutTokens(logging.Filter):
    """Takes tokens and long numbers out of whatever a request is reported with."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without them."""
        args = record.args if isinstance(record.args, tuple) else ()
        record.args = tuple(_cleared(one) if isinstance(one, str) else one for one in args) or record.args
        return True
