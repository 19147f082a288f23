//! Which zone a name means. Programs have written IANA names, IANA names behind a prefix of their own, Windows names,
//! what Windows shows for them, offsets, and inventions; the first that fits is taken.

use std::sync::Arc;

use chrono_tz::{TZ_VARIANTS, Tz};
use windows_timezones::WindowsTimezone;

use super::{Definition, Zone};

/// What a handful of programs say where everybody else says one of the names below.
const INVENTIONS: &[(&str, &str)] = &[
    // Exchange, when the sender's zone has no name it knows.
    ("tzone://Microsoft/Utc", "Etc/UTC"),
    ("tzone://Microsoft/Custom", ""),
    ("Customized Time Zone", ""),
    // Lotus Notes.
    ("Eastern", "America/New_York"),
    ("Central", "America/Chicago"),
    ("Mountain", "America/Denver"),
    ("Pacific", "America/Los_Angeles"),
    ("Atlantic", "America/Halifax"),
    ("Newfoundland", "America/St_Johns"),
    ("Hawaiian", "Pacific/Honolulu"),
    ("GMT", "Europe/London"),
    ("Western/Central Europe", "Europe/Berlin"),
    ("W. Europe", "Europe/Berlin"),
    ("Central European", "Europe/Berlin"),
    ("Russian", "Europe/Moscow"),
    ("India", "Asia/Kolkata"),
    ("China", "Asia/Shanghai"),
    ("Tokyo", "Asia/Tokyo"),
    ("AUS Eastern", "Australia/Sydney"),
    // Mozilla, Zimbra, Android and others.
    ("Z", "Etc/UTC"),
    ("Zulu", "Etc/UTC"),
    ("UTC", "Etc/UTC"),
    ("Coordinated Universal Time", "Etc/UTC"),
    ("Greenwich Mean Time", "Europe/London"),
    ("Mitteleuropäische Zeit", "Europe/Berlin"),
    ("MEZ", "Europe/Berlin"),
    ("MESZ", "Europe/Berlin"),
    ("CET/CEST", "Europe/Berlin"),
    ("BST", "Europe/London"),
    ("EDT", "America/New_York"),
    ("CDT", "America/Chicago"),
    ("MDT", "America/Denver"),
    ("PST", "America/Los_Angeles"),
    ("PDT", "America/Los_Angeles"),
];

/// Zones that the list of Windows' names calls as IANA did once.
const RENAMED: &[(&str, &str)] = &[
    ("Asia/Calcutta", "Asia/Kolkata"),
    ("Asia/Katmandu", "Asia/Kathmandu"),
    ("Asia/Rangoon", "Asia/Yangon"),
    ("Asia/Saigon", "Asia/Ho_Chi_Minh"),
    ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
    ("America/Catamarca", "America/Argentina/Catamarca"),
    ("America/Godthab", "America/Nuuk"),
    ("America/Indianapolis", "America/Indiana/Indianapolis"),
    ("Atlantic/Faeroe", "Atlantic/Faroe"),
    ("Europe/Kiev", "Europe/Kyiv"),
];

/// Names longer than this are no names.
const LONGEST: usize = 255;

pub(super) fn resolve(name: &str) -> Option<Zone> {
    let name = name.trim().trim_matches('"').trim();
    if name.is_empty() || name.len() > LONGEST {
        return None;
    }
    if let Ok(tz) = name.parse::<Tz>() {
        return Some(Zone::Iana(tz));
    }
    if let Ok(windows) = name.parse::<WindowsTimezone>() {
        let iana = windows.tzdb_id();
        let iana = RENAMED.iter().find(|(old, _)| *old == iana).map_or(iana, |(_, new)| new);
        return iana.parse().ok().map(Zone::Iana);
    }
    if let Some((_, iana)) = INVENTIONS.iter().find(|(odd, _)| odd.eq_ignore_ascii_case(name)) {
        return iana.parse().ok().map(Zone::Iana);
    }
    prefixed(name).or_else(|| in_any_case(name)).map(Zone::Iana).or_else(|| offset(name)).or_else(|| described(name))
}

/// `/mozilla.org/20070129_1/Europe/Berlin`, `/freeassociation.sourceforge.net/America/Indiana/Knox`.
fn prefixed(name: &str) -> Option<Tz> {
    let mut rest = name;
    while let Some((_, tail)) = rest.split_once('/') {
        if let Ok(tz) = tail.parse() {
            return Some(tz);
        }
        rest = tail;
    }
    None
}

fn in_any_case(name: &str) -> Option<Tz> {
    let plain = name.replace(' ', "_");
    TZ_VARIANTS.iter().find(|tz| tz.name().eq_ignore_ascii_case(&plain)).copied()
}

/// `GMT+0530`, `UTC-05:00`, `+01:00`. Whole hours are zones of IANA's, whose signs are the other way round.
fn offset(name: &str) -> Option<Zone> {
    let upper = name.to_ascii_uppercase();
    let rest = upper.trim_start_matches(['(', ' ']).trim_end_matches([')', ' ']);
    let rest = rest.strip_prefix("GMT").or_else(|| rest.strip_prefix("UTC")).unwrap_or(rest).trim_start();
    let sign = match rest.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = rest.get(1..)?.chars().filter(|char| !matches!(char, ':' | '.')).collect();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i32, i32) = match digits.len() {
        1 | 2 => (digits.parse().ok()?, 0),
        3 | 4 => {
            let (hours, minutes) = digits.split_at_checked(digits.len() - 2)?;
            (hours.parse().ok()?, minutes.parse().ok()?)
        }
        _ => return None,
    };
    if hours > 14 || minutes > 59 {
        return None;
    }
    if minutes == 0 {
        let iana =
            if hours == 0 { "Etc/UTC".into() } else { format!("Etc/GMT{}{hours}", if sign > 0 { '-' } else { '+' }) };
        return iana.parse().ok().map(Zone::Iana);
    }
    let definition = Definition::fixed(name, sign * (hours * 3600 + minutes * 60));
    Some(Zone::Custom(Arc::new(definition)))
}

/// What Outlook shows: `(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna`.
fn described(name: &str) -> Option<Zone> {
    match name.parse::<calcard::common::timezone::Tz>().ok()? {
        calcard::common::timezone::Tz::Tz(tz) => Some(Zone::Iana(tz)),
        calcard::common::timezone::Tz::Fixed(_) | calcard::common::timezone::Tz::Floating => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expect: Option<&str>) {
        let zone = resolve(name);
        assert_eq!(zone.as_ref().and_then(Zone::name), expect, "{name}");
    }

    #[test]
    fn names_of_iana_are_known_in_any_case_and_behind_any_prefix() {
        check("Europe/Berlin", Some("Europe/Berlin"));
        check("europe/berlin", Some("Europe/Berlin"));
        check("America/New York", Some("America/New_York"));
        check("\"Europe/Berlin\"", Some("Europe/Berlin"));
        check("/mozilla.org/20070129_1/Europe/Berlin", Some("Europe/Berlin"));
        check("/freeassociation.sourceforge.net/Tzfile/America/Indiana/Knox", Some("America/Indiana/Knox"));
        check("/softwarestudio.org/Olson_20011030_5/America/Chicago", Some("America/Chicago"));
    }

    #[test]
    fn names_of_windows_are_known() {
        check("W. Europe Standard Time", Some("Europe/Berlin"));
        check("Eastern Standard Time", Some("America/New_York"));
        check("India Standard Time", Some("Asia/Kolkata"));
        check("UTC", Some("UTC"));
    }

    #[test]
    fn what_programs_made_up_is_known() {
        check("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", Some("Europe/Berlin"));
        check("tzone://Microsoft/Utc", Some("Etc/UTC"));
        check("Eastern", Some("America/New_York"));
        check("Eastern Time (US & Canada)", Some("America/New_York"));
    }

    #[test]
    fn offsets_are_zones() {
        check("GMT+0100", Some("Etc/GMT-1"));
        check("UTC-05:00", Some("Etc/GMT+5"));
        check("(GMT +01:00)", Some("Etc/GMT-1"));
        check("+05:30", Some("+05:30"));
        let half = resolve("+05:30").unwrap();
        let noon = crate::date::parse_local("2026-01-01T12:00:00").unwrap();
        assert_eq!(crate::date::format_utc(half.to_utc(noon)), "2026-01-01T06:30:00Z");
    }

    #[test]
    fn what_is_no_name_is_unknown() {
        for name in ["", "Customized Time Zone", "Nowhere/Land", "/", "GMT+99", "+1é", &"x".repeat(1000)] {
            check(name, None);
        }
    }
}
