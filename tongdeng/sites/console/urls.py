"""The console's addresses; each page family lists its own."""

from tongdeng.sites.console import intake, people, queue, reports

urlpatterns = [*reports.urlpatterns, *people.urlpatterns, *queue.urlpatterns, *intake.urlpatterns]
