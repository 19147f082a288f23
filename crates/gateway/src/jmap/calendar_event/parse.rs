//! CalendarEvent/parse (draft-ietf-jmap-calendars §5.13): events of iCalendar files that are blobs; of an attachment, or
//! of an invitation in a mail.

use std::collections::BTreeSet;

use jmap::calendar_event::METADATA;
use jmap::error::MethodErrorKind;
use jmap::{AccountId, BlobId};
use scheduling::icalendar;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::jmap::arguments;
use crate::jmap::context::Context;
use crate::jmap::email;
use crate::jmap::failure::Failure;
use crate::jmap::limits::MAX_OBJECTS_IN_GET;

/// Octets of a file that is read.
const MAX_FILE: usize = 20_000_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    account_id: AccountId,
    blob_ids: Vec<BlobId>,
    #[serde(default)]
    properties: Option<Vec<String>>,
}

/// `CalendarEvent/parse`. Beside the draft's properties an event may be asked for `method`: what the file wants (iTIP).
pub async fn parse(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked: Arguments = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    if asked.blob_ids.len() > MAX_OBJECTS_IN_GET {
        return Err(MethodErrorKind::RequestTooLarge.into());
    }
    let (mut parsed, mut not_found, mut not_parsable) = (Map::new(), Vec::new(), Vec::new());
    for blob_id in asked.blob_ids.into_iter().collect::<BTreeSet<_>>() {
        let Some((raw, _)) = email::blob(context, &asked.account_id, &blob_id).await? else {
            not_found.push(blob_id);
            continue;
        };
        if raw.len() > MAX_FILE {
            not_parsable.push(blob_id);
            continue;
        }
        let properties = asked.properties.clone();
        let read = tokio::task::spawn_blocking(move || events(&raw, properties.as_deref()));
        match read.await.map_err(|_| MethodErrorKind::ServerFail)? {
            Some(events) => drop(parsed.insert(blob_id.to_string(), Value::Array(events))),
            None => not_parsable.push(blob_id),
        }
    }
    arguments::answer(&json!({
        "accountId": asked.account_id,
        "parsed": (!parsed.is_empty()).then_some(parsed),
        "notFound": (!not_found.is_empty()).then_some(not_found),
        "notParsable": (!not_parsable.is_empty()).then_some(not_parsable),
    }))
}

/// `None` if the file has none.
fn events(raw: &[u8], properties: Option<&[String]>) -> Option<Vec<Value>> {
    let calendar = icalendar::read(raw).ok()?;
    let method = calendar.header.method.map(|method| method.as_str());
    let events: Vec<Value> = calendar
        .events
        .into_iter()
        .map(|event| {
            let mut object = event.into_map();
            match properties {
                None => drop(object.remove("iCalendar")),
                Some(names) => {
                    if names.iter().any(|name| name == "method") {
                        object.insert("method".to_owned(), json!(method));
                    }
                    object.retain(|name, _| names.contains(name));
                    for name in METADATA.iter().filter(|name| names.iter().any(|asked| asked == *name)) {
                        object.insert((*name).to_owned(), Value::Null);
                    }
                }
            }
            Value::Object(object)
        })
        .collect();
    (!events.is_empty()).then_some(events)
}
