//! Changing an event of somebody else's calendar.

use jmap::Id;
use jmap::error::SetErrorKind;
use scheduling::Event;
use scheduling::date::format_utc;
use serde_json::json;
use store::{DataType, Writer};

use super::{Events, Object, forbidden};
use crate::jmap::calendar_event::view;
use crate::jmap::context::Context;
use crate::jmap::failure::Refusal;

impl Events {
    /// Changes an event of somebody else's calendar: what each keeps for themselves goes there, the rest to all, if
    /// the person may.
    pub(super) async fn change_anothers(
        &self,
        context: &Context<'_>,
        writer: &mut Writer,
        base: &Id,
        stored: Object,
        before: &Event,
        mut after: Event,
    ) -> Result<Event, Refusal> {
        let rights = view::rights(&self.access, &stored);
        let (all_before, personal_before) = view::split(before.as_map().clone());
        let (all, mut personal) = view::split(after.as_map().clone());
        if personal != personal_before {
            if !rights.may_update_private {
                return Err(forbidden("You may not keep anything for yourself in this calendar.").into());
            }
            personal.insert("updated".to_owned(), json!(format_utc(self.now)));
            writer.put_personal(DataType::CalendarEvent, base, &self.access.person, &personal).await?;
        }
        if all == all_before {
            return Ok(after);
        }
        let (all_before, mut all) = (Event::stored(all_before), Event::stored(all));
        if !view::may_change(rights, &all_before, &all, &self.me) {
            return Err(forbidden("You may not change this event.").into());
        }
        self.stamp(&all_before, &mut all);
        for name in ["sequence", "updated"] {
            after.remove(name);
            if let Some(value) = all.get(name) {
                after.set(name, value.clone());
            }
        }
        let mut whole = stored.clone();
        view::transfer(&mut whole, all_before.as_map(), all.as_map());
        let (stored, whole) = (Event::stored(stored), Event::stored(whole));
        let told = self.told(context, writer, Some(&stored), Some(whole)).await?;
        let whole = told.ok_or(SetErrorKind::InvalidProperties)?;
        self.keep(writer, base, Some(&stored), &whole).await?;
        self.tell_owner(writer, base, Some(&stored), Some(&whole)).await?;
        Ok(after)
    }
}
