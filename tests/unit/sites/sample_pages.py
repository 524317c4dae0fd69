# ruff: noqa: E501  rows of sample words read better on one line
"""Renders every page with invented values: `python tests/unit/sites/sample_pages.py FOLDER` writes them as HTML files."""

import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

import django
import sample_audit
import sample_lists as more
import sample_values as values
from django.conf import settings
from django.template.backends.django import DjangoTemplates
from django.test import RequestFactory
from django.urls import path, set_urlconf
from django.utils import translation
from django.views.i18n import set_language

from tongdeng.kernel.errors import Text
from tongdeng.sites.shell.frame import Fault, Toast

ROOT = Path(__file__).parents[3]
LANGUAGES = ("zh-hans", "en")
urlpatterns = [path("lang/", set_language, name="set_language")]


def configure() -> None:
    """Set up just enough of Django, unless a project's settings are already there."""
    if settings.configured or os.environ.get("DJANGO_SETTINGS_MODULE"):
        return
    settings.configure(
        SECRET_KEY="sample pages only",
        ROOT_URLCONF="sample_pages",
        STATIC_URL="/static/",
        LANGUAGE_CODE="zh-hans",
        INSTALLED_APPS=["django.contrib.staticfiles", "django_vite"],
        DJANGO_VITE={
            "default": {
                "static_url_prefix": "dist",
                "manifest_path": ROOT / "tongdeng/sites/shell/static/dist/manifest.json",
            }
        },
    )
    django.setup()


@cache
def engine() -> DjangoTemplates:
    """Return an engine with the two sites' templates, whatever apps the settings install."""
    options = {
        "context_processors": ["django.template.context_processors.request"],
        "libraries": {
            "shell": "tongdeng.sites.shell.templatetags.shell",
            "static": "django.templatetags.static",
            "django_vite": "django_vite.templatetags.django_vite",
        },
    }
    folders = [ROOT / "tongdeng/sites" / site / "templates" for site in ("shell", "console")]
    return DjangoTemplates({"NAME": "samples", "DIRS": folders, "APP_DIRS": False, "OPTIONS": options})


def pages(lang: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return each sample: its name, its template and its context."""
    home = values.home_page()
    done = Toast(
        Text("已记录：赵春梅，居住证首次申领", "Recorded: Zhao Chunmei, first residence permit"), "/owed/undo/7/"
    )
    faulty = values.record_panel(
        faults=(Fault("service", Text("请至少选一项。", "Choose at least one service.")),), result="declined"
    )
    owed_frame = values.frame("/owed/", community=True, toast=done)
    rolls = values.frame("/rolls/")
    return {
        "home": ("console/home.html", {"frame": values.frame("/"), "page": home, "trend_options": home.trend.options(lang[:2]) if home.trend else None}),
        "owed": ("console/owed.html", {"frame": values.frame("/owed/", community=True), "page": values.owed_page(values.record_panel())}),
        "owed_faults": ("console/owed.html", {"frame": owed_frame, "page": values.owed_page(faulty)}),
        "owed_saved": ("console/_owed_saved.html", {"frame": owed_frame, "page": values.owed_page(values.record_panel())}),
        "person": ("console/person.html", {"frame": values.frame("/people/", community=True), "page": more.person_page()}),
        "people": ("console/people.html", {"frame": values.frame("/people/"), "page": more.people_page()}),
        "rolls": ("console/rolls.html", {"frame": rolls, "page": more.rolls_page()}),
        "roll_new": ("console/roll_new.html", {"frame": rolls, "page": more.upload_page()}),
        "roll_running": ("console/roll.html", {"frame": rolls, "page": more.roll_running()}),
        "roll_done": ("console/roll.html", {"frame": rolls, "page": more.roll_done()}),
        "measures": ("console/measures.html", {"frame": values.frame("/measures/"), "page": more.measures_page()}),
        "export": ("console/export.html", {"frame": values.frame("/owed/"), "form": more.export_form()}),
        "audit": ("console/audit.html", {"frame": values.frame("/audit/"), "page": sample_audit.audit_page()}),
        "signin": ("shell/signin.html", {"form": None, "next": "/", "is_demo": True}),
        "404": ("404.html", {}),
        "403": ("403.html", {}),
        "403_csrf": ("403_csrf.html", {}),
        "500": ("500.html", {}),
    }  # fmt: skip


def render(name: str, lang: str) -> str:
    """Return one sample page in one language."""
    template, context = pages(lang)[name]
    with translation.override(lang):
        set_urlconf(__name__)
        try:
            return engine().get_template(template).render(context, RequestFactory().get("/"))
        finally:
            set_urlconf(None)


def main(folder: Path) -> None:
    """Write every page in both languages into the folder."""
    configure()
    folder.mkdir(parents=True, exist_ok=True)
    for lang in LANGUAGES:
        for name in pages(lang):
            (folder / f"{name}.{lang[:2]}.html").write_text(render(name, lang), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
