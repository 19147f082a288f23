//! The examples of RFC 5545 §3.8.5.3 and RFC 7529 §5, and what rules do at their edges.

use std::time::{Duration, Instant};

use chrono::NaiveDateTime;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::date::{format_local, parse_local};

fn local(text: &str) -> NaiveDateTime {
    let text = if text.len() == 10 { format!("{text}T09:00:00") } else { text.to_owned() };
    parse_local(&text).unwrap()
}

/// The first of the rule's times, days only where they are at nine o'clock.
fn check(start: &str, rule: &str, expect: &str) {
    let rule: Rule = rule.parse().unwrap();
    let expect: Vec<&str> = expect.split_whitespace().collect();
    let endless = expect.last() == Some(&"…");
    let wanted = expect.len() - usize::from(endless);
    let found: Vec<String> = rule
        .expand(local(start))
        .take(if endless { wanted } else { 1000 })
        .map(|time| format_local(time).trim_end_matches("T09:00:00").to_owned())
        .collect();
    assert_eq!(found, expect[..wanted], "{rule}");
}

#[test]
fn the_examples_of_rfc_5545_give_what_it_says() {
    check("1997-09-02", "FREQ=DAILY;COUNT=3", "1997-09-02 1997-09-03 1997-09-04");
    check("1997-09-02", "FREQ=DAILY;INTERVAL=10;COUNT=5", "1997-09-02 1997-09-12 1997-09-22 1997-10-02 1997-10-12");
    check("1997-09-02", "FREQ=WEEKLY;INTERVAL=2;WKST=SU", "1997-09-02 1997-09-16 1997-09-30 1997-10-14 …");
    check(
        "1997-09-02",
        "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH",
        "1997-09-02 1997-09-04 1997-09-09 1997-09-11 1997-09-16 1997-09-18 1997-09-23 1997-09-25 1997-09-30 1997-10-02",
    );
    check(
        "1997-09-01",
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971001T000000;WKST=SU;BYDAY=MO,WE,FR",
        "1997-09-01 1997-09-03 1997-09-05 1997-09-15 1997-09-17 1997-09-19 1997-09-29",
    );
    check("1997-09-05", "FREQ=MONTHLY;COUNT=4;BYDAY=1FR", "1997-09-05 1997-10-03 1997-11-07 1997-12-05");
    check(
        "1997-09-07",
        "FREQ=MONTHLY;INTERVAL=2;COUNT=6;BYDAY=1SU,-1SU",
        "1997-09-07 1997-09-28 1997-11-02 1997-11-30 1998-01-04 1998-01-25",
    );
    check("1997-09-22", "FREQ=MONTHLY;COUNT=3;BYDAY=-2MO", "1997-09-22 1997-10-20 1997-11-17");
    check("1997-09-28", "FREQ=MONTHLY;BYMONTHDAY=-3", "1997-09-28 1997-10-29 1997-11-28 1997-12-29 …");
    check("1997-09-30", "FREQ=MONTHLY;COUNT=4;BYMONTHDAY=1,-1", "1997-09-30 1997-10-01 1997-10-31 1997-11-01");
    check("1997-06-10", "FREQ=YEARLY;COUNT=4;BYMONTH=6,7", "1997-06-10 1997-07-10 1998-06-10 1998-07-10");
    check(
        "1997-01-01",
        "FREQ=YEARLY;INTERVAL=3;COUNT=5;BYYEARDAY=1,100,200",
        "1997-01-01 1997-04-10 1997-07-19 2000-01-01 2000-04-09",
    );
    check("1997-05-19", "FREQ=YEARLY;BYDAY=20MO", "1997-05-19 1998-05-18 1999-05-17 …");
    check("1997-05-12", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "1997-05-12 1998-05-11 1999-05-17 …");
    check("1997-03-13", "FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "1997-03-13 1997-03-20 1997-03-27 1998-03-05 …");
    check("1998-02-13", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1998-02-13 1998-03-13 1998-11-13 1999-08-13 …");
    check(
        "1997-09-13",
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        "1997-09-13 1997-10-11 1997-11-08 1997-12-13 …",
    );
    check(
        "1996-11-05",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "1996-11-05 2000-11-07 2004-11-02 …",
    );
    check("1997-09-04", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04 1997-10-07 1997-11-06");
    check("1997-09-29", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09-29 1997-10-30 1997-11-27 …");
    check(
        "1997-09-02",
        "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000",
        "1997-09-02 1997-09-02T12:00:00 1997-09-02T15:00:00",
    );
    check("1997-09-02", "FREQ=MINUTELY;INTERVAL=15;COUNT=3", "1997-09-02 1997-09-02T09:15:00 1997-09-02T09:30:00");
    check(
        "1997-09-02",
        "FREQ=DAILY;BYHOUR=9,10;BYMINUTE=0,40",
        "1997-09-02 1997-09-02T09:40:00 1997-09-02T10:00:00 1997-09-02T10:40:00 1997-09-03 …",
    );
    check(
        "1997-08-05",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        "1997-08-05 1997-08-10 1997-08-19 1997-08-24",
    );
    check(
        "1997-08-05",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        "1997-08-05 1997-08-17 1997-08-19 1997-08-31",
    );
    check(
        "2007-01-15",
        "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
        "2007-01-15 2007-01-30 2007-02-15 2007-03-15 2007-03-30",
    );
}

#[test]
fn a_date_that_does_not_exist_is_left_out_or_moved_as_rfc_7529_says() {
    check("2014-01-31", "FREQ=MONTHLY;COUNT=4", "2014-01-31 2014-03-31 2014-05-31 2014-07-31");
    check("2014-01-31", "FREQ=MONTHLY;SKIP=BACKWARD;COUNT=4", "2014-01-31 2014-02-28 2014-03-31 2014-04-30");
    check("2014-01-31", "FREQ=MONTHLY;SKIP=FORWARD;COUNT=4", "2014-01-31 2014-03-01 2014-03-31 2014-05-01");
    check("2012-02-29", "FREQ=YEARLY;SKIP=FORWARD;COUNT=4", "2012-02-29 2013-03-01 2014-03-01 2015-03-01");
    check("2012-02-29", "FREQ=YEARLY;COUNT=3", "2012-02-29 2016-02-29 2020-02-29");
    check(
        "2014-01-01",
        "FREQ=MONTHLY;BYMONTHDAY=1,31;SKIP=FORWARD;COUNT=5",
        "2014-01-01 2014-01-31 2014-02-01 2014-03-01 2014-03-31",
    );
}

#[test]
fn the_start_is_the_first_whether_or_not_the_rule_gives_it() {
    check("1997-09-02", "FREQ=WEEKLY;BYDAY=MO;COUNT=3", "1997-09-02 1997-09-08 1997-09-15");
}

#[test]
fn a_rule_without_an_end_ends_with_the_last_year() {
    let mut walk = "FREQ=YEARLY".parse::<Rule>().unwrap().expand(local("9990-05-05"));
    assert_eq!(walk.by_ref().count(), 10);
    assert_eq!(walk.ended(), Some(Ended::LastYear));
    let mut walk = "FREQ=YEARLY;COUNT=2".parse::<Rule>().unwrap().expand(local("9990-05-05"));
    assert_eq!(walk.by_ref().count(), 2);
    assert_eq!(walk.ended(), Some(Ended::Complete));
}

#[test]
fn rules_that_never_match_end_in_bounded_time() {
    for rule in [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
        "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=4",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY;INTERVAL=60;BYSECOND=30",
        "FREQ=MINUTELY;INTERVAL=1440;BYHOUR=3",
        "FREQ=SECONDLY;INTERVAL=2147483647;BYHOUR=3;BYYEARDAY=366;BYMONTH=1",
        "FREQ=DAILY;BYSETPOS=5",
        "FREQ=YEARLY;INTERVAL=2147483647",
    ] {
        let begun = Instant::now();
        let mut walk = rule.parse::<Rule>().unwrap().expand(local("2026-01-05"));
        assert_eq!(walk.by_ref().count(), 1, "{rule}");
        assert!(walk.ended().is_some());
        assert!(begun.elapsed() < Duration::from_secs(2), "{rule}");
    }
}

#[test]
fn a_range_far_away_is_jumped_to() {
    for rule in
        ["FREQ=DAILY", "FREQ=SECONDLY;INTERVAL=7", "FREQ=MONTHLY;INTERVAL=5;BYDAY=-1FR", "FREQ=WEEKLY;INTERVAL=3"]
    {
        let from = "9000-01-01";
        let begun = Instant::now();
        let rule: Rule = rule.parse().unwrap();
        let found = rule.expand(local("1997-09-02")).from(local(from)).next().unwrap();
        assert!(begun.elapsed() < Duration::from_millis(50), "{rule}");
        // What it finds is what a walk finds.
        if rule.frequency > Frequency::Hourly {
            let walked = rule.expand(local("1997-09-02")).find(|time| *time >= local(from));
            assert_eq!(Some(found), walked, "{rule}");
        }
    }
}

#[test]
fn hours_that_the_clock_skips_are_left_out_and_not_counted() {
    let berlin = crate::zone::Zone::named("Europe/Berlin").unwrap();
    let start = local("2026-03-29T00:30:00");
    let rule: Rule = "FREQ=HOURLY;COUNT=3".parse().unwrap();
    let hours: Vec<String> = rule.expand(start).skipping(&berlin).map(format_local).collect();
    assert_eq!(hours, ["2026-03-29T00:30:00", "2026-03-29T01:30:00", "2026-03-29T03:30:00"]);
    let daily: Rule = "FREQ=DAILY;COUNT=2".parse().unwrap();
    let days = daily.expand(local("2026-03-28T02:30:00")).skipping(&berlin);
    assert_eq!(days.count(), 2);
}

#[test]
fn what_is_wrong_in_a_rule_is_named() {
    fn pointer(rule: serde_json::Value) -> String {
        match Rule::from_json(&rule).unwrap_err() {
            RuleError::Invalid(invalid) => invalid.pointer,
            RuleError::Scale(scale) => format!("scale {scale}"),
        }
    }
    assert_eq!(pointer(json!({})), "frequency");
    assert_eq!(pointer(json!({"frequency": "fortnightly"})), "frequency");
    assert_eq!(pointer(json!({"frequency": "daily", "interval": 0})), "interval");
    assert_eq!(pointer(json!({"frequency": "daily", "byMonth": ["1", "13"]})), "byMonth/1");
    assert_eq!(pointer(json!({"frequency": "monthly", "byDay": [{"day": "xx"}]})), "byDay/0/day");
    assert_eq!(
        pointer(json!({"frequency": "weekly", "byDay": [{"day": "mo", "nthOfPeriod": 1}]})),
        "byDay/0/nthOfPeriod"
    );
    assert_eq!(pointer(json!({"frequency": "daily", "count": 1, "until": "2026-01-01T00:00:00"})), "until");
    assert_eq!(pointer(json!({"frequency": "daily", "byHour": vec![1; 2000]})), "byHour");
    assert_eq!(pointer(json!({"frequency": "yearly", "rscale": "hebrew", "byMonth": ["5L"]})), "scale hebrew");
}

prop_compose! {
    /// Any rule at all.
    pub(crate) fn any_rule()(
        frequency in 0usize..7, interval in 1u32..40, skip in 0u8..3, first_day in 0u8..7,
        by_day in prop::collection::vec((0u8..7, prop::option::of(-5i32..=5)), 0..4),
        by_month_day in prop::collection::vec(-31i32..=31, 0..3), by_month in prop::collection::vec(1u32..=12, 0..3),
        by_year_day in prop::collection::vec(-366i32..=366, 0..3), by_week_no in prop::collection::vec(-53i32..=53, 0..3),
        times in (prop::collection::vec(0u32..24, 0..3), prop::collection::vec(0u32..60, 0..3), prop::collection::vec(0u32..=60, 0..3)),
        positions in prop::collection::vec(-4i32..=4, 0..3), count in prop::option::of(1u32..200),
        sparse in any::<[bool; 9]>(),
    ) -> Rule {
        let frequencies = [Frequency::Secondly, Frequency::Minutely, Frequency::Hourly, Frequency::Daily, Frequency::Weekly, Frequency::Monthly, Frequency::Yearly];
        let mut rule = Rule::every(frequencies[frequency]);
        rule.interval = interval;
        rule.skip = [Skip::Omit, Skip::Backward, Skip::Forward][usize::from(skip)];
        rule.first_day = first_day;
        rule.count = count;
        let nth_counts = rule.frequency >= Frequency::Monthly && (by_week_no.is_empty() || !sparse[3]);
        if sparse[0] { rule.by_day = by_day.into_iter().map(|(day, nth)| NthDay { day, nth: nth.filter(|nth| nth_counts && *nth != 0) }).collect(); }
        if sparse[1] { rule.by_month_day = by_month_day.into_iter().filter(|day| *day != 0).collect(); }
        if sparse[2] { rule.by_month = by_month; }
        if sparse[3] { rule.by_week_no = by_week_no.into_iter().filter(|week| *week != 0).collect(); }
        if sparse[4] && sparse[5] { rule.by_year_day = by_year_day.into_iter().filter(|day| *day != 0).collect(); }
        if sparse[6] { (rule.by_hour, rule.by_minute, rule.by_second) = times; }
        if sparse[7] && sparse[8] { rule.by_set_position = positions.into_iter().filter(|position| *position != 0).collect(); }
        rule.sort();
        rule
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_rule_survives_json_and_text(rule in any_rule()) {
        prop_assert_eq!(Rule::from_json(&rule.to_json()).unwrap(), rule.clone());
        prop_assert_eq!(rule.to_string().parse::<Rule>().unwrap(), rule);
    }

    #[test]
    fn a_jump_finds_what_a_walk_finds(rule in any_rule(), days in 0i64..3000, seconds in 0i64..86_400) {
        let start = local("1999-12-30T23:58:57");
        let from = start + chrono::TimeDelta::seconds(days * 86_400 + seconds);
        let to = from + chrono::TimeDelta::days(400);
        let walked: Vec<_> = rule.expand(start).to(to).skip_while(|time| *time < from).take(20).collect();
        let jumped: Vec<_> = rule.expand(start).from(from).to(to).take(20).collect();
        // A walk of seconds over years may be given up before it is there.
        if rule.frequency >= Frequency::Hourly {
            prop_assert_eq!(walked, jumped);
        }
    }

    #[test]
    fn times_ascend_and_each_is_allowed_by_the_filters(rule in any_rule()) {
        let start = local("1999-12-30T23:58:57");
        let times: Vec<_> = rule.expand(start).to(local("2040-01-01")).take(300).collect();
        prop_assert!(times.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert_eq!(times.first(), Some(&start));
        if rule.skip == Skip::Omit {
            use chrono::{Datelike, Timelike};
            for time in &times[1..] {
                prop_assert!(rule.by_month.is_empty() || rule.by_month.contains(&time.month()));
                prop_assert!(rule.by_hour.is_empty() || rule.by_hour.contains(&time.hour()));
                prop_assert!(rule.by_day.is_empty() || rule.by_day.iter().any(|day| u32::from(day.day) == time.weekday().num_days_from_monday()));
            }
        }
    }
}
