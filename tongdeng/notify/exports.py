"""What other packages need of messages besides sending them: who has which phone, the languages, the mail server."""

from tongdeng.notify import contacts, languages
from tongdeng.notify.channels import has_mail

__all__ = ["contacts", "has_mail", "languages"]
