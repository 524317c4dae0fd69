"""The files of a law folder by example, with a word on each of their keys; tests read them, the manual prints them."""

FACTS = """\
facts:
  age_years:          {type: integer, zh: 周岁, en: age in completed years, domain: B}
  income:             {type: decimal, zh: 收入, en: income, unit: CNY per month, domain: E, holder: CIV}
  sex:                {type: code, values: [male, female], zh: 性别, value_labels: {male: {zh: 男}}, domain: B}
  pension_enrolled:   {type: boolean, zh: 已参加养老保险, domain: C, source: hrss, when_absent: false}
  born_on:            {type: date, zh: 出生日期, en: date of birth, domain: B}
  permit_issued_on:   {type: date, zh: 居住证签发日期, en: date of the residence permit, domain: B}
  permit_endorsed_on: {type: date, zh: 居住证签注日期, en: date of its last endorsement, domain: B}
"""
SERVICE = """\
service: POL-09
name: {zh: 居住证签注, en: Endorsement of the residence permit}
bureau: POL                            # the folder's name in capitals
versions:                              # oldest first, no overlap; a gap: the service did not exist then
  - from: 2016-01-01
    until: 2019-12-31                  # inclusive
    basis: [{zh: 居住证暂行条例 §10, en: Interim Regulations on Residence Permits §10, checked: false}]
    conditions: {}                     # everyone
    rhythm: per_event
    occasion: {zh: 居住证即将满一年, en: the permit will soon be a year old}
  - from: 2020-01-01                   # open at the end
    basis: [{zh: 居住证暂行条例 §10, checked: false}]
    provision: residence
    conditions:                        # all must hold
      holds_permit: permit_issued_on is not null
      grown_up: age_years >= 16
    labels: {holds_permit: {zh: 持有居住证, en: holds a permit}}
    rhythm: yearly
    anniversary_of: permit_issued_on
    opens_before: {months: 1}
    done_when: permit_endorsed_on
    statutory: {days: 10, kind: working}
    promised: {days: 1, kind: working}
    fee: free
    materials: [residence_permit]
"""
CASES = """\
- case: unknown age is not a refusal
  as_of: 2026-03-31
  given: {age_years: null, permit_issued_on: 2025-04-10}
  expect: {answer: unknown, unknown: [grown_up]}
- case: a child is refused, for age and nothing else
  as_of: 2026-03-31
  given: {age_years: 15, permit_issued_on: 2025-04-10}
  expect: {answer: no, unmet: [grown_up], unknown: []}
- case: everyone, on the last day of the first version
  as_of: 2019-12-31
  expect: {answer: yes}
- case: the service did not exist yet
  as_of: 2015-12-31
  expect: {answer: none}
"""
SCHEDULE = """\
schedule: child_checks
name: {zh: 儿童健康检查, en: Checks of a child}
basis: [{zh: 国家基本公共卫生服务规范（第三版，2017）, checked: false}]
counted_from: born_on
choices:                               # of the series in a row, one is enough
  - [home, clinic]
steps:
  first_visit:  {name: {zh: 家访, en: visit}, opens: {days: 3}, before: {days: 8}, series: home}
  first_check:  {name: {zh: 门诊, en: check}, opens: {days: 3}, before: {days: 8}, series: clinic}
  month_1:      {name: {zh: 满月, en: at one month}, opens: {days: 28}, until: {months: 3}}
  month_3:      {name: {zh: 三月龄, en: at three months}, opens: {months: 3}, after: {step: month_1, least: {weeks: 4}}}
  each_year:    {name: {zh: 每年, en: each year}, opens: {years: 1}, every: {years: 1}, only: age_years < 7}
"""
EXAMPLES = {
    "facts.yaml": FACTS,
    "services/pol/permit_endorsement.yaml": SERVICE,
    "services/pol/permit_endorsement.cases.yaml": CASES,
    "schedules/child_checks.yaml": SCHEDULE,
}

OF_FACT = {
    "type": "`integer`, `decimal` (two places), `boolean`, `code` or `date`",
    "values": "of a code: all its values",
    "value_labels": "of a code: what a value means, `{zh, en}`",
    "zh": "what people call it, in Chinese",
    "en": "the same in English",
    "unit": "what a number counts, such as `CNY per month`",
    "domain": "its confidentiality, A to G (see `matrix.md`)",
    "source": "the roll that brings it",
    "holder": "the bureau that can settle it where no roll brings it",
    "when_absent": "what it means that a fresh roll of that source does not have the person: `unknown` (the default), "
    "`false` for a boolean, `0` for a number. In a facts file, empty is always unknown",
    "note": "a remark for readers of the file",
}
OF_SERVICE = {
    "service": "the code, unique in the folder; required",
    "name": "`{zh, en}`; `zh` is required",
    "bureau": "the bureau's code; left out: the folder's name in capitals",
    "versions": "the dated versions, oldest first; required",
    "seal": "`care`: the answers stay inside sealed care",
    "summary": "a sentence for residents, `{zh, en}`",
    "note": "a remark",
    "audience": "whom it is for, in words",
    "channels": "where it can be applied for",
    "topic": "the theme it is listed under",
    "plan": "the duty of the county's plan that it answers",
}
OF_VERSION = {
    "from": "its first day; required",
    "until": "its last day; left out: the day before the next version, or open",
    "basis": "the clauses it rests on: `{zh, en, checked, url, note}`; `checked: true` only where the text was read",
    "provision": "who provides: `residence`, `hukou`, `insured_place`, `event_place` or `anyone`",
    "conditions": "name and expression; all must hold; `{}` is everyone; required. A name has no `;`",
    "labels": "what explanations call a condition, `{zh, en}`",
    "rhythm": "`once` (the default), `yearly`, `quarterly`, `monthly`, `per_event`, `continuous`, or "
    "`{schedule: name}`, a file in `schedules/`",
    "due_within": "of `once`: days until it is due, 30 if left out",
    "opens_from": "of `once`: a date fact; each new value of it opens a window anew, and the older one is missed",
    "anniversary_of": "a date fact; due on its anniversary, or on that of the last late one",
    "opens_before": "how long before the anniversary the window opens, `{months, days}`",
    "done_when": "a date fact that proves the service was given on that day",
    "statutory": "the time the law gives, `{days, kind}`; `kind` is `working` (the default) or `calendar`",
    "promised": "the time the bureau promises, likewise",
    "fee": "`free`, or what it costs",
    "materials": "what an applicant brings, as codes of materials",
    "called": "what it was called then, `{zh, en}`",
    "summary": "a sentence for residents, `{zh, en}`",
    "note": "what a resident should know besides, `{zh, en}`",
    "occasion": "what an applicant states by applying, such as a lost card, `{zh, en}`: no roll knows it, so it is no "
    "condition",
    "audience": "whom it is for, in words",
    "channels": "where it can be applied for",
    "evidence": "what proves the conditions",
    "online": "where it can be done on line",
    "where": "where it is done",
    "standard": "what is given, in words",
    "without_application": "whether the bureau proposes it by itself, to be confirmed by the person",
}
OF_CASE = {
    "case": "what the case is about; required",
    "as_of": "the day of the question; required",
    "given": "what is known of the person; a fact left out is unknown",
    "expect": "`answer` (`yes`, `no`, `unknown`, or `none`: not in force that day) and, if it matters, `unmet` and "
    "`unknown` as lists of conditions, in any order; required",
    "note": "a remark",
}
OF_SCHEDULE = {
    "schedule": "its name, which is the file's; required",
    "name": "`{zh, en}`; required",
    "basis": "as in a version",
    "counted_from": "the date fact from which all steps count",
    "choices": "rows of series of which one is enough",
    "steps": "the appointments by code, in order; required",
    "note": "a remark",
}
OF_STEP = {
    "name": "`{zh, en}`; required",
    "counted_from": "another date fact than the schedule's",
    "opens": "when it opens, as a span: `{years, months, weeks, days}`; required",
    "before": "the span by which it should be done",
    "until": "the span from which it is not given any more",
    "every": "how often it comes again",
    "after": "another step and the least distance from it, `{step, least}`",
    "only": "a condition; the step is for those for whom it is true",
    "series": "the series it belongs to, for `choices`",
    "note": "a remark",
}
