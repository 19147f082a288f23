//! Dates and times in the reader's zone, language and habits, by `Intl`.
//!
//! Times are milliseconds since 1970. Which day a time falls on is the reader's own calendar day.

use std::cell::RefCell;
use std::collections::HashMap;

use js_sys::{Date, Function, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

use super::browser::language;
use super::t;

/// Milliseconds of a day without a change of clocks.
pub const DAY: f64 = 86_400_000.0;

type Options = &'static [(&'static str, &'static str)];

const TIME: Options = &[("hour", "numeric"), ("minute", "2-digit")];
const WEEKDAY: Options = &[("weekday", "long")];
const WEEKDAY_SHORT: Options = &[("weekday", "short")];
const MONTH: Options = &[("month", "long")];
const DAY_MONTH_LONG: Options = &[("day", "numeric"), ("month", "long")];
const DATE_LONG: Options = &[("day", "numeric"), ("month", "long"), ("year", "numeric")];
const DAY_WORDS: Options = &[("weekday", "long"), ("day", "numeric"), ("month", "long")];
const MONTH_YEAR: Options = &[("month", "long"), ("year", "numeric")];
const DAY_MONTH: Options = &[("day", "numeric"), ("month", "short")];
const DAY_MONTH_YEAR: Options = &[("day", "numeric"), ("month", "short"), ("year", "numeric")];
const HOUR: Options = &[("hour", "numeric")];
const WEEKDAY_NARROW: Options = &[("weekday", "narrow")];
const DAY_FULL: Options = &[("weekday", "long"), ("day", "numeric"), ("month", "long"), ("year", "numeric")];
const FULL: Options = &[
    ("weekday", "long"),
    ("day", "numeric"),
    ("month", "long"),
    ("year", "numeric"),
    ("hour", "numeric"),
    ("minute", "2-digit"),
];

thread_local! {
    static FORMATS: RefCell<HashMap<*const (&'static str, &'static str), Function>> = RefCell::new(HashMap::new());
}

fn say(millis: f64, options: Options) -> String {
    let format = FORMATS.with_borrow_mut(|formats| {
        formats
            .entry(options.as_ptr())
            .or_insert_with(|| {
                let wishes = Object::new();
                for (name, value) in options {
                    // Setting a property of a plain object cannot fail.
                    let _ = Reflect::set(&wishes, &(*name).into(), &(*value).into());
                }
                Intl::DateTimeFormat::new(&language(), &wishes).format()
            })
            .clone()
    });
    let date = Date::new(&millis.into());
    format.call1(&JsValue::UNDEFINED, &date).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// Now.
pub fn now() -> f64 {
    Date::now()
}

/// The calendar day of a time, as a count of days; differs by one from one day to the next.
pub fn day(millis: f64) -> i64 {
    let date = Date::new(&millis.into());
    let offset = date.get_timezone_offset() * 60_000.0;
    ((millis - offset) / DAY).floor() as i64
}

/// Minutes since midnight on the reader's clock.
pub fn minute(millis: f64) -> i64 {
    let date = Date::new(&millis.into());
    i64::from(date.get_hours()) * 60 + i64::from(date.get_minutes())
}

/// "8" or "8 AM": an hour beside its line.
pub fn hour(millis: f64) -> String {
    let said = say(millis, HOUR);
    // Some say "08": with nothing after it that is no more than "8".
    said.strip_prefix('0').filter(|rest| !rest.is_empty()).map(str::to_owned).unwrap_or(said)
}

/// "10:12".
pub fn time(millis: f64) -> String {
    say(millis, TIME)
}

/// For a list: the time of today, the weekday within a week, else the date.
pub fn short(millis: f64, now: f64) -> String {
    let age = day(now) - day(millis);
    if age == 0 {
        time(millis)
    } else if (1..7).contains(&age) {
        say(millis, WEEKDAY_SHORT)
    } else if same_year(millis, now) {
        say(millis, DAY_MONTH)
    } else {
        say(millis, DAY_MONTH_YEAR)
    }
}

/// For a list under the [heads](group) of days: the time of this week, else the date.
pub fn under_head(millis: f64, now: f64) -> String {
    if (0..7).contains(&(day(now) - day(millis))) { time(millis) } else { short(millis, now) }
}

/// For the head of a mail: "10:12" today, else the day and the time.
pub fn medium(millis: f64, now: f64) -> String {
    if day(now) == day(millis) { time(millis) } else { format!("{} {}", short(millis, now), time(millis)) }
}

/// Everything: weekday, date, time.
pub fn full(millis: f64) -> String {
    say(millis, FULL)
}

/// "November 2026".
pub fn month_year(millis: f64) -> String {
    say(millis, MONTH_YEAR)
}

/// "Wednesday, 25 November 2026": a day, for the name of its cell.
pub fn day_full(millis: f64) -> String {
    say(millis, DAY_FULL)
}

/// "Wednesday".
pub fn weekday(millis: f64) -> String {
    say(millis, WEEKDAY)
}

/// "November".
pub fn month(millis: f64) -> String {
    say(millis, MONTH)
}

/// "25 November".
pub fn day_month_long(millis: f64) -> String {
    say(millis, DAY_MONTH_LONG)
}

/// "25 November 2026".
pub fn date_long(millis: f64) -> String {
    say(millis, DATE_LONG)
}

/// "Wednesday 25 November".
pub fn day_words(millis: f64) -> String {
    say(millis, DAY_WORDS)
}

/// "Wed".
pub fn weekday_short(millis: f64) -> String {
    say(millis, WEEKDAY_SHORT)
}

/// "25 Nov".
pub fn day_month_short(millis: f64) -> String {
    say(millis, DAY_MONTH)
}

/// "W": a day of the week at its shortest.
pub fn weekday_narrow(millis: f64) -> String {
    say(millis, WEEKDAY_NARROW)
}

/// The day that weeks begin with where the reader is: 0 is Monday.
pub fn first_weekday() -> u32 {
    let locale =
        |name: &str| Reflect::get(&js_sys::global(), &"Intl".into()).and_then(|it| Reflect::get(&it, &name.into()));
    let info = || -> Result<JsValue, JsValue> {
        let resolved = Intl::DateTimeFormat::new(&language(), &Object::new()).resolved_options();
        let name = Reflect::get(&resolved, &"locale".into())?;
        let here = Reflect::construct(&locale("Locale")?.into(), &js_sys::Array::of1(&name))?;
        // A method by now, once a property.
        match Reflect::get(&here, &"getWeekInfo".into())? {
            method if method.is_function() => Function::from(method).call0(&here),
            _ => Reflect::get(&here, &"weekInfo".into()),
        }
    };
    let first = info().and_then(|info| Reflect::get(&info, &"firstDay".into())).ok().and_then(|day| day.as_f64());
    first.map_or(0, |day| (day as u32 + 6) % 7)
}

/// Which group of a list a time is in: the same number for times under the same [head](group).
pub fn group_number(millis: f64, now: f64) -> i64 {
    match day(now) - day(millis) {
        i64::MIN..=0 => 0,
        age @ 1..=6 => age,
        7..=13 => 7,
        14.. => {
            let date = Date::new(&millis.into());
            -(i64::from(date.get_full_year()) * 12 + i64::from(date.get_month()))
        }
    }
}

/// The head of a group in a list: Today, Yesterday, Monday, Last week, October, October 2025.
pub fn group(millis: f64, now: f64) -> String {
    let age = day(now) - day(millis);
    match age {
        i64::MIN..=0 => t("locale.today"),
        1 => t("locale.yesterday"),
        2..=6 => say(millis, WEEKDAY),
        7..=13 => t("locale.lastWeek"),
        14.. if same_year(millis, now) => say(millis, MONTH),
        14.. => say(millis, MONTH_YEAR),
    }
}

fn same_year(a: f64, b: f64) -> bool {
    Date::new(&a.into()).get_full_year() == Date::new(&b.into()).get_full_year()
}
