//! Choosing a stretch of rows of which some were never seen: the server names them, and what is pressed meanwhile is
//! done with all of them. What is chosen is [`Selection`]'s.

use std::ops::Range;

use jmap::Id;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::desk::Desk;
use super::list::selection::Selection;
use crate::locale::t;
use crate::records::EmailWindow;
use crate::ui::Toast;

/// Rows asked beyond where the anchor was last seen: so far it may have moved since.
const DRIFT: usize = 50;

/// Something to do with all rows of a range.
pub(super) type RangeAct = Box<dyn FnOnce(Vec<Id>)>;

/// A stretch of rows whose keys are on their way.
pub(super) struct RangeAsked {
    /// What was chosen when it was asked.
    selection: Selection,
    /// What was pressed since.
    pub(super) then: Vec<RangeAct>,
}

/// Where a range begins, and where that row was last seen.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct AnchorSeen {
    key: Id,
    index: usize,
}

/// The rows between two, both included.
fn between(from: usize, to: usize) -> Range<usize> {
    from.min(to)..from.max(to) + 1
}

impl Desk {
    /// Remembers where the row is that a range begins at: a list may forget rows that are far from the view.
    pub(super) fn watch_anchor(self) {
        Effect::new(move |_| {
            let anchor = self.selection.with(|selection| selection.anchor().cloned());
            let Some((key, window)) = anchor.zip(self.window.get()) else { return };
            window.track();
            if let Some(index) = window.index_of(&key) {
                self.anchor_seen.set_value(Some(AnchorSeen { key, index }));
            }
        });
    }

    /// Chooses from where the choice began to this row, with what lies between and was never seen; the row itself may
    /// not be known either.
    pub(crate) fn extend_to(self, window: EmailWindow, key: Option<Id>, to: usize) {
        let before = self.selection.get_untracked();
        let mut then = self.take_range(&before);
        let anchor = before.anchor().cloned();
        let known_at = anchor.as_ref().and_then(|anchor| window.index_of(anchor));
        let seen_at = || {
            let seen = self.anchor_seen.get_value()?;
            (Some(&seen.key) == anchor.as_ref()).then_some(seen.index)
        };
        let lost_at = if known_at.is_none() { seen_at() } else { None };
        let from = known_at.or(lost_at).unwrap_or(to);
        let range = between(from, to);
        let known: Vec<Id> = range.clone().filter_map(|index| window.row_now(index)).map(|row| row.key).collect();
        let is_whole = known.len() == range.len() && lost_at.is_none();
        let near = key.clone().or_else(|| before.cursor().cloned()).or_else(|| known.last().cloned());
        if let Some(near) = near {
            self.selection.update(|selection| selection.extend(near, known.iter().cloned()));
        }
        if is_whole {
            return then.drain(..).for_each(|act| act(known.clone()));
        }
        let asked = self.selection.get_untracked();
        self.range.set_value(Some(RangeAsked { selection: asked.clone(), then }));
        let total = window.total().get_untracked().unwrap_or(range.end);
        let lost = anchor.filter(|_| lost_at.is_some());
        let wide = match lost_at {
            Some(at) => at.saturating_sub(DRIFT).min(range.start)..(at + DRIFT).max(range.end).min(total.max(range.end)),
            None => range,
        };
        spawn_local(async move {
            let found = window.keys_in(wide.clone()).await;
            let then = self.take_range(&asked);
            let found = found.ok().and_then(|keys| match &lost {
                // It may be elsewhere now: the range begins where it is.
                Some(anchor) => {
                    let range = between(keys.iter().position(|key| key == anchor)?, to.checked_sub(wide.start)?);
                    keys.get(range.start..range.end.min(keys.len())).map(<[Id]>::to_vec)
                }
                None => Some(keys),
            });
            let Some(keys) = found else {
                self.toasts.show(Toast::new(t("mail.allNotFound")));
                return;
            };
            let end = key.or_else(|| if to < from { keys.first() } else { keys.last() }.cloned());
            // Unless something else was chosen meanwhile.
            if let Some(end) = end
                && self.selection.try_with_untracked(|now| *now == asked) == Some(true)
            {
                self.selection.update(|selection| selection.extend(end, keys.iter().cloned()));
            }
            for act in then {
                act(keys.clone());
            }
        });
    }

    /// What was pressed while this choice was not known whole.
    fn take_range(self, chosen: &Selection) -> Vec<RangeAct> {
        let mine = |range: &mut RangeAsked| range.selection == *chosen;
        self.range.try_update_value(|range| range.take_if(mine)).flatten().map(|range| range.then).unwrap_or_default()
    }

    /// What is chosen is not known whole yet.
    pub(crate) fn range_is_due(self) -> bool {
        let due = |range: &RangeAsked| self.selection.with_untracked(|now| *now == range.selection);
        self.range.with_value(|range| range.as_ref().is_some_and(due))
    }
}
