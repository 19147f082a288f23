//! Tells the occurrences of what it is asked: for tests against other implementations.
//!
//! A question is a line of JSON, `{"ics": …, "from": "…Z", "to": "…Z", "max": n}`; its answer a line, the starts in UTC,
//! or a string that says why there are none.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "an example")]

use std::io::{BufRead, Write};

use scheduling::{
    Zone,
    date::{format_utc, parse_utc},
    icalendar::read,
};
use serde_json::{Value, json};

fn main() {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let question: Value = serde_json::from_str(&line.unwrap()).unwrap();
        writeln!(out, "{}", answer(&question)).unwrap();
    }
}

fn answer(question: &Value) -> Value {
    let text = |name: &str| question[name].as_str().unwrap().to_owned();
    let instant = |name: &str| parse_utc(&text(name)).unwrap();
    let calendar = match read(text("ics").as_bytes()) {
        Ok(calendar) if calendar.problems.is_empty() => calendar,
        Ok(calendar) => return json!(format!("{:?}", calendar.problems)),
        Err(error) => return json!(error.to_string()),
    };
    let max = usize::try_from(question["max"].as_u64().unwrap()).unwrap();
    match calendar.events[0].occurrences(instant("from"), instant("to"), &Zone::UTC, max) {
        Ok(found) => found.list.iter().map(|it| Value::from(format_utc(it.start))).collect(),
        Err(error) => json!(error.to_string()),
    }
}
