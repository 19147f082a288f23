//! EmailSubmission: a mail on its way out (RFC 8621 §7).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::kinds;
use crate::{BlobId, EmailId, EmailSubmissionId, IdentityId, ThreadId, UtcDate};

/// A mail that was handed over to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EmailSubmission {
    /// Its id.
    pub id: EmailSubmissionId,
    /// As whom.
    pub identity_id: IdentityId,
    /// Which mail.
    pub email_id: EmailId,
    /// The mail's thread.
    pub thread_id: ThreadId,
    /// For SMTP; made from the mail if the client gave none.
    pub envelope: Option<Envelope>,
    /// When it goes or went out.
    pub send_at: UtcDate,
    /// Whether it can be taken back.
    pub undo_status: UndoStatus,
    /// By recipient.
    pub delivery_status: Option<BTreeMap<String, DeliveryStatus>>,
    /// Delivery reports.
    #[serde(default)]
    pub dsn_blob_ids: Vec<BlobId>,
    /// Read reports.
    #[serde(default)]
    pub mdn_blob_ids: Vec<BlobId>,
}

/// Sender and recipients for SMTP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    /// MAIL FROM.
    pub mail_from: Address,
    /// RCPT TO.
    pub rcpt_to: Vec<Address>,
}

/// An address of an envelope with its SMTP parameters, such as HOLDFOR (RFC 4865).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// `alice@owlery.example`.
    pub email: String,
    /// By name, upper case as SMTP has them.
    #[serde(default)]
    pub parameters: Option<BTreeMap<String, Option<String>>>,
}

kinds!(
    /// Whether a submission can be taken back.
    UndoStatus {
        /// It can.
        Pending = "pending",
        /// It is too late.
        Final = "final",
        /// It was.
        Canceled = "canceled",
    }
);

/// What became of a mail for one recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryStatus {
    /// The server's last words.
    pub smtp_reply: String,
    /// `queued`, `yes`, `no` or `unknown`.
    pub delivered: String,
    /// `yes` or `unknown`.
    pub displayed: String,
}
