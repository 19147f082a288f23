//! What becomes of an error on its way to the client: of a call ([`Failure`]), or of one record ([`Refusal`]).

use jmap::error::{MethodErrorKind, SetErrorKind};
use jmap::{MethodError, SetError};

/// Why a call failed as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure(pub MethodError);

/// Why one record was not changed, or the whole call failed over it.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// This record stays as it was; others go on.
    Record(SetError),
    /// Nothing goes on.
    Call(Failure),
}

impl From<MethodError> for Failure {
    fn from(error: MethodError) -> Self {
        Self(error)
    }
}

impl From<MethodErrorKind> for Failure {
    fn from(kind: MethodErrorKind) -> Self {
        Self(kind.into())
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        use store::Error as E;
        Self(match error {
            E::CannotCalculateChanges => MethodErrorKind::CannotCalculateChanges.into(),
            E::TooManyChanges => MethodErrorKind::TooManyChanges.into(),
            E::AnchorNotFound => MethodErrorKind::AnchorNotFound.into(),
            E::UnsupportedFilter(reason) => MethodError::new(MethodErrorKind::UnsupportedFilter, reason),
            E::UnsupportedSort(reason) => MethodError::new(MethodErrorKind::UnsupportedSort, reason),
            E::NoAccount(_) => MethodErrorKind::AccountNotFound.into(),
            other => {
                tracing::error!(error = %other, source = ?std::error::Error::source(&other), "a call to the store failed");
                MethodErrorKind::ServerFail.into()
            }
        })
    }
}

impl From<SetError> for Refusal {
    fn from(error: SetError) -> Self {
        Self::Record(error)
    }
}

impl From<SetErrorKind> for Refusal {
    fn from(kind: SetErrorKind) -> Self {
        Self::Record(kind.into())
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Call(failure)
    }
}

impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::NotFound(..) => SetErrorKind::NotFound.into(),
            other => Self::Call(other.into()),
        }
    }
}
