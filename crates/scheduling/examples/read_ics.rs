//! Shows what files are read as, what of them is not, and what does not come back when they are written and read again:
//! for work on the conversion.
//!
//!     cargo run -p owlet-scheduling --example read_ics -- FILE…
//!
//! Of more than one file only what is wrong is shown.
#![expect(clippy::unwrap_used, reason = "an example")]

use scheduling::{
    icalendar::{read, write_event},
    patch,
};

fn main() {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let (mut events, mut different) = (0, 0);
    for file in &files {
        let calendar = match read(&std::fs::read(file).unwrap()) {
            Ok(calendar) => calendar,
            Err(error) => {
                println!("{file}: {error}");
                continue;
            }
        };
        for event in &calendar.events {
            events += 1;
            if files.len() == 1 {
                println!("{}", serde_json::to_string_pretty(event).unwrap());
            }
            let again = read(write_event(event).as_bytes()).map(|calendar| calendar.events).unwrap_or_default();
            if again != std::slice::from_ref(event) {
                different += 1;
                let difference = again.first().map(|again| patch::diff(event.as_map(), again.as_map()));
                println!("{file}: {:?} comes back with {}", event.uid(), serde_json::to_string(&difference).unwrap());
            }
        }
        for problem in &calendar.problems {
            println!("{file}: {:?} {problem}", problem.uid);
        }
    }
    println!("{events} events, {different} of which come back otherwise");
}
