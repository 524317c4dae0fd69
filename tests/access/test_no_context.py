def test_x(small_county, as_job):
    from tongdeng.people.models import Person
    assert Person.objects.count() == 0
    with as_job() as by:
        print(Person.objects.count())
        assert Person.objects.count() > 250
