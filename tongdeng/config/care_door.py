"""The process of sealed care: it alone has its login, and opens to the web for one person in an emergency."""

import os


def main() -> None:
    """Answer at the door until terminated."""
    os.environ["TONGDENG_ROLE"] = "care"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongdeng.config.settings.dev")
    import django

    django.setup()
    from tongdeng.care.exports import door

    with door.serve(door.address()) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
