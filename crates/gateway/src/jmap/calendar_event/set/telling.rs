//! Who is told of a change: those who take part, by scheduling messages if that is asked for, and the owner of the
//! account, if somebody else changes an event there.

use jmap::error::{MethodErrorKind, SetErrorKind};
use jmap::{AccountId, Id, SetError};
use scheduling::{Event, itip};
use serde_json::json;
use store::Writer;

use super::Events;
use crate::calendar::notify::{self, Notice};
use crate::calendar::outbox::{self, Sender};
use crate::delivery::route::Routes;
use crate::jmap::context::Context;
use crate::jmap::failure::{Failure, Refusal};

/// From whom messages are, and how others are reached.
pub(in crate::jmap::calendar_event) struct Post {
    pub(in crate::jmap::calendar_event) sender: Sender,
    pub(in crate::jmap::calendar_event) routes: Routes,
}

impl Post {
    pub(in crate::jmap::calendar_event) async fn of(
        context: &Context<'_>,
        account: &AccountId,
    ) -> Result<Self, Failure> {
        let owner = context.store().account(account).await?.ok_or(MethodErrorKind::AccountNotFound)?;
        Ok(Self {
            sender: Sender { account: owner.id, name: owner.name, address: owner.address, is_automatic: false },
            routes: Routes::load(context.store(), &context.state.config).await?,
        })
    }
}

impl Events {
    /// The event as it is to be kept, once everyone concerned is told of the change, if that is asked for.
    pub(super) async fn told(
        &self,
        context: &Context<'_>,
        writer: &mut Writer,
        before: Option<&Event>,
        after: Option<Event>,
    ) -> Result<Option<Event>, Refusal> {
        let Some(Post { sender, routes }) = &self.post else { return Ok(after) };
        let plan = itip::plan(before, after.as_ref(), &self.owner, self.now);
        let unreachable = outbox::unreachable(&plan.messages, routes);
        if !unreachable.is_empty() {
            let reason = "Nothing can be sent to somebody who is concerned.";
            return Err(SetError::new(SetErrorKind::NoSupportedScheduleMethods, reason)
                .with("calendarAddresses", json!(unreachable))
                .into());
        }
        outbox::post(context.store(), writer, sender, &plan.messages, self.now).await?;
        Ok(plan.event)
    }

    /// What is done to one's events by others is told; what one does oneself is known.
    pub(super) async fn tell_owner(
        &self,
        writer: &mut Writer,
        base: &Id,
        before: Option<&Event>,
        after: Option<&Event>,
    ) -> Result<(), Refusal> {
        if self.access.is_owner() {
            return Ok(notify::is_known(writer, base).await?);
        }
        let notice = Notice { by: self.by.clone(), comment: None, event: base, before, after };
        Ok(notify::notify(writer, notice).await?)
    }
}
