"""The console's addresses; each page family lists its own."""

from tongdeng.sites.console import divisions, dwellings, intake, links, people, queue, reports, submit

urlpatterns = [
    *reports.urlpatterns,
    *people.urlpatterns,
    *queue.urlpatterns,
    *intake.urlpatterns,
    *divisions.urlpatterns,
    *dwellings.urlpatterns,
    *links.urlpatterns,
    *submit.urlpatterns,
]
