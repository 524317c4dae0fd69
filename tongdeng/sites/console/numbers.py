"""One person's numbers in full: asked for with a reason, shown once."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.cache import never_cache

from tongdeng.audit import selectors as audit
from tongdeng.kernel import ids
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.people import actions as people
from tongdeng.people.exports import profiles
from tongdeng.sites.console.frame import build_frame, chosen_place
from tongdeng.sites.console.view_models.numbers import NumbersPage
from tongdeng.sites.shell.frame import Fault

REASONS = audit.reasons_of("people.numbers.revealed")
LABELS = (Text("公民身份号码", "Id number"), Text("自报号码", "Claimed number"), Text("电话", "Phone"))


@never_cache
def numbers(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask for a reason; when it is given, show the numbers this once."""
    asked = ids.read(ref)
    person = profiles.current_id(asked) if asked else None
    if person is None:
        raise Http404
    own = ids.show(person)
    if ref != own:
        return redirect("numbers", ref=own)
    reason, shown, faults, name = request.POST.get("reason", ""), (), (), ""
    if request.method == "POST":
        try:
            found = people.reveal_numbers(person_id=person, reason=reason, by=request.actor)
        except UnusableInput as error:
            faults = (Fault("reason", error.sentence),)
        else:
            if found is None:
                raise Http404
            told = zip(LABELS, (found.id_number, found.id_claimed, found.phone), strict=True)
            shown, name = tuple((label, value) for label, value in told if value), found.name
    page = NumbersPage(own, name, tuple(REASONS.items()), shown, request.method == "POST" and not faults, faults)
    purpose = REASONS.get(reason, LABELS[0])
    frame = build_frame(request, place_code=chosen_place(request), current="/people/", purpose=purpose)
    return render(request, "console/numbers.html", {"frame": frame, "page": page}, status=422 if faults else 200)


urlpatterns = [path("people/<str:ref>/numbers/", numbers, name="numbers")]
