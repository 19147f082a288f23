//! What a file says of itself: its method, and of a calendar its name and how often to ask for it again.

use calcard::{
    common::IanaParse,
    icalendar::{
        ICalendarComponent, ICalendarComponentType, ICalendarDuration, ICalendarEntry, ICalendarMethod,
        ICalendarParameter, ICalendarProperty, ICalendarValue, ICalendarValueType,
    },
};

use super::entry::{other, property, text};
use crate::date::Duration;

/// What a scheduling message wants (RFC 5546 §1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Here is an event.
    Publish,
    /// You are invited, or what you are invited to has changed.
    Request,
    /// My answer.
    Reply,
    /// More occurrences of what you are invited to.
    Add,
    /// It does not take place, or you are no longer invited.
    Cancel,
    /// Send me what is true now.
    Refresh,
    /// I propose another time.
    Counter,
    /// Your proposal is not taken.
    DeclineCounter,
}

const METHODS: [(Method, &str, ICalendarMethod); 8] = [
    (Method::Publish, "PUBLISH", ICalendarMethod::Publish),
    (Method::Request, "REQUEST", ICalendarMethod::Request),
    (Method::Reply, "REPLY", ICalendarMethod::Reply),
    (Method::Add, "ADD", ICalendarMethod::Add),
    (Method::Cancel, "CANCEL", ICalendarMethod::Cancel),
    (Method::Refresh, "REFRESH", ICalendarMethod::Refresh),
    (Method::Counter, "COUNTER", ICalendarMethod::Counter),
    (Method::DeclineCounter, "DECLINECOUNTER", ICalendarMethod::Declinecounter),
];

impl Method {
    /// As iCalendar and the media type write it: `REQUEST`.
    #[must_use]
    pub fn as_ical(self) -> &'static str {
        METHODS.iter().find(|(method, ..)| *method == self).map_or("PUBLISH", |it| it.1)
    }

    /// As JSCalendar writes it: `request`.
    #[must_use]
    pub fn as_str(self) -> String {
        self.as_ical().to_ascii_lowercase()
    }

    /// By its name, in any case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        METHODS.iter().find(|(_, known, _)| known.eq_ignore_ascii_case(name.trim())).map(|it| it.0)
    }
}

/// What stands at the head of a file that is written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Header {
    /// The method of a message; None for a calendar.
    pub method: Option<Method>,
    /// The calendar's name.
    pub name: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// Its colour, as CSS names it.
    pub color: Option<String>,
    /// After how long to ask for it again.
    pub refresh_interval: Option<Duration>,
}

const PRODUCT: &str = "-//Owlet//Owlet//EN";

impl Header {
    pub(super) fn of(root: &ICalendarComponent) -> Self {
        let method = property(root, &ICalendarProperty::Method).and_then(|entry| match entry.values.first()? {
            ICalendarValue::Method(method) => METHODS.iter().find(|(.., ical)| ical == method).map(|it| it.0),
            other => Method::named(other.as_text()?),
        });
        let said =
            |name, old: &str| property(root, name).and_then(text).or_else(|| other(root, old)).map(str::to_owned);
        let refresh = property(root, &ICalendarProperty::RefreshInterval).and_then(|entry| entry.values.first());
        Self {
            method,
            name: said(&ICalendarProperty::Name, "X-WR-CALNAME"),
            description: said(&ICalendarProperty::Description, "X-WR-CALDESC"),
            color: said(&ICalendarProperty::Color, "X-APPLE-CALENDAR-COLOR"),
            refresh_interval: match refresh {
                Some(ICalendarValue::Duration(duration)) => duration.to_string().parse().ok(),
                Some(other) => other.as_text().and_then(|text| text.parse().ok()),
                None => other(root, "X-PUBLISHED-TTL").and_then(|text| text.parse().ok()),
            }
            .filter(|interval: &Duration| !interval.is_negative() && !interval.is_zero()),
        }
    }

    pub(super) fn component(&self) -> ICalendarComponent {
        let mut root = ICalendarComponent::new(ICalendarComponentType::VCalendar);
        root.add_property(ICalendarProperty::Version, "2.0".to_owned());
        root.add_property(ICalendarProperty::Prodid, PRODUCT.to_owned());
        if let Some((.., method)) = METHODS.iter().find(|(method, ..)| Some(*method) == self.method) {
            root.add_property(ICalendarProperty::Method, ICalendarValue::Method(method.clone()));
        }
        // The old names too, since most readers know only those.
        let texts = [
            (&self.name, ICalendarProperty::Name, Some("X-WR-CALNAME")),
            (&self.description, ICalendarProperty::Description, Some("X-WR-CALDESC")),
            (&self.color, ICalendarProperty::Color, None),
        ];
        for (said, property, old) in texts {
            let Some(said) = said else { continue };
            root.add_property(property, said.clone());
            if let Some(old) = old {
                root.add_property(ICalendarProperty::Other(old.into()), said.clone());
            }
        }
        if let Some(interval) = self.refresh_interval {
            if let Some(duration) = ICalendarDuration::parse(interval.to_string().as_bytes()) {
                root.entries.push(
                    ICalendarEntry::new(ICalendarProperty::RefreshInterval)
                        .with_param(ICalendarParameter::value(ICalendarValueType::Duration))
                        .with_value(ICalendarValue::Duration(duration)),
                );
            }
            root.add_property(ICalendarProperty::Other("X-PUBLISHED-TTL".into()), interval.to_string());
        }
        root
    }
}
