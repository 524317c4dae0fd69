"""The vaccination roll: who is who goes to the register, what was given goes behind the seal, and no page tells."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections

from tests.databases import AS_OF, logged_in_as, owner_here
from tests.factors import browser_of
from tests.posts import EAST, signed_in, staffed
from tongdeng.access.selectors import acting
from tongdeng.audit.types import command
from tongdeng.care.exports import unseal
from tongdeng.intake import actions as intake
from tongdeng.intake.exports import rejects_csv, sealed_rows
from tongdeng.kernel import citizen_id, ids
from tongdeng.kernel.errors import UnusableInput
from tongdeng.people.exports import profiles, records
from tongdeng.people.models import Identity, Record

HEAD = (
    "儿童姓名,儿童身份证号,性别,出生日期,母亲姓名,母亲身份证号,监护人电话,社区代码,现住址,"
    "疫苗,剂次,接种日期,接种单位,过敏史"
)
WORDS = ("麻腮风疫苗", "东关卫生院", "鸡蛋过敏")  # what nobody but care may ever read
Take = Callable[..., dict[str, int]]


def number(first17: str) -> str:
    return first17 + citizen_id.check_character(first17)


CHILD = number("99030320220504121")


def dose(
    name: str = "陶小乐", who: str = CHILD, nth: str = "1", on: str = "2023-01-10", address: str = "卫生院路8号"
) -> str:
    return f"{name},{who},男,2022-05-04,陶母,,10000001111,{EAST},{address},{WORDS[0]},{nth},{on},{WORDS[1]},{WORDS[2]}"


def police_row(name: str = "陶小乐", who: str = CHILD) -> bytes:
    head = "姓名,公民身份号码,户籍区划,社区代码,现居住地址,流入日期"
    return f"{head}\n{name},{who},990303,{EAST},新华路1号,2025-03-01\n".encode()


def file(*rows: str) -> bytes:
    return ("\n".join([HEAD, *rows]) + "\n").encode()


@pytest.fixture(scope="module")
def take(database: str, job_login: Callable[..., Any]) -> Take:
    """Take a roll in and return its batch and counts."""

    def run(content: bytes, source: str = "immunisation", as_at: date = AS_OF) -> dict[str, int]:
        with job_login() as by:
            batch = intake.receive_roll(source=source, path=content, as_at=as_at, by=by, name="roll.csv")
            return {"batch": batch, **intake.import_roll(batch_id=batch, path=content, by=by)}

    return run


def in_care(*, live: bool = True) -> list[dict[str, Any]]:
    """Return the opened rows as sealed care itself reads them."""
    with logged_in_as("care"), acting(command("care")), connection.cursor() as cursor:
        cursor.execute(f"SELECT sealed FROM care.intake_row WHERE withdrawn_at IS {'' if live else 'NOT '}NULL")
        return [unseal(row[0]) for row in cursor.fetchall()]


@pytest.fixture(scope="module")
def two_doses(take: Take) -> dict[str, int]:
    """A child of the police register with two doses of a vaccine, one of them twice in the file."""
    take(police_row(), "police")
    return take(file(dose(), dose(nth="2", on="2024-01-10"), dose(nth="2", on="2024-01-10")))


def test_each_dose_is_a_record_of_the_child_the_register_knows(two_doses):
    assert {k: two_doses[k] for k in ("rows", "accepted", "rejected", "unchanged", "new_people", "matched")} == {
        "rows": 3, "accepted": 3, "rejected": 0, "unchanged": 1, "new_people": 0, "matched": 2,
    }  # fmt: skip


def test_care_alone_opens_what_was_given(two_doses):
    found = sorted(in_care(), key=lambda row: row["dose"])
    assert found == [
        {"vaccine": WORDS[0], "dose": n, "vaccinated_on": on, "provider": WORDS[1], "extra": {"过敏史": WORDS[2]}}
        for n, on in ((1, "2023-01-10"), (2, "2024-01-10"))
    ]


def test_the_record_says_who_it_is_and_nothing_of_health(two_doses, as_job):
    with as_job("intake"):
        kept = list(Record.objects.filter(source="other"))
        opened = [records.unseal(one.sealed, one.domain) for one in kept]
    assert len(kept) == 2
    assert all(one.row_on is None and one.domain == "B" for one in kept)  # no date of vaccination
    assert all(one == opened[0] for one in opened)
    assert set(opened[0]) == {
        "name", "id_number", "sex", "born_on", "mother_name", "guardian_phone", "community_code", "address",
    }  # fmt: skip


def test_the_registers_key_cannot_be_used_to_guess_what_was_given(two_doses, as_job):
    # The whole row, vaccine and all, is what its digest is made of: under the register's own key one could try each.
    from tongdeng.intake.canonical import digest_text
    from tongdeng.intake.formats import load_format
    from tongdeng.intake.rolls import read_roll

    content = file(dose())
    (block,) = read_roll("immunisation", content, today=AS_OF, communities={EAST}, services={})
    form = load_format("immunisation")
    guess = digest_text(form, block[0].values)
    with as_job("intake"):
        kept = {bytes(one) for one in Record.objects.filter(source="other").values_list("digest", flat=True)}
        assert records.row_digest("immunisation", guess) not in kept
        assert sealed_rows.digests(form, [guess])[0] in kept  # guards the line above: the guess is right


def test_no_word_of_health_lies_in_clear_anywhere_in_the_database(two_doses):
    with owner_here() as owner:
        tables = [row[0] for row in owner.execute(
            "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables"
            " WHERE table_schema IN ('public', 'care') AND table_type = 'BASE TABLE'"
            " AND table_name <> 'catalogue_bundle'"  # the published law names vaccines, and nobody who had one
        )]  # fmt: skip
        forced = {row[0] for row in owner.execute(
            "SELECT relnamespace::regnamespace || '.' || relname FROM pg_class WHERE relforcerowsecurity"
        )}  # fmt: skip
        text = []
        for table in tables:
            if table in forced:
                owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            text += [row[0] for row in owner.execute(f"SELECT t::text FROM {table} t")]
            if table in forced:
                owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    everything = "\n".join(text)
    assert "新华路1号" in everything  # guards the next line: an address of the register is there to be found
    for word in (*WORDS, "2023-01-10"):
        assert word not in everything
        assert word.encode().hex() not in everything


def test_the_same_rows_again_change_nothing(two_doses, take):
    before = (in_care(), in_care(live=False))
    again = take(file(dose(nth="2", on="2024-01-10"), dose()))
    assert (again["unchanged"], again["matched"], again["new_people"]) == (2, 0, 0)
    assert (in_care(), in_care(live=False)) == before


def test_a_withdrawn_roll_is_silent_in_care_too_and_speaks_again(take, job_login):
    name, who = "陶小安", number("99030320220504133")
    before = len(in_care())
    first = take(file(dose(name, who)))
    with job_login() as by:
        intake.withdraw_batch(batch_id=first["batch"], reason="导错了", by=by)
    assert len(in_care()) == before
    assert len(in_care(live=False)) == 1
    again = take(file(dose(name, who)))
    assert (again["new_people"], again["unchanged"]) == (0, 1)
    assert (len(in_care()), in_care(live=False)) == (before + 1, [])


def test_a_trial_leaves_nothing_in_care(database, job_login):
    before, content = in_care(), file(dose("陶小试", number("99030320220504157")))
    with job_login() as by:
        batch = intake.receive_roll(source="immunisation", path=content, as_at=AS_OF, by=by, name="roll.csv")
        assert intake.import_roll(batch_id=batch, path=content, by=by, dry_run=True)["new_people"] == 1
    assert in_care() == before


def test_a_child_only_the_clinic_knows_has_a_name_and_an_address_and_no_stay(take, as_job):
    take(file(dose("陶小禾", number("99030320220504175"), address="河边2号")))
    with as_job("intake"):
        child = Identity.objects.get(name="陶小禾")
    assert (child.address, child.is_placed) == ("河边2号", False)


def test_rows_given_back_keep_their_health_columns_from_the_web(take, job_login):
    bad = dose("陶小坏", number("99030320220504191")).replace("2023-01-10", "2099-11-30")
    batch = take(file(bad))["batch"]
    with job_login() as by:
        whole = "".join(rejects_csv(batch, by=by))
    on_a_page = "".join(rejects_csv(batch, by=staffed("health")))
    assert all(word in whole for word in (*WORDS, "2099-11-30"))
    assert not any(word in on_a_page for word in (*WORDS, "2099-11-30"))
    assert "陶小坏" in on_a_page
    assert "原文件" in on_a_page
    with owner_here() as owner:
        owner.execute("ALTER TABLE intake_reject NO FORCE ROW LEVEL SECURITY")
        said = str(owner.execute("SELECT findings FROM intake_reject WHERE batch_id = %s", [batch]).fetchall())
        owner.execute("ALTER TABLE intake_reject FORCE ROW LEVEL SECURITY")
    assert "date.future" in said
    assert "2099" not in said


def test_a_row_whose_cells_have_shifted_is_given_back_without_any_cell_on_a_page(take):
    batch = take(file("多出来的," + dose("陶小移", number("99030320220504212"))))["batch"]
    on_a_page = "".join(rejects_csv(batch, by=staffed("health")))
    assert "row.surplus" in on_a_page
    assert not any(word in on_a_page for word in (*WORDS, "陶小移"))


def test_only_the_health_bureau_sends_it():
    from tongdeng.intake.selectors import sources_for

    may = {(kind, bureau): "immunisation" in {one.source for one in sources_for(kind, bureau)} for kind, bureau in (
        ("health", "HEA"), ("health", "CIV"), ("police", "PSB"), ("office", "GOV"), ("admin", None), ("nurse", "HEA"),
    )}  # fmt: skip
    assert [who for who, sends in may.items() if sends] == [("health", "HEA")]


def test_without_care_the_roll_is_refused_as_before(database, job_login, monkeypatch):
    monkeypatch.setattr(sealed_rows, "_connected", [])
    with job_login() as by, pytest.raises(UnusableInput) as refusal:
        intake.receive_roll(source="immunisation", path=file(dose()), as_at=AS_OF, by=by, name="roll.csv")
    assert refusal.value.code == "care.roll_not_yet"


# ---- what the police see ----


def page_of(name: str, as_job: Callable[..., Any], kind: str = "police") -> str:
    with as_job("intake"):
        person = Identity.objects.get(name=name).person_id
    answer = signed_in(kind).get(f"/people/{ids.show(person)}/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("kind", ["police", "worker", "office", "clerk"])
def test_no_page_tells_that_a_clinic_knows_the_child(kind, two_doses, as_job, acting_as):
    page = page_of("陶小乐", as_job, kind if kind != "worker" else "police")
    for word in (*WORDS, "预防接种", "疫苗", "immunisation", "其他部门", "2023-01-10", "卫生院路8号"):
        assert word not in page
    assert "新华路1号" in page
    with as_job("intake"):
        person = Identity.objects.get(name="陶小乐").person_id
    with acting_as(kind):
        profile = profiles.find_profile(person)
    assert profile is not None
    assert profile.records == 1
    assert {one.source for value in profile.values.values() for one in value.statements} == {"police"}
    assert profile.values["name"].kept_back == 2  # just as many records of a school or a bureau of labour would be


def test_a_clerk_who_must_judge_who_is_who_compares_the_values_and_learns_no_bureau(take, acting_as, as_job):
    from tongdeng.people.exports import comparing

    take(file(dose("陶小辨", number("99030320220504239"))))
    with as_job("intake"):
        person = Identity.objects.get(name="陶小辨").person_id
    with acting_as("clerk"):
        side = comparing.person_side(person)
    assert side.value("name") == "陶小辨"
    assert {one.source for one in side.statements} == {"other"}


def test_a_roll_sent_by_the_health_bureau_is_taken_in_and_its_page_tells_no_health(database, job_login):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tongdeng.intake import tasks
    from tongdeng.org import actions as org
    from tongdeng.org.types import PostKind

    staff = org.add_staff(
        login="hea", name="何静", kind=PostKind.HEALTH, division="990101000000", titles=("卫健局", "Health"),
        bureau="HEA",
        password="a-good-password", by=command("setup"),
    )  # fmt: skip
    client, content = (
        browser_of(staff),
        file(dose("陶小网", number("99030320220504255")), dose("陶小错", "") + ",多一格"),
    )
    sent = SimpleUploadedFile("预防接种.csv", content)
    answer = client.post("/rolls/new/", {"source": "immunisation", "as_at": "2026-11-23", "file": sent})
    assert answer.status_code == 302, answer.content.decode()
    kept = [path.read_bytes() for path in (Path(settings.TONGDENG_FILES) / "uploads").glob("*")]
    assert kept
    assert not any(word.encode() in one for one in kept for word in WORDS)
    with job_login():
        tasks.import_upload(batch_id=int(answer.url.strip("/").split("/")[-1]))
    page = client.get(answer.url).content.decode()
    assert "已导入" in page
    assert not any(word in page for word in (*WORDS, "陶小网"))
    assert "陶小网" in {row.name for row in _everybody(job_login)}


def _everybody(login: Callable[..., Any]) -> list[Identity]:
    with login("intake") as by, acting(by):
        return list(Identity.objects.all())


def test_with_the_domain_the_records_would_show(two_doses, as_job):
    # Guards the test above: they are there, and it is the domain that keeps them back.
    with as_job("intake"):
        person = Identity.objects.get(name="陶小乐").person_id
        profile = profiles.find_profile(person)
    assert profile is not None
    assert profile.records == 3
    assert "other" in {one.source for one in profile.values["name"].statements}


ROLLS_OF_A_PERSON = (
    "SELECT DISTINCT b.source FROM people_link l JOIN people_sighting s USING (record_id)"
    " JOIN people_batch b ON b.id = s.batch_id WHERE l.person_id = %s"
)


def rolls_that_showed(person: int) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(ROLLS_OF_A_PERSON, [person])
        return {row[0] for row in cursor.fetchall()}


def test_not_even_a_query_of_their_own_tells_the_police_which_roll_it_was(two_doses, as_job, acting_as):
    with as_job("intake"):
        person = Identity.objects.get(name="陶小乐").person_id
        assert rolls_that_showed(person) == {"police", "immunisation"}  # guards the next: it is there to be found
    with acting_as("police"):
        assert rolls_that_showed(person) == {"police"}


# ---- the key ----


def test_the_key_is_a_file_of_its_own_and_not_one_of_the_secrets(database):
    from tongdeng import postgres

    home = postgres.home()
    key = Path(home.path / "care.key")
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(settings.TONGDENG_CARE_KEY()) == 32
    assert settings.TONGDENG_CARE_KEY().hex() not in home.secrets.values()


def test_a_process_of_the_web_gets_no_key(two_doses):
    from tongdeng.care import seal

    assert connections["default"].settings_dict["USER"] == "tongdeng_app"
    for use in (lambda: seal.seal({"vaccine": "x"}), lambda: seal.unseal(b""), lambda: seal.row_digest(b"x")):
        with pytest.raises(seal.NoKey):
            use()
