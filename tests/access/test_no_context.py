def test_x(small_county, as_job, job_login):
    from django.db import connection
    from django.conf import settings
    from tongdeng.access import matrix
    from tongdeng.owed import actions
    import time
    t=time.time()
    with job_login("determine") as by:
        print(actions.determine_everyone(as_of=small_county.as_of, by=by))
    print(time.time()-t)
    with as_job("serve") as by, connection.cursor() as c:
        for t in matrix.read(settings.TONGDENG_LAW / "access.toml").personal:
            c.execute(f"select count(*), count(distinct territory) from {t}"); print(t, c.fetchone())
    assert 0
