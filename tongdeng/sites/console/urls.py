"""The console's addresses; each page family lists its own."""

from tongdeng.sites.console import divisions, dwellings, intake, links, people, quality, queue, reports, review, submit

urlpatterns = [
    *reports.urlpatterns,
    *people.urlpatterns,
    *queue.urlpatterns,
    *intake.urlpatterns,
    *divisions.urlpatterns,
    *quality.urlpatterns,
    *dwellings.urlpatterns,
    *links.urlpatterns,
    *review.urlpatterns,
    *submit.urlpatterns,
]
