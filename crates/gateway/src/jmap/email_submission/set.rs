//! EmailSubmission/set (RFC 8621 §7.5), and the Email/set that comes with its success.

use std::collections::{BTreeMap, HashMap};

use jmap::email_submission::{DeliveryStatus, Envelope};
use jmap::error::{MethodErrorKind, SetErrorKind};
use jmap::{EmailId, EmailSubmissionId, Id, SetError, UtcDate};
use serde_json::{Map, Value, json};
use store::{DataType, Writer};

use super::envelope::{envelope, send_at};
use super::{PROPERTIES, object};
use crate::delivery::record;
use crate::delivery::route::Routes;
use crate::jmap::context::Context;
use crate::jmap::dispatch::Answers;
use crate::jmap::failure::{Failure, Refusal};
use crate::jmap::set::{self, Changer, Set};
use crate::jmap::{arguments, email, patch};

/// `EmailSubmission/set`.
pub async fn set(context: &mut Context<'_>, mut call: Map<String, Value>) -> Result<Answers, Failure> {
    let update: Option<Map<String, Value>> = arguments::take(&mut call, "onSuccessUpdateEmail")?;
    let destroy: Option<Vec<String>> = arguments::take(&mut call, "onSuccessDestroyEmail")?;
    let asked = Set::read(context, call)?;
    let account = asked.account_id.clone();
    let routes = Routes::load(context.store(), &context.state.config).await?;
    let mut submissions = Submissions { routes, emails: HashMap::new() };
    let answer = set::set(context, asked, &mut submissions).await?;
    let follow_up = submissions.follow_up(context, &answer, update, destroy);
    let mut answers = vec![("EmailSubmission/set".to_owned(), answer)];
    if let Some(mut follow_up) = follow_up {
        follow_up.insert("accountId".to_owned(), json!(account));
        match email::set::set(context, follow_up).await {
            Ok(answer) => answers.push(("Email/set".to_owned(), answer)),
            // The submission stands: what follows it fails for itself.
            Err(Failure(error)) => answers.push(("error".to_owned(), arguments::answer(&error)?)),
        }
    }
    Ok(answers)
}

struct Submissions {
    routes: Routes,
    /// By submission that was created, changed or destroyed here: its email.
    emails: HashMap<Id, Id>,
}

impl Submissions {
    /// The arguments of the Email/set that follows, if anything that was asked for has succeeded.
    fn follow_up(
        &self,
        context: &Context<'_>,
        answer: &Map<String, Value>,
        update: Option<Map<String, Value>>,
        destroy: Option<Vec<String>>,
    ) -> Option<Map<String, Value>> {
        let succeeded = |key: &str| -> Option<&Id> {
            let id = context.resolve(key)?;
            let named = |list: &str| answer.get(list).and_then(Value::as_object);
            let is_created =
                named("created").into_iter().flat_map(Map::values).any(|made| made.get("id") == Some(&json!(id)));
            let is_updated = named("updated").is_some_and(|list| list.contains_key(id.as_str()));
            let is_destroyed =
                answer.get("destroyed").and_then(Value::as_array).is_some_and(|list| list.contains(&json!(id)));
            if is_created || is_updated || is_destroyed { self.emails.get(&id) } else { None }
        };
        let mut patches: BTreeMap<String, Value> = BTreeMap::new();
        for (key, patch) in update.unwrap_or_default() {
            if let Some(email) = succeeded(&key) {
                patches.insert(email.to_string(), patch);
            }
        }
        let destroyed: Vec<&Id> = destroy.iter().flatten().filter_map(|key| succeeded(key)).collect();
        let mut arguments = Map::new();
        if !patches.is_empty() {
            arguments.insert("update".to_owned(), json!(patches));
        }
        if !destroyed.is_empty() {
            arguments.insert("destroy".to_owned(), json!(destroyed));
        }
        (!arguments.is_empty()).then_some(arguments)
    }
}

impl Changer for Submissions {
    const DATA_TYPE: DataType = DataType::EmailSubmission;

    async fn create(
        &mut self,
        context: &Context<'_>,
        writer: &mut Writer,
        _: &str,
        asked: &Map<String, Value>,
    ) -> Result<(Id, Map<String, Value>), Refusal> {
        const SETTABLE: [&str; 4] = ["identityId", "emailId", "envelope", "undoStatus"];
        if let Some(unsettable) = asked.keys().find(|name| !SETTABLE.contains(&name.as_str())) {
            return Err(SetError::invalid_properties([unsettable.as_str()], "This cannot be set.").into());
        }
        let id_of = |name: &str| {
            let id = asked.get(name).and_then(Value::as_str).and_then(|id| context.resolve(id));
            id.ok_or_else(|| SetError::invalid_properties([name], "There is no such record."))
        };
        let identity_id = id_of("identityId")?;
        let identity = writer.get_record(DataType::Identity, &identity_id).await?;
        let identity_email = identity.as_ref().and_then(|record| record.body.get("email")).and_then(Value::as_str);
        let identity_email =
            identity_email.ok_or_else(|| SetError::invalid_properties(["identityId"], "There is no such identity."))?;
        let email_id = EmailId::from(id_of("emailId")?);
        let no_email = || SetError::invalid_properties(["emailId"], "There is no such email.");
        let row = writer.email(&email_id).await?.ok_or_else(no_email)?;

        let from = row.envelope.from.as_deref().unwrap_or_default();
        if from.is_empty() {
            let error = SetError::new(SetErrorKind::InvalidEmail, "The mail says not from whom it is.");
            return Err(SetError { properties: Some(vec!["from".to_owned()]), ..error }.into());
        }
        if !from.iter().all(|address| address.email.eq_ignore_ascii_case(identity_email)) {
            let reason = "The mail is from somebody else than the identity.";
            return Err(SetError::new(SetErrorKind::ForbiddenFrom, reason).into());
        }
        let envelope = envelope(asked.get("envelope"), &row.envelope, identity_email)?;
        let unreachable: Vec<&str> =
            envelope.rcpt_to.iter().map(|to| to.email.as_str()).filter(|email| !self.routes.can_reach(email)).collect();
        if !unreachable.is_empty() {
            let reason = "This server sends no mail to the outside: no SMTP relay is configured.";
            return Err(SetError::new(SetErrorKind::InvalidRecipients, reason)
                .with("invalidRecipients", json!(unreachable))
                .into());
        }

        let (send_at, is_held) = send_at(&envelope, context.now())?;
        // The message is kept apart from the email, which may be destroyed before it is sent.
        if !writer.keep_blob(&row.blob_id, Some("message/rfc822")).await? {
            return Err(no_email().into());
        }
        let send_at = UtcDate::from_millis(send_at);
        let id = writer.new_id(DataType::EmailSubmission);
        let mut properties = json!({
            "threadId": row.thread_id,
            "envelope": envelope,
            "sendAt": send_at,
            "undoStatus": if is_held { "pending" } else { "final" },
            "deliveryStatus": queued(&envelope),
            "dsnBlobIds": [],
            "mdnBlobIds": [],
        });
        let Some(properties) = properties.as_object_mut() else {
            return Err(Failure::from(MethodErrorKind::ServerFail).into());
        };
        let mut body = properties.clone();
        body.insert("identityId".to_owned(), json!(identity_id));
        body.insert("emailId".to_owned(), json!(email_id));
        body.insert(record::MESSAGE.to_owned(), json!(row.blob_id));
        writer.put_record(DataType::EmailSubmission, &id, body, true).await?;
        writer.schedule_submission(&EmailSubmissionId::from(id.clone()), Some(send_at)).await?;
        self.emails.insert(id.clone(), email_id.into());
        if asked.get("envelope").is_some_and(|envelope| !envelope.is_null()) {
            properties.remove("envelope");
        }
        Ok((id, std::mem::take(properties)))
    }

    async fn update(
        &mut self,
        _: &Context<'_>,
        writer: &mut Writer,
        id: &Id,
        patch: &Map<String, Value>,
    ) -> Result<Option<Map<String, Value>>, Refusal> {
        let record = writer.get_record(DataType::EmailSubmission, id).await?.ok_or(SetErrorKind::NotFound)?;
        let mut body = record.body.clone();
        let current = object(record);
        let patched = patch::apply(&current, patch)?;
        let changed: Vec<&str> = PROPERTIES
            .iter()
            .copied()
            .chain(patch.keys().map(String::as_str))
            .filter(|name| *name != "undoStatus" && *name != "id" && patched.get(*name) != current.get(*name))
            .collect();
        if !changed.is_empty() || patch.get("id").is_some_and(|value| *value != json!(id)) {
            return Err(SetError::invalid_properties(changed, "Only undoStatus changes.").into());
        }
        let status = |object: &Map<String, Value>| object.get("undoStatus").and_then(Value::as_str).map(str::to_owned);
        let (before, after) = (status(&current), status(&patched));
        if before != after {
            match (before.as_deref(), after.as_deref()) {
                (Some("pending"), Some("canceled")) => {}
                (_, Some("canceled")) => {
                    let reason = "The mail is on its way already.";
                    return Err(SetError::new(SetErrorKind::CannotUnsend, reason).into());
                }
                _ => {
                    return Err(SetError::invalid_properties(["undoStatus"], "It can become `canceled` only.").into());
                }
            }
            body.insert("undoStatus".to_owned(), json!("canceled"));
            writer.put_record(DataType::EmailSubmission, id, body, false).await?;
            writer.schedule_submission(&EmailSubmissionId::from(id.clone()), None).await?;
        }
        if let Some(email) = current.get("emailId").and_then(Value::as_str) {
            self.emails.insert(id.clone(), Id::from(email));
        }
        Ok(None)
    }

    async fn destroy(&mut self, _: &Context<'_>, writer: &mut Writer, id: &Id) -> Result<(), Refusal> {
        let record = writer.get_record(DataType::EmailSubmission, id).await?.ok_or(SetErrorKind::NotFound)?;
        // Destroying must not stop a delivery (RFC 8621 §7.5): so it waits until there is none.
        if record::is_under_way(&record.body) {
            return Err(SetError::new(SetErrorKind::Forbidden, "The mail is still to be sent. Cancel it first.").into());
        }
        if let Some(email) = record.body.get("emailId").and_then(Value::as_str) {
            self.emails.insert(id.clone(), Id::from(email));
        }
        writer.destroy_record(DataType::EmailSubmission, id).await?;
        Ok(())
    }
}

fn queued(envelope: &Envelope) -> BTreeMap<String, DeliveryStatus> {
    let status = DeliveryStatus {
        smtp_reply: "250 2.0.0 Queued".to_owned(),
        delivered: "queued".to_owned(),
        displayed: "unknown".to_owned(),
    };
    envelope.rcpt_to.iter().map(|to| (to.email.clone(), status.clone())).collect()
}
