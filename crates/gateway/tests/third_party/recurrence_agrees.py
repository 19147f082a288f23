"""Recurrence gives what two libraries give that were not written here: dateutil from PyPI and ical.js from npm.

    python recurrence_agrees.py [ORIGIN ADDRESS PASSWORD] [--rules N] [--seed N]

Random rules, zones, exceptions and extra dates; each is written as an event in iCalendar and read by Owlet, so that the
conversion is tested with it. dateutil and ical.js know no zones here: they give local times, and Python's zoneinfo, on the
same version of the database, says which instants these are. Where the three read RFC 5545 differently, a comment says
how and why Owlet does as it does. (It needs no gateway; what it is told of one it does not use.)
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import warnings
from datetime import datetime, timedelta, timezone
from pathlib import Path

os.environ["PYTHONTZPATH"] = ""  # The database of the package tzdata, not that of this machine.
from zoneinfo import ZoneInfo  # noqa: E402

from dateutil.rrule import rrulestr  # noqa: E402

ROOT = Path(__file__).resolve().parents[4]
ICAL_JS = "ical.js@2.2.1"
NPM = ROOT / "target/third-party/npm"
ZONES = [None, "Etc/UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca",
         "America/Santiago", "Pacific/Apia"]
FREQUENCIES = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"]
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
WINDOW = {"YEARLY": 40 * 366, "MONTHLY": 12 * 366, "WEEKLY": 5 * 366, "DAILY": 3 * 366, "HOURLY": 90, "MINUTELY": 2,
          "SECONDLY": 0.05}
MOST = 100

warnings.simplefilter("ignore")  # COUNT and UNTIL together, which dateutil takes and says that it will not.


def some(values, most=3):
    return sorted(random.sample(list(values), random.randint(1, most)))


def chance(probability):
    return random.random() < probability


def random_rule(start):
    """A rule as a dictionary, of the parts that RFC 5545 allows with its frequency."""
    frequency = random.choices(FREQUENCIES, [4, 5, 4, 4, 2, 1, 1])[0]
    rule = {"FREQ": frequency}
    if chance(0.4):
        rule["INTERVAL"] = random.randint(2, 5)
    coarse = frequency in ("YEARLY", "MONTHLY")
    if chance(0.3):
        rule["BYMONTH"] = some(range(1, 13))
    if chance(0.15) and frequency == "YEARLY":
        # Of negative weeks dateutil only knows the last of a year that begins in it.
        rule["BYWEEKNO"] = some(range(1, 54))
    if chance(0.15) and frequency in ("YEARLY", "HOURLY", "MINUTELY", "SECONDLY") and "BYWEEKNO" not in rule:
        rule["BYYEARDAY"] = some([*range(1, 367), *range(-366, 0)])
    if chance(0.3) and frequency != "WEEKLY":
        rule["BYMONTHDAY"] = some([*range(1, 32), *range(-31, 0)])
    if chance(0.4):
        days = some(DAYS)
        # "The fifth Friday of the year if it is a third" JSCalendar cannot say: days of the month bring the months with them
        # there (RFC 8984 §4.3.3.1), and Fridays are counted in those.
        odd = frequency == "YEARLY" and "BYMONTHDAY" in rule and "BYMONTH" not in rule
        if coarse and "BYWEEKNO" not in rule and not odd and chance(0.5):
            days = [f"{random.choice([1, 2, 3, 4, -1, -2, 5])}{day}" for day in days]
        rule["BYDAY"] = days
    if chance(0.2):
        rule["BYHOUR"] = some(range(24))
    if chance(0.15):
        rule["BYMINUTE"] = some(range(60))
    if chance(0.1):
        rule["BYSECOND"] = some(range(60))
    if chance(0.2) and len(rule) > 2:
        rule["BYSETPOS"] = some([1, 2, 3, -1, -2], 2)
    if chance(0.3):
        rule["WKST"] = random.choice(DAYS)
    if chance(0.3):
        rule["COUNT"] = random.randint(1, 40)
    elif chance(0.3):
        rule["UNTIL"] = start + timedelta(days=random.uniform(0, WINDOW[frequency]))
        rule["UNTIL"] = rule["UNTIL"].replace(microsecond=0)
    return rule


def written(rule, until=lambda time: time.strftime("%Y%m%dT%H%M%S")):
    def value(part):
        if isinstance(part, list):
            return ",".join(map(str, part))
        return until(part) if isinstance(part, datetime) else str(part)

    return ";".join(f"{name}={value(part)}" for name, part in rule.items())


def to_utc(local, zone):
    """A time that the clock skips is read with the offset before, one that comes twice is the first (RFC 5545 §3.3.5)."""
    return local.replace(tzinfo=ZoneInfo(zone) if zone else timezone.utc, fold=0).astimezone(timezone.utc)


def is_skipped(local, zone):
    return zone is not None and to_utc(local, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local


class Case:
    def __init__(self):
        self.zone = random.choice(ZONES)
        self.start = datetime(random.randint(1998, 2030), random.randint(1, 12), random.randint(1, 28), random.randint(0, 23),
                              random.choice([0, 30, random.randint(0, 59)]), 0)
        if chance(0.1):
            self.start = self.start.replace(month=random.choice([1, 3, 5]), day=31)
        if chance(0.05):
            self.start = self.start.replace(year=random.choice([2000, 2004, 2024]), month=2, day=29)
        self.rule = random_rule(self.start)
        self.end = self.start + timedelta(days=WINDOW[self.rule["FREQ"]])
        self.extra, self.excluded = [], []

    def locals(self, times):
        """What a library's local times are, as RFC 5545 counts them."""
        found = [self.start]
        # The start is the first, whether or not the rule gives it, and counts: dateutil leaves out one that it does not
        # give (RFC 5545 §3.8.5.3: "always counts as the first occurrence").
        for time in times:
            if time <= self.start:
                continue
            if len(found) >= self.rule.get("COUNT", MOST + 1):
                break
            # Hours and less that the clock skips are none, and not counted (§3.3.10): moved, they would fall on others.
            # Days and more are kept and moved, as every calendar does. The libraries know no zone and keep both.
            if self.rule["FREQ"] in FREQUENCIES[4:] and is_skipped(time, self.zone):
                continue
            if time > self.end:
                break
            found.append(time)
            if len(found) > MOST:
                break
        return found

    def expected(self, times):
        found = set(self.locals(times)) | set(self.extra)
        return sorted(to_utc(time, self.zone) for time in found - set(self.excluded))

    def by_dateutil(self):
        rule = dict(self.rule)
        rule.pop("COUNT", None)
        rule["UNTIL"] = min(rule.get("UNTIL", self.end), self.end)
        if "BYWEEKNO" in rule and not rule.keys() & {"BYDAY", "BYMONTHDAY"}:
            # Week 20 is the start's day of it, as what a rule does not say comes from the start; dateutil takes all seven.
            rule["BYDAY"] = [DAYS[self.start.weekday()]]
        try:
            return iter(rrulestr(written(rule), dtstart=self.start))
        except ValueError as error:
            # It says of some rules at once that they give nothing.
            assert "empty set" in str(error), error
            return iter([])

    def is_like_dateutil(self):
        # dateutil begins the first week with the start's day, so that positions count from there; here a period is whole.
        if "BYSETPOS" in self.rule and self.rule["FREQ"] == "WEEKLY":
            return False
        # For the days before a year's first week dateutil counts the weeks of the year before by the length of this one
        # (rrule.py, _iterinfo.rebuild), and takes some week 52 for a 53: 1 January 2022 is in week 52 of 2021.
        return not set(self.rule.get("BYWEEKNO", [])) & {52, 53}

    def is_like_ical_js(self):
        """What ical.js does otherwise, found by this test and read in its source (lib/ical/recur_iterator.js)."""
        rule, frequency = self.rule, self.rule["FREQ"]
        parts = rule.keys()
        return not (
            # It says itself that it cannot combine these, or takes one of them only.
            "BYWEEKNO" in parts
            or "BYYEARDAY" in parts
            # Positions: only of MONTHLY, and there of days without times.
            or "BYSETPOS" in parts
            # Of several times of day it gives the first of a year, and times of a month's first day that is none of its days.
            or parts & {"BYHOUR", "BYMINUTE", "BYSECOND"}
            # It expands BYDAY and BYMONTHDAY of a year as a union, or not at all.
            or (frequency == "YEARLY" and parts & {"BYDAY", "BYMONTHDAY"})
            or (frequency == "MONTHLY" and {"BYDAY", "BYMONTHDAY"} <= parts)
            # Where the start's month is not among those of BYMONTH, it begins with days of that month, or a year late.
            or self.start.month not in rule.get("BYMONTH", [self.start.month])
            # The 29th of February it moves to the 1st of March, which only RFC 7529 has a word for (SKIP=FORWARD).
            or (frequency == "YEARLY" and self.start.day > 28)
            # In months of BYMONTH it forgets the interval; in days it does not count from the end of the month.
            or (frequency == "MONTHLY" and {"BYMONTH", "INTERVAL"} <= parts)
            or (frequency == "DAILY" and any(day < 0 for day in rule.get("BYMONTHDAY", [])))
            # Below a day it moves on by its interval after each part that does not match, and leaves the period.
            or (frequency in FREQUENCIES[4:] and parts & {"BYMONTH", "BYMONTHDAY", "BYDAY"})
        )

    def ics(self):
        def dates(name, times):
            return f"{name}{parameter}:{','.join(map(stamp, times))}\r\n" if times else ""

        def stamp(time):
            return time.strftime("%Y%m%dT%H%M%S") + ("Z" if self.zone == "Etc/UTC" else "")

        def until(time):
            return stamp(time) if self.zone is None else to_utc(time, self.zone).strftime("%Y%m%dT%H%M%SZ")

        parameter = f";TZID={self.zone}" if self.zone not in (None, "Etc/UTC") else ""
        return (f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTAMP:20260101T000000Z\r\n"
                f"DTSTART{parameter}:{stamp(self.start)}\r\nRRULE:{written(self.rule, until)}\r\n"
                f"{dates('RDATE', self.extra)}{dates('EXDATE', self.excluded)}END:VEVENT\r\nEND:VCALENDAR\r\n")

    def question(self):
        # One second more, since a range does not hold its end.
        to = to_utc(self.end, self.zone) + timedelta(seconds=1)
        return {"ics": self.ics(), "from": utc(to_utc(self.start, self.zone) - timedelta(days=2)), "to": utc(to), "max": 4 * MOST}


def utc(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def owlet(cases):
    program = [os.environ.get("CARGO", "cargo"), "run", "--quiet", "--package", "owlet-scheduling", "--example", "expand"]
    questions = "".join(json.dumps(case.question()) + "\n" for case in cases)
    answers = subprocess.run(program, cwd=ROOT, input=questions, capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in answers.splitlines()]


def by_ical_js(cases):
    name, version = ICAL_JS.split("@")
    package = NPM / "node_modules" / name / "package.json"
    if not package.exists() or json.loads(package.read_text())["version"] != version:
        NPM.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--no-save", "--no-package-lock", "--silent", "--prefix", NPM, ICAL_JS], check=True)
    # Where a rule gives nothing more, it never ends: then it is interrupted, and nothing is compared.
    script = """
        import ICAL from "ical.js";
        import { createInterface } from "node:readline";
        import { runInNewContext } from "node:vm";
        const walk = ({ rule, start, end, most }) => {
            const times = ICAL.Recur.fromString(rule).iterator(ICAL.Time.fromString(start));
            const found = [];
            for (let time; found.length <= most && (time = times.next()) && time.toString() <= end; ) found.push(time.toString());
            return found;
        };
        for await (const line of createInterface({ input: process.stdin })) {
            let found = null;
            try {
                found = runInNewContext("walk()", { walk: () => walk(JSON.parse(line)) }, { timeout: 300 });
            } catch (error) {
                if (error.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
            }
            console.log(JSON.stringify(found));
        }
    """
    questions = ""
    for case in cases:
        rule = {name: part for name, part in case.rule.items() if name != "COUNT"}
        rule["UNTIL"] = min(rule.get("UNTIL", case.end), case.end)
        question = {"rule": written(rule), "start": case.start.isoformat(), "end": case.end.isoformat(), "most": 2 * MOST}
        questions += json.dumps(question) + "\n"
    answers = subprocess.run(["node", "--input-type=module", "--eval", script], cwd=NPM, input=questions,
                             stdout=subprocess.PIPE, text=True, check=True).stdout
    answers = map(json.loads, answers.splitlines())
    return [answer and [datetime.fromisoformat(time) for time in answer] for answer in answers]


def in_time(ask, seconds=0.3):
    """What is answered in time. dateutil walks to the year 9999 where a rule gives nothing; that Owlet does not, its own
    tests say."""
    def stop(*_):
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return ask()
    except TimeoutError:
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def compare(library, case, expected, answer):
    if isinstance(answer, str):
        return f"{library}: {case.ics()}\n  owlet: {answer}"
    expected = [utc(time) for time in expected][:MOST]
    answer = answer[:len(expected)] if len(expected) == MOST else answer
    if expected == answer[:MOST]:
        return None
    first = next((i for i, pair in enumerate(zip(expected, answer)) if pair[0] != pair[1]), min(len(expected), len(answer)))
    return (f"{library}: {written(case.rule)} from {case.start} {case.zone} +{len(case.extra)} -{len(case.excluded)}\n"
            f"  {library}: {expected[max(0, first - 1):first + 4]} ({len(expected)})\n"
            f"  owlet: {answer[max(0, first - 1):first + 4]} ({len(answer)})")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("gateway", nargs="*")
    arguments.add_argument("--rules", type=int, default=2000)
    # The same rules each time, so that a failure is the code's; other seeds are for looking further.
    arguments.add_argument("--seed", type=int, default=2026)
    arguments = arguments.parse_args()
    print(f"recurrence: {arguments.rules} rules, seed {arguments.seed}")
    random.seed(arguments.seed)

    cases, given = [], []
    while len(cases) < arguments.rules:
        case = Case()
        times = in_time(lambda case=case: case.locals(case.by_dateutil()))
        if times is not None:
            if len(times) > MOST:
                case.end = times[-1]
            cases.append(case)
            given.append(times)
    for case, times in zip(cases, given):
        if chance(0.4):
            case.excluded = some(times[:20], min(3, len(times[:20])))
        if chance(0.3):
            times = [case.start + timedelta(minutes=random.randint(1, 100_000)) for _ in range(2)]
            case.extra = sorted({time for time in times if time <= case.end and not is_skipped(time, case.zone)})

    answers = owlet(cases)
    differences = []
    checked = {"dateutil": 0, "ical.js": 0}
    for case, answer, times in zip(cases, answers, given, strict=True):
        if case.is_like_dateutil():
            checked["dateutil"] += 1
            differences.append(compare("dateutil", case, case.expected(times), answer))
    like = [(case, answer) for case, answer in zip(cases, answers) if case.is_like_ical_js()]
    for (case, answer), times in zip(like, by_ical_js([case for case, _ in like]), strict=True):
        if times is None:
            continue
        checked["ical.js"] += 1
        differences.append(compare("ical.js", case, case.expected(times), answer))
    differences = [difference for difference in differences if difference]
    for difference in differences[:20]:
        print(difference)
    print(f"recurrence: compared {checked}, {len(differences)} differ")
    sys.exit(bool(differences))


if __name__ == "__main__":
    main()
