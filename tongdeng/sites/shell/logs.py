"""What may not be written to a log: the token of a submission link, which stands in its address."""

import logging
import re

_TOKEN = re.compile(r"(/submit/)[^/\s]+")


class WithoutTokens(logging.Filter):
    """Takes the tokens out of whatever a request is reported with."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without its token."""
        args = record.args if isinstance(record.args, tuple) else ()
        record.args = tuple(_TOKEN.sub(r"\1...", one) if isinstance(one, str) else one for one in args) or record.args
        return True
