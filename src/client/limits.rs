//! What the server takes at most, from its session (RFC 8620 §2); and cutting work to that size.

use jmap::Session;

/// The limits that this app has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Method calls in a request.
    pub calls: usize,
    /// Ids in a `/get`.
    pub get: usize,
    /// Records in a `/set`.
    pub set: usize,
    /// Octets of a request.
    pub request: u64,
    /// Octets of an upload.
    pub upload: u64,
    /// Requests at a time.
    pub requests: usize,
}

impl Limits {
    /// Of a session; the smallest that RFC 8620 suggests where it says nothing.
    pub fn of(session: &Session) -> Self {
        let Some(core) = session.core() else { return Self::default() };
        let size = |value: u64| usize::try_from(value).unwrap_or(usize::MAX).max(1);
        Self {
            calls: size(core.max_calls_in_request),
            get: size(core.max_objects_in_get),
            set: size(core.max_objects_in_set),
            request: core.max_size_request,
            upload: core.max_size_upload,
            requests: size(core.max_concurrent_requests),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { calls: 16, get: 500, set: 500, request: 10_000_000, upload: 50_000_000, requests: 4 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jmap::capability;
    use serde_json::json;

    #[test]
    fn a_session_states_its_limits() {
        let mut session: Session = serde_json::from_value(json!({
            "capabilities": {}, "accounts": {}, "primaryAccounts": {}, "username": "", "apiUrl": "",
            "downloadUrl": "", "uploadUrl": "", "eventSourceUrl": "", "state": "1",
        }))
        .unwrap();
        assert_eq!(Limits::of(&session), Limits::default());
        session.capabilities.insert(
            capability::CORE.to_owned(),
            json!({
                "maxSizeUpload": 1, "maxConcurrentUpload": 2, "maxSizeRequest": 3, "maxConcurrentRequests": 4,
                "maxCallsInRequest": 5, "maxObjectsInGet": 6, "maxObjectsInSet": 0, "collationAlgorithms": [],
            }),
        );
        assert_eq!(Limits::of(&session), Limits { calls: 5, get: 6, set: 1, request: 3, upload: 1, requests: 4 });
    }
}
