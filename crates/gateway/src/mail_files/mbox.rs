//! An mbox: messages one after the other, each behind a line that starts with `From `. Read as a stream, since an
//! mbox may be larger than memory.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime, Utc};
use jmap::UtcDate;

use super::{Found, Message, Sink, flags, too_large};
use crate::message::mime::Mime;

/// Every message of the file; false if the sink has enough.
pub(super) fn read(path: &Path, names: &[String], limit: u64, sink: &mut Sink<'_>) -> bool {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) => return sink(Found::Unreadable { path: path.to_owned(), reason: error.to_string() }),
    };
    let mut lines = BufReader::with_capacity(256 * 1024, file);
    let (mut raw, mut line) = (Vec::new(), Vec::new());
    let mut received_at = None;
    let (mut number, mut is_after_empty, mut is_too_large) = (0_u64, true, false);
    loop {
        line.clear();
        let end = match lines.read_until(b'\n', &mut line) {
            Ok(length) => length == 0,
            Err(error) => return sink(Found::Unreadable { path: path.to_owned(), reason: error.to_string() }),
        };
        let starts = !end && is_after_empty && is_separator(&line);
        if end || starts {
            if number > 0 {
                let place = PathBuf::from(format!("{} (message {number})", path.display()));
                let found = if is_too_large {
                    Some(Found::Unreadable { path: place, reason: too_large(limit) })
                } else {
                    message(std::mem::take(&mut raw), names, received_at)
                };
                if !found.is_none_or(&mut *sink) {
                    return false;
                }
            }
            if end {
                return true;
            }
            number += 1;
            received_at = date(&line);
            (is_too_large, is_after_empty) = (false, false);
            raw.clear();
            continue;
        }
        is_after_empty = matches!(line.as_slice(), b"\n" | b"\r\n");
        if raw.len() as u64 > limit {
            is_too_large = true;
            raw.clear();
        }
        if !is_too_large {
            raw.extend_from_slice(unquoted(&line));
        }
    }
}

/// `From alice@owlery.example Tue Nov 24 10:00:00 2026`: there is a time of day in it.
fn is_separator(line: &[u8]) -> bool {
    line.starts_with(b"From ")
        && line
            .windows(5)
            .any(|five| matches!(five, [a, b, b':', c, d] if [a, b, c, d].iter().all(|digit| digit.is_ascii_digit())))
}

/// A line of text that begins with `From ` has a `>` before it, and one more each time it is put into an mbox.
fn unquoted(line: &[u8]) -> &[u8] {
    let marks = line.iter().take_while(|byte| **byte == b'>').count();
    match line.get(marks..) {
        Some(rest) if marks > 0 && rest.starts_with(b"From ") => line.get(1..).unwrap_or_default(),
        _ => line,
    }
}

fn date(line: &[u8]) -> Option<UtcDate> {
    let text = String::from_utf8_lossy(line);
    let words: Vec<&str> = text.split_whitespace().skip(1).collect();
    // The sender may be missing, and the zone stands at the end, before the year, or not at all.
    (0..words.len()).find_map(|start| {
        let rest = words.get(start..)?.join(" ");
        if let Ok(date) = DateTime::parse_from_str(&rest, "%a %b %d %H:%M:%S %Y %z") {
            return Some(UtcDate(date.to_utc()));
        }
        let rest = rest.replace(" UTC ", " ").replace(" GMT ", " ");
        let date = NaiveDateTime::parse_from_str(&rest, "%a %b %d %H:%M:%S %Y").ok()?;
        Some(UtcDate(DateTime::<Utc>::from_naive_utc_and_offset(date, Utc)))
    })
}

fn message(mut raw: Vec<u8>, names: &[String], received_at: Option<UtcDate>) -> Option<Found> {
    // The empty line before the next separator belongs to the mbox.
    if raw.ends_with(b"\r\n\r\n") {
        raw.truncate(raw.len() - 2);
    } else if raw.ends_with(b"\n\n") {
        raw.truncate(raw.len() - 1);
    }
    let keywords = {
        let mime = Mime::parse(&raw);
        let root = mime.root();
        flags::from_fields(|name| root?.field(name).map(|value| String::from_utf8_lossy(value).trim().to_owned()))?
    };
    Some(Found::Message(Message { raw, folder: names.to_vec(), keywords, received_at, modified_at: None }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separators_date_is_read() {
        for (line, expect) in [
            ("From alice@owlery.example Tue Nov 24 10:00:00 2026", Some("2026-11-24T10:00:00+00:00")),
            ("From - Tue Nov 24 10:00:00 2026\n", Some("2026-11-24T10:00:00+00:00")),
            ("From a Tue Nov 24 10:00:00 2026 +0100\n", Some("2026-11-24T09:00:00+00:00")),
            ("From a Tue Nov 24 10:00:00 UTC 2026\n", Some("2026-11-24T10:00:00+00:00")),
            ("From here on 10:00 it rained\n", None),
        ] {
            assert_eq!(date(line.as_bytes()).map(|date| date.0.to_rfc3339()).as_deref(), expect, "{line}");
        }
    }

    #[test]
    fn one_mark_is_taken_from_a_quoted_line() {
        for (line, expect) in
            [("From x", "From x"), (">From x", "From x"), (">>From x", ">From x"), ("> From x", "> From x")]
        {
            assert_eq!(unquoted(line.as_bytes()), expect.as_bytes());
        }
    }
}
