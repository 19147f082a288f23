//! Shows what a file is read as, and what of it is not: for work on the conversion.
#![expect(clippy::unwrap_used, reason = "an example")]

fn main() {
    for file in std::env::args().skip(1) {
        let calendar = scheduling::icalendar::read(&std::fs::read(&file).unwrap()).unwrap();
        for event in &calendar.events {
            println!("{}", serde_json::to_string_pretty(event).unwrap());
        }
        for problem in &calendar.problems {
            println!("{file}: {:?} {problem}", problem.uid);
        }
    }
}
