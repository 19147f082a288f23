//! How an event is called and where it is found, for whoever speaks of one on any page.

use crate::locale::{t, zones};
use crate::records::Event;
use crate::routes::{CalendarRoute, CalendarView};

/// What an event is called.
pub(crate) fn title(event: &Event) -> String {
    if event.title.is_empty() { t("calendar.untitled") } else { event.title.clone() }
}

/// The address of the day that an event begins on.
pub(crate) fn day_href(event: &Event) -> String {
    let date = zones::local(event.start, None).get(..10).map(str::to_owned);
    CalendarRoute { view: CalendarView::Day, date }.href()
}
