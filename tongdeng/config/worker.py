"""The worker: background jobs and sealing, under the login `tongdeng_job`."""

import os


def main() -> None:
    """Work on jobs until terminated."""
    os.environ["TONGDENG_ROLE"] = "job"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongdeng.config.settings.dev")
    import django

    django.setup()
    from procrastinate.contrib.django import app

    from tongdeng.audit.exports import sealing

    # Django's own connector cannot listen for new jobs; this one has the same login and wakes at once.
    with app.replace_connector(app.connector.get_worker_connector()) as listening, sealing():
        listening.run_worker(concurrency=1, install_signal_handlers=True, wait=True)


if __name__ == "__main__":
    main()
