//! What comes to people here, from whomever: into their inboxes ([`local`](super::local)), what it carries into their
//! calendars ([`inbox`]), and the answer of who is away ([`vacation`]) on its way back.

use std::collections::HashMap;

use jmap::AccountId;
use store::Error;

use super::Delivery;
use super::local::{self, Delivered, Incoming};
use super::route::{Route, Routes};
use super::vacation::{self, Away};
use crate::calendar::inbox;

/// Delivers messages and answers for those who are away: whether each is delivered, in their order; now or (`None`)
/// before, under the same key.
pub async fn receive(
    delivery: &Delivery,
    routes: &Routes,
    incoming: &[Incoming],
) -> Vec<Result<Option<Delivered>, Error>> {
    let results = local::deliver(&delivery.store, incoming).await;
    let mut away: HashMap<&AccountId, Option<Away>> = HashMap::new();
    for (message, result) in incoming.iter().zip(&results) {
        if let Ok(Some(_)) = result
            && inbox::may_carry(&message.raw)
            && let Err(error) = inbox::receive(&delivery.store, &message.account, &message.raw, origin(message)).await
        {
            // The message is there, and what it carries can be taken by hand.
            tracing::error!(%error, "what a mail carries for the calendar could not be taken");
        }
        // What was delivered before was answered before.
        if let Ok(Some(_)) = result
            && let Err(error) = answer(delivery, routes, message, &mut away).await
        {
            // The message is delivered all the same: who sent it must not send it again.
            tracing::error!(%error, "the answer of somebody who is away could not be sent");
        }
    }
    results
}

/// What somebody here submits is delivered under a key, so that it comes once only.
fn origin(message: &Incoming) -> inbox::From {
    if message.once.is_some() { inbox::From::Here } else { inbox::From::Elsewhere }
}

async fn answer<'a>(
    delivery: &Delivery,
    routes: &Routes,
    incoming: &'a Incoming,
    known: &mut HashMap<&'a AccountId, Option<Away>>,
) -> Result<(), Error> {
    let account = &incoming.account;
    if !known.contains_key(account) {
        known.insert(account, vacation::away(&delivery.store, account, incoming.now).await?);
    }
    let Some(Some(away)) = known.get(account) else { return Ok(()) };
    let reply = vacation::reply(&delivery.store, away, &incoming.return_path, &incoming.raw, incoming.now).await?;
    let Some(reply) = reply else { return Ok(()) };
    match routes.find(&reply.to) {
        Route::Here(sender) => {
            let answer = Incoming {
                account: sender,
                recipient: reply.to,
                return_path: String::new(),
                raw: reply.raw.into(),
                once: None,
                now: incoming.now,
            };
            for result in local::deliver(&delivery.store, &[answer]).await {
                result?;
            }
        }
        Route::Outside => {
            if let Some(relay) = &delivery.relay {
                // An answer that is not taken at once is not worth a second try.
                relay.send("", &[reply.to], &reply.raw).await;
            }
        }
        Route::Nobody => {}
    }
    Ok(())
}
