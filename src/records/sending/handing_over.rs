//! Handing a mail over to the server: one request, and before a second attempt the question whether the first arrived.

use std::rc::Rc;

use jmap::mailbox::Role;
use jmap::method::{GetResponse, QueryResponse, SetResponse};
use jmap::{EmailId, EmailSubmissionId, Id, SetError, UtcDate, capability};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{HandedOver, NotSent, Sending};
use crate::client::Batch;
use crate::client::batch::put;
use crate::records::Failure;
use crate::records::draft::Hold;
use crate::records::engine::Engine;
use crate::records::writing::now;

impl Sending {
    /// Whether the server holds mail back at all; if not, there is nothing to take back either.
    fn hold_there(&self, engine: &Engine) -> Option<Hold> {
        let (session, account) = (engine.client.session()?, engine.account()?);
        let submission = session.accounts.get(&account)?.account_capabilities.get(capability::SUBMISSION)?;
        let longest = submission.get("maxDelayedSend")?.as_u64()?;
        (longest > 0).then_some(self.hold)
    }

    /// Makes the mail and its submission, and takes earlier copies away.
    pub(super) async fn hand_over(&self, engine: &Rc<Engine>, old: Option<EmailId>) -> Result<HandedOver, NotSent> {
        let account = engine.account().ok_or(Failure::SignedOut)?;
        let sender = engine.sender(&self.draft).await?;
        // Without folders there has been no answer yet.
        let drafts = engine.role(&Role::Drafts).ok_or(Failure::Offline)?;
        let sent = engine.role(&Role::Sent).unwrap_or_else(|| drafts.clone());
        let mut old: Vec<Id> = old.iter().map(Id::from).collect();
        if self.uncertain.get() {
            let copies = engine.copies(&self.draft.message_id(&sender), None).await?;
            if let Some(arrived) = self.arrived(engine, &copies).await? {
                return Ok(arrived);
            }
            old.extend(copies);
            old.sort();
            old.dedup();
        }
        let mut batch = Batch::new();
        let email = self.draft.email(&sender, &drafts);
        let set = batch.call("Email/set", &account, json!({ "create": { "mail": email } }));
        let submission = json!({
            "emailId": "#mail",
            "identityId": sender.id,
            "envelope": self.draft.envelope(&sender, self.hold_there(engine)),
        });
        let mut on_success = json!({ "keywords/$draft": null });
        if sent != drafts {
            put(&mut on_success, &format!("mailboxIds/{drafts}"), Value::Null);
            put(&mut on_success, &format!("mailboxIds/{sent}"), json!(true));
        }
        let submit = batch.call(
            "EmailSubmission/set",
            &account,
            json!({ "create": { "send": submission }, "onSuccessUpdateEmail": { "#send": on_success } }),
        );
        // Last, so that nothing is lost if the mail itself is refused.
        let clean = (!old.is_empty()).then(|| batch.call("Email/set", &account, json!({ "destroy": old })));
        let mut answers = engine.client.ask(batch).await?;
        let created: SetResponse = answers.take(set)?;
        let mail = created_id(&created, "mail").map_err(|error| NotSent::from(Failure::from(&error)))?;
        let email = EmailId::from(mail);
        let submitted: SetResponse = answers.take(submit)?;
        if let Some(clean) = clean
            && let Ok(cleaned) = answers.take::<SetResponse>(clean)
        {
            engine.heard_set("Email", &cleaned);
        } else {
            engine.heard_set("Email", &created);
        }
        match created_id(&submitted, "send") {
            Ok(id) => {
                let made = submitted.created.as_ref().and_then(|created| created.get(&Id::from("send")));
                let send_at = made.and_then(|made| UtcDate::deserialize(made.get("sendAt")?).ok());
                let send_at = send_at.unwrap_or_else(|| self.expected());
                Ok(HandedOver { id: EmailSubmissionId::from(id), email, send_at })
            }
            Err(error) => {
                let at_fault = error.more.get("invalidRecipients").and_then(Value::as_array);
                let recipients =
                    at_fault.into_iter().flatten().filter_map(|to| Some(to.as_str()?.to_owned())).collect();
                Err(NotSent { failure: Failure::from(&error), recipients, email: Some(email) })
            }
        }
    }

    /// When it goes out, if the server does not say.
    fn expected(&self) -> UtcDate {
        match self.hold {
            Hold::For(seconds) => UtcDate::from_millis(now().millis() + i64::from(seconds) * 1000),
            Hold::Until(time) => time,
        }
    }

    /// Whether an earlier attempt arrived: a submission of one of the copies.
    async fn arrived(&self, engine: &Engine, copies: &[Id]) -> Result<Option<HandedOver>, Failure> {
        let (Some(email), Some(account)) = (copies.first(), engine.account()) else { return Ok(None) };
        let mut batch = Batch::new();
        let filter = json!({ "emailIds": copies });
        let query = batch.call("EmailSubmission/query", &account, json!({ "filter": filter }));
        let get = batch.call("EmailSubmission/get", &account, json!({ "properties": ["id", "emailId", "sendAt"] }));
        batch.refer("ids", query, "/ids");
        let mut answers = engine.client.ask(batch).await?;
        let found: QueryResponse = answers.take(query)?;
        let Some(id) = found.ids.first().cloned() else { return Ok(None) };
        let list: GetResponse = answers.take(get)?;
        let record = list.list.iter().find(|record| record.get("id").and_then(Value::as_str) == Some(id.as_str()));
        let email = record.and_then(|record| record.get("emailId")?.as_str()).unwrap_or(email.as_str());
        let send_at = record.and_then(|record| UtcDate::deserialize(record.get("sendAt")?).ok());
        Ok(Some(HandedOver { id: id.into(), email: email.into(), send_at: send_at.unwrap_or_else(now) }))
    }
}

fn created_id(answer: &SetResponse, creation: &str) -> Result<String, SetError> {
    let creation = Id::from(creation);
    let id = answer.created.as_ref().and_then(|created| created.get(&creation)?.get("id")?.as_str());
    match id {
        Some(id) => Ok(id.to_owned()),
        None => {
            let error = answer.not_created.as_ref().and_then(|errors| errors.get(&creation)).cloned();
            Err(error.unwrap_or_else(|| jmap::error::SetErrorKind::Other("serverPartialFail".to_owned()).into()))
        }
    }
}
