//! "This and all that follow": one series made two.

use chrono::{NaiveDateTime, TimeDelta};
use serde_json::{Map, Value, json};

use super::{Event, ExpandError};
use crate::{
    date::{format_local, parse_local},
    recurrence::Skip,
    zone::Zone,
};

/// Why a series cannot be split there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    /// It has no such occurrence.
    #[error("the series has no occurrence there")]
    NoOccurrence,
    /// It is the first: what follows is the whole series.
    #[error("the first occurrence is the whole series")]
    First,
    /// The series has no rule to be split.
    #[error("the event does not recur by a rule")]
    NoRule,
    /// Its occurrences cannot be told.
    #[error(transparent)]
    Expand(#[from] ExpandError),
}

impl Event {
    /// The series up to an occurrence, and another that begins with it and goes on as this one did. They name each
    /// other as `next` and `first` (RFC 8984 §4.1.3).
    ///
    /// # Errors
    /// Why not.
    pub fn split(&self, at: NaiveDateTime, new_uid: &str) -> Result<(Self, Self), SplitError> {
        let series = self.series(&Zone::Floating)?;
        let mut rule = self.rule().ok_or(SplitError::NoRule)?.map_err(ExpandError::Rule)?;
        let first = self.start().or_else(|| self.due()).ok_or(ExpandError::NoTime)?;
        if at == first {
            return Err(SplitError::First);
        }
        if !series.is_natural(at) {
            return Err(SplitError::NoOccurrence);
        }
        // A day that was moved is still the day it was meant to be.
        if rule.skip != Skip::Omit
            && rule.by_day.is_empty()
            && rule.by_month_day.is_empty()
            && rule.by_year_day.is_empty()
        {
            use chrono::Datelike;
            rule.by_month_day = vec![i32::try_from(first.day()).unwrap_or(1)];
            if rule.frequency == crate::recurrence::Frequency::Yearly && rule.by_month.is_empty() {
                rule.by_month = vec![first.month()];
            }
        }
        let mut past_rule = rule.clone();
        past_rule.count = None;
        past_rule.until = Some(at - TimeDelta::seconds(1));
        if let Some(count) = rule.count {
            let before = rule.expand(first).skipping(series.zone()).to(at).count();
            rule.count = Some(count.saturating_sub(u32::try_from(before).unwrap_or(u32::MAX)).max(1));
        }

        let mut past = self.clone();
        past.set("recurrenceRule", past_rule.to_json());
        past.keep_overrides(|id| id < at);
        past.relate(new_uid, "next");
        let mut future = self.clone();
        future.set("uid", new_uid);
        future.set("recurrenceRule", rule.to_json());
        future.keep_overrides(|id| id >= at);
        future.relate(self.uid(), "first");
        let begins = format_local(at);
        match (self.start(), self.due()) {
            (Some(start), due) => {
                future.set("start", begins);
                if let Some(due) = due {
                    future.set("due", format_local(at + (due - start)));
                }
            }
            (None, _) => future.set("due", begins),
        }
        for name in ["sequence", "created", "updated", "requestStatus"] {
            future.remove(name);
        }
        Ok((past, future))
    }

    fn keep_overrides(&mut self, keep: impl Fn(NaiveDateTime) -> bool) {
        if let Some(Value::Object(overrides)) = self.0.get_mut("recurrenceOverrides") {
            overrides.retain(|id, _| parse_local(id).is_some_and(&keep));
            if overrides.is_empty() {
                self.0.remove("recurrenceOverrides");
            }
        }
    }

    fn relate(&mut self, uid: &str, relation: &str) {
        let related = self.0.entry("relatedTo").or_insert_with(|| Value::Object(Map::new()));
        if !related.is_object() {
            *related = Value::Object(Map::new());
        }
        if let Some(related) = related.as_object_mut() {
            related.insert(uid.to_owned(), json!({"@type": "Relation", "relation": {relation: true}}));
        }
    }
}
