//! How the app is connected, said above what one does: nothing while all is well.

use std::time::Duration;

use leptos::prelude::*;

use crate::locale::{dates, t, t_count, t_with};
use crate::records::use_records;
use crate::ui::{IconName, Notice, NoticeKind, steady};

/// "Offline since 10:12. 3 changes go out when the connection is back."
#[component]
pub(super) fn ConnectionNotice() -> impl IntoView {
    let records = use_records();
    let connection = records.connection();
    // A request that is lost once is not a lost connection.
    let offline =
        steady(Signal::derive(move || connection.get().offline), Duration::from_millis(1_500), Duration::from_secs(1));
    let since = Memo::new(move |_| offline.get().then(dates::now));
    let words = move || {
        let since = since.get()?;
        let mut words = t_with("shell.offlineSince", &[("time", &dates::time(since))]);
        let waiting = connection.get().waiting;
        if waiting > 0 {
            words.push(' ');
            words.push_str(&t_count("shell.changesWait", waiting as u64, &[]));
        }
        Some(words)
    };
    move || {
        since.get().is_some().then(|| {
            view! {
                <div class="shell-notice">
                    <Notice
                        kind=NoticeKind::Caution
                        icon=IconName::Offline
                        words=Signal::derive(move || words().unwrap_or_default())
                        act=t("shell.tryAgain")
                        on_act=move |()| records.retry()
                    />
                </div>
            }
        })
    }
}
