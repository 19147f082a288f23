//! Blobs by method: Blob/upload, Blob/get, Blob/lookup (RFC 9404), Blob/copy (RFC 8620 §6.3).

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use jmap::error::{MethodErrorKind, SetErrorKind, SetErrors};
use jmap::{AccountId, BlobId, Id, MethodError, SetError};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256, Sha512};

use super::context::Context;
use super::failure::{Failure, Refusal};
use super::limits::{MAX_OBJECTS_IN_GET, MAX_OBJECTS_IN_SET};
use super::{arguments, email};
use crate::message::part;

/// Pieces that one upload may be put together from.
pub const MAX_DATA_SOURCES: usize = 64;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Upload {
    account_id: AccountId,
    create: BTreeMap<Id, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UploadObject {
    data: Vec<DataSource>,
    #[serde(rename = "type", default)]
    media_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DataSource {
    #[serde(rename = "data:asText", default)]
    as_text: Option<String>,
    #[serde(rename = "data:asBase64", default)]
    as_base64: Option<String>,
    #[serde(default)]
    blob_id: Option<String>,
    #[serde(default)]
    offset: Option<u64>,
    #[serde(default)]
    length: Option<u64>,
}

/// `Blob/upload`.
pub async fn upload(context: &mut Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked: Upload = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    if asked.create.len() > MAX_OBJECTS_IN_SET {
        return Err(MethodErrorKind::RequestTooLarge.into());
    }
    let mut created = Map::new();
    let mut not_created = SetErrors::new();
    for (creation_id, object) in asked.create {
        match upload_one(context, &asked.account_id, object).await {
            Ok((blob_id, media_type, size)) => {
                context.created.insert(creation_id.clone(), Id::from(blob_id.clone()));
                let answer = json!({ "id": blob_id, "type": media_type, "size": size });
                created.insert(creation_id.to_string(), answer);
            }
            Err(Refusal::Record(error)) => {
                not_created.insert(creation_id, error);
            }
            Err(Refusal::Call(failure)) => return Err(failure),
        }
    }
    arguments::answer(&json!({
        "accountId": asked.account_id,
        "created": (!created.is_empty()).then_some(created),
        "notCreated": (!not_created.is_empty()).then_some(not_created),
    }))
}

async fn upload_one(
    context: &Context<'_>,
    account: &AccountId,
    object: Value,
) -> Result<(BlobId, Option<String>, u64), Refusal> {
    let wrong = |reason: String| SetError::invalid_properties(["data"], reason);
    let object: UploadObject = serde_json::from_value(object).map_err(|error| wrong(error.to_string()))?;
    if object.data.len() > MAX_DATA_SOURCES {
        return Err(wrong(format!("At most {MAX_DATA_SOURCES} sources.")).into());
    }
    let max = context.state.config.limits.upload_bytes;
    let mut bytes = Vec::new();
    for source in object.data {
        let whole = match (&source.as_text, &source.as_base64, &source.blob_id) {
            (Some(text), None, None) => Bytes::copy_from_slice(text.as_bytes()),
            (None, Some(text), None) => {
                STANDARD.decode(text).map_err(|_| wrong("data:asBase64 is not base64.".into()))?.into()
            }
            (None, None, Some(id)) => {
                let found = match context.resolve(id) {
                    Some(resolved) => email::blob(context, account, &BlobId::from(resolved)).await?,
                    None => None,
                };
                let not_found = SetError::from(SetErrorKind::BlobNotFound).with("notFound", json!([id]));
                found.ok_or(not_found)?.0
            }
            _ => return Err(wrong("A source is a text, base64, or a blob.".into()).into()),
        };
        if source.blob_id.is_none() && (source.offset.is_some() || source.length.is_some()) {
            return Err(wrong("offset and length go with a blobId.".into()).into());
        }
        let piece = range(&whole, source.offset, source.length)
            .filter(|(_, is_cut)| !is_cut)
            .ok_or_else(|| wrong("The range is not in the blob.".into()))?
            .0;
        bytes.extend_from_slice(&piece);
        if bytes.len() as u64 > max {
            return Err(SetError::from(SetErrorKind::TooLarge).with("maxSize", max).into());
        }
    }
    let size = bytes.len() as u64;
    let media_type = object.media_type;
    let id = context.store().put_blob(account, bytes.into(), media_type.as_deref()).await?;
    Ok((id, media_type, size))
}

/// A part of a blob, and whether the blob ended before it. `None` if it begins after the end.
fn range(bytes: &Bytes, offset: Option<u64>, length: Option<u64>) -> Option<(Bytes, bool)> {
    let start = usize::try_from(offset.unwrap_or(0)).ok().filter(|start| *start <= bytes.len())?;
    let Some(length) = length else { return Some((bytes.slice(start..), false)) };
    let end = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(start);
    Some((bytes.slice(start..end.min(bytes.len())), end > bytes.len()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct BlobGet {
    account_id: AccountId,
    ids: Vec<Id>,
    #[serde(default)]
    properties: Option<Vec<String>>,
    #[serde(default)]
    offset: Option<u64>,
    #[serde(default)]
    length: Option<u64>,
}

/// `Blob/get`.
pub async fn get(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked: BlobGet = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    if asked.ids.len() > MAX_OBJECTS_IN_GET {
        return Err(MethodErrorKind::RequestTooLarge.into());
    }
    let properties = asked.properties.unwrap_or_else(|| vec!["data".to_owned(), "size".to_owned()]);
    const KNOWN: [&str; 8] =
        ["id", "data", "data:asText", "data:asBase64", "size", "digest:sha", "digest:sha-256", "digest:sha-512"];
    if let Some(unknown) = properties.iter().find(|name| !KNOWN.contains(&name.as_str())) {
        return Err(MethodError::invalid_arguments(format!("there is no property {unknown}")).into());
    }
    let mut list = Vec::new();
    let mut not_found = Vec::new();
    for id in asked.ids.into_iter().collect::<BTreeSet<_>>() {
        let blob_id = BlobId::from(context.resolve(id.as_str()).unwrap_or_else(|| id.clone()));
        match email::blob(context, &asked.account_id, &blob_id).await? {
            Some((bytes, _)) => list.push(blob_object(&blob_id, &bytes, &properties, asked.offset, asked.length)),
            None => not_found.push(id),
        }
    }
    arguments::answer(&json!({ "accountId": asked.account_id, "list": list, "notFound": not_found }))
}

fn blob_object(
    id: &BlobId,
    whole: &Bytes,
    properties: &[String],
    offset: Option<u64>,
    length: Option<u64>,
) -> Map<String, Value> {
    let (bytes, is_truncated) = range(whole, offset, length).unwrap_or((Bytes::new(), true));
    let mut object = Map::from_iter([("id".to_owned(), json!(id))]);
    let text = std::str::from_utf8(&bytes).ok();
    for property in properties {
        match property.as_str() {
            "data" => match text {
                Some(text) => {
                    object.insert("data:asText".to_owned(), json!(text));
                }
                None => {
                    object.insert("data:asBase64".to_owned(), json!(STANDARD.encode(&bytes)));
                    object.insert("isEncodingProblem".to_owned(), json!(true));
                }
            },
            "data:asText" => {
                object.insert(property.clone(), json!(text));
                if text.is_none() {
                    object.insert("isEncodingProblem".to_owned(), json!(true));
                }
            }
            "data:asBase64" => {
                object.insert(property.clone(), json!(STANDARD.encode(&bytes)));
            }
            "size" => {
                object.insert("size".to_owned(), json!(whole.len()));
            }
            "digest:sha" => {
                object.insert(property.clone(), json!(STANDARD.encode(sha1::Sha1::digest(&bytes))));
            }
            "digest:sha-256" => {
                object.insert(property.clone(), json!(STANDARD.encode(Sha256::digest(&bytes))));
            }
            "digest:sha-512" => {
                object.insert(property.clone(), json!(STANDARD.encode(Sha512::digest(&bytes))));
            }
            _ => {}
        }
    }
    if is_truncated {
        object.insert("isTruncated".to_owned(), json!(true));
    }
    object
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Lookup {
    account_id: AccountId,
    type_names: Vec<String>,
    ids: Vec<Id>,
}

/// `Blob/lookup`.
pub async fn lookup(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked: Lookup = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    if let Some(unknown) = asked.type_names.iter().find(|name| !["Email", "Thread", "Mailbox"].contains(&name.as_str()))
    {
        let reason = format!("{unknown} has no blobs");
        return Err(MethodError::new(MethodErrorKind::UnknownDataType, reason).into());
    }
    if asked.ids.len() > MAX_OBJECTS_IN_GET {
        return Err(MethodErrorKind::RequestTooLarge.into());
    }
    let mut list = Vec::new();
    let mut not_found = Vec::new();
    for id in asked.ids.into_iter().collect::<BTreeSet<_>>() {
        let blob_id = BlobId::from(context.resolve(id.as_str()).unwrap_or_else(|| id.clone()));
        let stored = part::locate(&blob_id);
        let known = match &stored {
            Some((stored, _)) => context.store().blob_info(&asked.account_id, stored).await?.is_some(),
            None => false,
        };
        let (Some((stored, _)), true) = (stored, known) else {
            not_found.push(id);
            continue;
        };
        let holders = context.store().blob_holders(&asked.account_id, &stored).await?;
        let mut matched = Map::new();
        for name in &asked.type_names {
            let ids = match name.as_str() {
                "Email" => json!(holders.emails),
                "Thread" => json!(holders.threads),
                _ => json!(holders.mailboxes),
            };
            matched.insert(name.clone(), ids);
        }
        list.push(json!({ "id": id, "matchedIds": matched }));
    }
    arguments::answer(&json!({ "accountId": asked.account_id, "list": list, "notFound": not_found }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Copy {
    from_account_id: AccountId,
    account_id: AccountId,
    blob_ids: Vec<BlobId>,
}

/// `Blob/copy`. A person has one account here, so a copy is from it to itself.
pub async fn copy(context: &Context<'_>, call: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let asked: Copy = arguments::read(call)?;
    context.check_account(&asked.account_id)?;
    if asked.from_account_id != asked.account_id {
        return Err(MethodErrorKind::FromAccountNotFound.into());
    }
    if asked.blob_ids.len() > MAX_OBJECTS_IN_SET {
        return Err(MethodErrorKind::RequestTooLarge.into());
    }
    let mut copied = Map::new();
    let mut not_copied = SetErrors::new();
    for id in asked.blob_ids {
        match email::blob(context, &asked.account_id, &id).await? {
            Some((bytes, media_type)) => {
                let copy = context.store().put_blob(&asked.account_id, bytes, media_type.as_deref()).await?;
                copied.insert(id.to_string(), json!(copy));
            }
            None => {
                not_copied.insert(Id::from(id), SetErrorKind::NotFound.into());
            }
        }
    }
    arguments::answer(&json!({
        "fromAccountId": asked.from_account_id,
        "accountId": asked.account_id,
        "copied": (!copied.is_empty()).then_some(copied),
        "notCopied": (!not_copied.is_empty()).then_some(not_copied),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_cut_or_said_to_be_short() {
        let bytes = Bytes::from_static(b"hello");
        let check = |offset, length, expect: Option<(&str, bool)>| {
            let found = range(&bytes, offset, length);
            assert_eq!(found.as_ref().map(|(bytes, cut)| (std::str::from_utf8(bytes).unwrap(), *cut)), expect);
        };
        check(None, None, Some(("hello", false)));
        check(Some(1), Some(3), Some(("ell", false)));
        check(Some(3), Some(9), Some(("lo", true)));
        check(Some(6), None, None);
        check(Some(u64::MAX), Some(u64::MAX), None);
    }

    #[test]
    fn what_is_no_text_comes_as_base64() {
        let object =
            blob_object(&BlobId::from("B"), &Bytes::from_static(b"\xff"), &["data".into(), "size".into()], None, None);
        assert_eq!(
            Value::Object(object),
            json!({ "id": "B", "data:asBase64": "/w==", "isEncodingProblem": true, "size": 1 })
        );
    }
}
