//! A whole file, event by event.
//!
//! The file is parsed at once; events are made as they are asked for, so that an import can tell how far it is and
//! keep what it has. What cannot be read is told and passed over.

use std::collections::HashMap;

use calcard::{
    Entry, Parser,
    icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty},
};
use serde_json::{Map, Value};

use super::{
    component,
    entry::{property, text},
    freebusy::FreeBusy,
    header::{Header, Method},
    occurrences,
    zones::Zones,
};
use crate::{event::Event, itip::Message};

/// Bytes of a file that are read.
const LARGEST: usize = 64 << 20;
/// Problems that are told.
const MOST_PROBLEMS: usize = 1_000;

/// A file that is no calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is nothing of iCalendar in it.
    #[error("the file has no calendar in it")]
    NoCalendar,
    /// It is larger than is read.
    #[error("the file is larger than {LARGEST} bytes")]
    TooLarge,
}

/// Something in a file that was not read, or not whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Problem {
    /// The UID of the event that it is about, if it is about one.
    pub uid: Option<String>,
    /// Whether the event itself was read, and only something of it was lost.
    pub partly: bool,
    /// What was lost, as a sentence or its end: "its RECURRENCE-ID is no date".
    pub why: String,
}

/// A file that was read whole.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Calendar {
    /// What it says of itself.
    pub header: Header,
    /// One for each UID, or for each occurrence whose series is not there.
    pub events: Vec<Event>,
    /// Busy times that it tells (VFREEBUSY).
    pub freebusy: Vec<FreeBusy>,
    /// What was not read.
    pub problems: Vec<Problem>,
}

/// Reads a file whole.
///
/// # Errors
/// It is no calendar at all.
pub fn read(file: &[u8]) -> Result<Calendar, ReadError> {
    let mut reader = Reader::new(file)?;
    let mut events = Vec::with_capacity(reader.len());
    for mut read in reader.by_ref() {
        events.append(&mut read);
    }
    Ok(Calendar { header: reader.header, events, freebusy: reader.freebusy, problems: reader.problems })
}

impl Calendar {
    /// The scheduling message that the file is. None if it has no method or no event. Who sent it is whom its content
    /// names for that: the organizer, or of an answer the one participant in it.
    #[must_use]
    pub fn message(&self) -> Option<Message> {
        Message::of(self.header.method?, self.events.clone())
    }
}

/// A file from which events are read one after the other.
#[derive(Debug)]
pub struct Reader {
    /// What the file says of itself.
    pub header: Header,
    /// Busy times that it tells.
    pub freebusy: Vec<FreeBusy>,
    /// What was not read until now.
    pub problems: Vec<Problem>,
    sources: Vec<(ICalendar, Zones)>,
    groups: std::vec::IntoIter<Group>,
}

/// The components of one UID: numbers of sources and of components in them.
#[derive(Debug)]
struct Group {
    uid: String,
    members: Vec<(usize, u32)>,
}

impl Reader {
    /// Parses a file.
    ///
    /// # Errors
    /// It is no calendar at all.
    pub fn new(file: &[u8]) -> Result<Self, ReadError> {
        if file.len() > LARGEST {
            return Err(ReadError::TooLarge);
        }
        let mut reader = Self {
            header: Header::default(),
            freebusy: Vec::new(),
            problems: Vec::new(),
            sources: Vec::new(),
            groups: Vec::new().into_iter(),
        };
        // Old programs write Latin-1 and say nothing of it.
        match std::str::from_utf8(file) {
            Ok(file) => reader.parse(file),
            Err(_) => reader.parse(&file.iter().copied().map(char::from).collect::<String>()),
        }
        if reader.sources.is_empty() {
            return Err(ReadError::NoCalendar);
        }
        reader.group();
        Ok(reader)
    }

    /// How many events are still to come, occurrences without their series not counted apart.
    #[must_use]
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.len() == 0
    }

    fn tell(&mut self, uid: Option<&str>, partly: bool, why: impl Into<String>) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(Problem { uid: uid.map(str::to_owned), partly, why: why.into() });
        }
    }

    fn parse(&mut self, file: &str) {
        let mut parser = Parser::new(file);
        loop {
            match parser.entry() {
                Entry::ICalendar(calendar) => {
                    let zones = Zones::of(&calendar);
                    self.sources.push((calendar, zones));
                }
                Entry::Eof => return,
                Entry::InvalidLine(line) => {
                    if !line.trim().is_empty() {
                        self.tell(None, false, "a line outside of any component");
                    }
                }
                Entry::UnterminatedComponent(name) => {
                    self.tell(None, false, format!("a {name} that does not end"));
                }
                Entry::UnexpectedComponentEnd { found, .. } => {
                    self.tell(None, false, format!("an end of {} where there was no beginning", found.as_str()));
                }
                Entry::TooManyComponents => {
                    self.tell(None, false, "more components than a file can have");
                    return;
                }
                Entry::VCard(_) => self.tell(None, false, "a card of a person"),
                _ => self.tell(None, false, "something that is not known"),
            }
        }
    }

    /// Which components belong to one event, in the order of the file.
    fn group(&mut self) {
        let mut groups: Vec<Group> = Vec::new();
        let mut by_uid: HashMap<String, usize> = HashMap::new();
        let mut told = Vec::new();
        for (source, (calendar, zones)) in self.sources.iter().enumerate() {
            let Some(root) = calendar.components.first() else { continue };
            if source == 0 {
                self.header = Header::of(root);
            }
            // Some programs leave the calendar around an event out.
            let numbers = match root.component_type {
                ICalendarComponentType::VCalendar => root.component_ids.clone(),
                _ => vec![0],
            };
            for number in numbers {
                let Some(found) = calendar.component_by_id(number) else { continue };
                let uid = property(found, &ICalendarProperty::Uid).and_then(text).map(str::trim);
                match &found.component_type {
                    ICalendarComponentType::VEvent | ICalendarComponentType::VTodo => {}
                    ICalendarComponentType::VFreebusy => {
                        self.freebusy.push(FreeBusy::read(found, zones));
                        continue;
                    }
                    ICalendarComponentType::VTimezone => continue,
                    other => {
                        told.push((uid.map(str::to_owned), format!("a {}, which is not kept", other.as_str())));
                        continue;
                    }
                }
                let uid = match uid.filter(|uid| !uid.is_empty()) {
                    Some(uid) => uid.to_owned(),
                    None => invented_uid(found),
                };
                let at = *by_uid.entry(uid.clone()).or_insert_with(|| {
                    groups.push(Group { uid, members: Vec::new() });
                    groups.len() - 1
                });
                if let Some(group) = groups.get_mut(at) {
                    group.members.push((source, number));
                }
            }
        }
        for (uid, why) in told {
            self.tell(uid.as_deref(), false, why);
        }
        self.groups = groups.into_iter();
    }

    fn read_group(&mut self, group: &Group) -> Vec<Event> {
        let mut components = Vec::with_capacity(group.members.len());
        let mut failed = Vec::new();
        let may_lack_start = matches!(
            self.header.method,
            Some(Method::Reply | Method::Cancel | Method::Refresh | Method::DeclineCounter)
        );
        for (source, number) in &group.members {
            let Some((calendar, zones)) = self.sources.get(*source) else { continue };
            match component::read(calendar, *number, zones, may_lack_start) {
                Ok(mut component) => {
                    component.map.insert("uid".into(), group.uid.clone().into());
                    components.push(component);
                }
                Err(why) => failed.push(why),
            }
        }
        for why in failed {
            self.tell(Some(&group.uid), false, why);
        }
        let mut lost = Vec::new();
        let maps = occurrences::merge(components, &mut lost);
        for why in lost {
            self.tell(Some(&group.uid), true, why);
        }
        maps.into_iter().filter_map(|map| self.accept(&group.uid, map)).collect()
    }

    /// An event, without what is wrong with it if it can be without that.
    fn accept(&mut self, uid: &str, map: Map<String, Value>) -> Option<Event> {
        let invalid = match Event::new(map.clone()) {
            Ok(event) => return Some(event),
            Err(invalid) => invalid,
        };
        let mut map = map;
        for wrong in &invalid {
            let property = wrong.property();
            match wrong.pointer.split('/').collect::<Vec<_>>().as_slice() {
                ["recurrenceOverrides", id, ..] => {
                    if let Some(overrides) = map.get_mut(property).and_then(Value::as_object_mut) {
                        overrides.remove(*id);
                    }
                }
                _ => _ = map.remove(property),
            }
        }
        match Event::new(map) {
            Ok(event) => {
                for wrong in invalid {
                    self.tell(Some(uid), true, wrong.to_string());
                }
                Some(event)
            }
            Err(_) => {
                let why = invalid.first().map(ToString::to_string).unwrap_or_default();
                self.tell(Some(uid), false, why);
                None
            }
        }
    }
}

impl Iterator for Reader {
    type Item = Vec<Event>;

    /// The next event: nearly always one; none if it could not be read; several if only occurrences are there.
    fn next(&mut self) -> Option<Vec<Event>> {
        let group = self.groups.next()?;
        Some(self.read_group(&group))
    }
}

/// The same UID for the same component, each time it is read.
fn invented_uid(component: &calcard::icalendar::ICalendarComponent) -> String {
    // FNV-1a, twice over for the width of a UID that nobody else has.
    let mut hash = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128;
    let mut text = String::new();
    for entry in component.entries.iter().filter(|entry| entry.name != ICalendarProperty::Dtstamp) {
        // Writing to a string does not fail.
        let _ = entry.write_to(&mut text);
    }
    for byte in text.bytes() {
        hash = (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    format!("owlet-{hash:032x}")
}
