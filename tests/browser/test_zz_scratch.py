"""scratch"""
import time, os
import pytest
pytestmark = pytest.mark.browser

def test_hold(site):
    open('/tmp/td/site_url','w').write(site)
    from django.conf import settings
    print(site, flush=True)
    end = time.time()+3000
    while time.time() < end and not os.path.exists('/tmp/td/site_stop'):
        time.sleep(1)
