//! calcard's own conversion, for all that has nothing to do with time.

use calcard::{
    icalendar::{ICalendar, ICalendarComponent, ICalendarComponentType},
    jscalendar::{JSCalendar, import::ConversionOptions},
};
use serde_json::{Map, Value, json};

/// What JMAP adds to an event, and is not for others.
pub(super) const OF_JMAP: &[&str] =
    &["id", "baseEventId", "calendarIds", "isDraft", "isOrigin", "utcStart", "utcEnd", "blobId"];

/// One component, with those in it, as JSON.
pub(super) fn to_json(component: Tree) -> Option<Map<String, Value>> {
    let mut calendar = ICalendar::default();
    calendar.components.push(ICalendarComponent::new(ICalendarComponentType::VCalendar));
    let id = component.add_to(&mut calendar);
    calendar.components.first_mut()?.component_ids.push(id);
    let options = ConversionOptions::default().return_first(true);
    let converted: JSCalendar<'static, String, String> = calendar.into_jscalendar_with_opt(options);
    match serde_json::to_value(&converted.0).ok()? {
        Value::Object(map) => Some(map),
        _ => None,
    }
}

/// One event or task as a component, with those in it.
pub(super) fn to_component(map: &Map<String, Value>) -> Option<Tree> {
    let json = serde_json::to_string(&json!({"@type": "Group", "entries": [map]})).ok()?;
    let parsed: JSCalendar<'_, String, String> = JSCalendar::parse(&json).ok()?;
    let calendar = parsed.into_icalendar()?;
    let root = calendar.components.first()?;
    let wanted =
        |id: &&u32| calendar.component_by_id(**id).is_some_and(|component| component.component_type.is_event_or_todo());
    Tree::of(&calendar, *root.component_ids.iter().find(wanted)?)
}

/// A component that holds those in it, rather than their numbers.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    pub(super) component: ICalendarComponent,
    inner: Vec<Self>,
}

/// Components inside components: VALARM in VEVENT, VLOCATION in VALARM.
const DEEPEST: usize = 6;
/// More than any event has.
const MOST: usize = 5_000;

impl Tree {
    pub(super) fn of(calendar: &ICalendar, id: u32) -> Option<Self> {
        Self::within(calendar, id, 0, &mut 0)
    }

    fn within(calendar: &ICalendar, id: u32, depth: usize, count: &mut usize) -> Option<Self> {
        *count += 1;
        if depth > DEEPEST || *count > MOST {
            return None;
        }
        let found = calendar.component_by_id(id)?;
        let component = ICalendarComponent {
            component_type: found.component_type.clone(),
            entries: found.entries.clone(),
            component_ids: Vec::new(),
        };
        let inner = found.component_ids.iter().filter_map(|id| Self::within(calendar, *id, depth + 1, count)).collect();
        Some(Self { component, inner })
    }

    /// Adds it to a calendar, and answers its number.
    pub(super) fn add_to(self, calendar: &mut ICalendar) -> u32 {
        let mut component = self.component;
        component.component_ids = self.inner.into_iter().map(|inner| inner.add_to(calendar)).collect();
        calendar.push_component(component)
    }
}
