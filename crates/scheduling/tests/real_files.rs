//! Files that nobody here wrote, read and written without loss: the hundreds that calcard brings with its source, from
//! the bug trackers of calendar programs. They are not copied; cargo knows where they are.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test")]

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use scheduling::{
    Event, Zone,
    date::parse_utc,
    icalendar::{read, write_event},
};
use serde_json::Value;

/// Where calcard's files are.
fn files() -> Vec<PathBuf> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let calcard = metadata["packages"].as_array().unwrap().iter().find(|package| package["name"] == "calcard").unwrap();
    let folder = PathBuf::from(calcard["manifest_path"].as_str().unwrap()).parent().unwrap().join("resources/ical");
    let mut files: Vec<PathBuf> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|it| it == "ics"));
    files.sort();
    assert!(files.len() > 500, "the files are there");
    files
}

/// Files of which something does not come back, and why.
const EXPLAINED: &[(&str, &str)] = &[
    ("088", "a parameter RANGE=TRUE, which is none that iCalendar has"),
    ("544", "an occurrence whose only participant is its organizer is written without, and read with him"),
    ("894", "an organizer that is an attendee too, with other parameters: the two become one participant"),
    ("856", "the same"),
    ("898", "the same"),
    ("689", "a RECURRENCE-ID that is a day in a zone: the zone of a day is not kept"),
    ("696", "the same"),
    ("779", "CUTYPE= without a value"),
    ("851", "two lines of SEQUENCE, of which there can be one"),
    ("855", "the same"),
    ("904", "a broken parameter of a line that is kept as it is"),
    ("996", "bytes that are no text: a fuzzer's file"),
];

fn explained(file: &Path) -> bool {
    file.file_stem().is_some_and(|stem| EXPLAINED.iter().any(|(name, _)| stem == *name))
}

#[test]
fn what_is_read_is_written_and_read_again_as_the_same() {
    let (mut events, mut different) = (0, Vec::new());
    for file in files() {
        let Ok(calendar) = read(&std::fs::read(&file).unwrap()) else { continue };
        for event in calendar.events {
            events += 1;
            let written = write_event(&event);
            let again = read(written.as_bytes()).expect("what was written is a calendar");
            if again.events != std::slice::from_ref(&event) && !explained(&file) {
                different.push(format!("{}: {}", file.display(), difference(&event, again.events.first())));
            }
        }
    }
    assert!(events > 1000, "{events}");
    assert!(different.is_empty(), "{} of {events}:\n{}", different.len(), different.join("\n"));
}

fn difference(before: &Event, after: Option<&Event>) -> String {
    let Some(after) = after else { return "nothing was read again".into() };
    serde_json::to_string(&scheduling::patch::diff(before.as_map(), after.as_map())).unwrap()
}

#[test]
fn every_event_has_its_occurrences_told_in_bounded_time() {
    let (from, to) = (parse_utc("2000-01-01T00:00:00Z").unwrap(), parse_utc("2030-01-01T00:00:00Z").unwrap());
    for file in files() {
        let Ok(calendar) = read(&std::fs::read(&file).unwrap()) else { continue };
        for event in calendar.events {
            let begun = Instant::now();
            let _ = event.occurrences(from, to, &Zone::UTC, 1000);
            let _ = event.span(&Zone::UTC);
            assert!(begun.elapsed().as_secs() < 2, "{}: {}", file.display(), event.uid());
        }
    }
}

#[test]
fn a_mangled_file_is_read_as_far_as_it_goes() {
    // A generator of one's own, so that what fails fails again.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below.max(1)
    };
    for file in files() {
        let whole = std::fs::read(&file).unwrap();
        if whole.is_empty() || whole.len() > 50_000 {
            continue;
        }
        for _ in 0..8 {
            let mut mangled = whole.clone();
            for _ in 0..1 + random(12) {
                if mangled.is_empty() {
                    break;
                }
                let at = random(mangled.len());
                match random(5) {
                    0 => mangled[at] = u8::try_from(random(256)).unwrap(),
                    1 => _ = mangled.remove(at),
                    2 => mangled.truncate(at.max(1)),
                    3 => mangled.insert(at, b"0123456789;:,=\r\n-PTZ\"\\"[random(22)]),
                    _ => {
                        let end = (at + random(200)).min(mangled.len());
                        let piece = mangled[at..end].to_vec();
                        let to = random(mangled.len());
                        mangled.splice(to..to, piece);
                    }
                }
            }
            let read_whole = std::panic::catch_unwind(|| {
                for event in read(&mangled).map(|calendar| calendar.events).unwrap_or_default() {
                    let written = write_event(&event);
                    let _ = read(written.as_bytes());
                    let _ = event.occurrences(
                        parse_utc("2000-01-01T00:00:00Z").unwrap(),
                        parse_utc("2030-01-01T00:00:00Z").unwrap(),
                        &Zone::UTC,
                        100,
                    );
                }
            });
            if read_whole.is_err() {
                panic!("{}:\n{}", file.display(), String::from_utf8_lossy(&mangled));
            }
        }
    }
}
