//! The end of a form that does not send: what was written is kept, or thrown away with a way back.

use leptos::prelude::*;

use super::composers::Composers;
use super::writing::{Field, Writing};
use crate::locale::t;
use crate::ui::Toast;

impl Composers {
    /// Closes the form; what was written stays in Drafts.
    pub(super) fn put_away(self, writing: Writing) {
        if writing.touched.get_untracked() {
            for field in Field::ALL {
                writing.people(field).commit();
            }
            self.records.save_draft(&untrack(|| writing.draft()));
            self.records.leave_draft(&writing.key());
            self.toasts.show(Toast::new(t("composer.keptInDrafts")));
        }
        self.remove(writing);
    }

    /// Throws it away, with a way back.
    pub(super) fn discard(self, writing: Writing) {
        let place = writing.place.get_untracked();
        let draft = untrack(|| writing.draft());
        let had_words = writing.touched.get_untracked() || draft.email.is_some();
        self.remove(writing);
        if !had_words {
            return;
        }
        let undo = self.within(|| self.records.discard_draft(&draft.key));
        // The form that asked is gone when this is called.
        let back = self.within(|| {
            Callback::new(move |()| {
                undo.undo();
                self.reopen(draft.clone(), place.clone());
            })
        });
        self.toasts.show(Toast::new(t("composer.discarded")).act(t("composer.undo"), back));
    }
}
