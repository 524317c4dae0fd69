"""The web application, as the login `tongdeng_app`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["TONGDENG_ROLE"] = "app"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongdeng.config.settings.dev")
application = get_wsgi_application()
