//! Parts of the app that are fetched when they are first wanted.
//!
//! `#[wasm_split]` marks the way into one; `cargo xtask build` makes it a file of its own. What the rest of the app calls
//! directly stays in the first download, so a part is entered through function pointers that its marked function gives.

use std::cell::Cell;
use std::time::Duration;

use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;
use leptos::{ev, prelude::*};

use crate::locale::t;
use crate::ui::{Toast, Toasts, on_window};

/// How long one waits without a word.
const PATIENCE: Duration = Duration::from_millis(500);

thread_local! {
    static AWAITED: Cell<u32> = const { Cell::new(0) };
}

/// What becomes of letters that are typed while a part is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Typing {
    /// They are meant for it: a form, a dialog, a menu.
    Awaits,
    /// It stands beside what has the focus: they are commands as always.
    GoesOn,
}

/// Whether a part that takes the focus is on its way.
pub(crate) fn is_awaited() -> bool {
    AWAITED.get() > 0
}

fn has_come(count: u32) {
    AWAITED.set(AWAITED.get().saturating_sub(count));
}

/// Does something with a part once it is there: most often at once. Says when that takes long; if the part does not
/// arrive, offers to try `again`.
pub(crate) fn when_there<T: 'static, F>(
    part: fn() -> F,
    toasts: Toasts,
    typing: Typing,
    then: impl FnOnce(T) + 'static,
    again: impl Fn() + Send + Sync + 'static,
) where
    F: Future<Output = Result<T, SplitLoaderError>> + 'static,
{
    let owner = Owner::current().unwrap_or_default();
    let late = StoredValue::new(None);
    let say_late = move || {
        late.try_set_value(Some(toasts.show(Toast::new(t("shell.partComing")))));
    };
    let timer = set_timeout_with_handle(say_late, PATIENCE).ok();
    let count = u32::from(typing == Typing::Awaits);
    AWAITED.set(AWAITED.get() + count);
    spawn_local(async move {
        let arrived = part().await;
        if let Some(timer) = timer {
            timer.clear();
        }
        if let Some(toast) = late.try_get_value().flatten() {
            toasts.put_away(toast);
        }
        owner.with(|| match arrived {
            Ok(part) => then(part),
            Err(_) => {
                let retry = Callback::new(move |()| again());
                toasts.show(Toast::new(t("shell.partMissing")).act(t("shell.tryAgain"), retry).seconds(30));
            }
        });
        // By then what it drew has the focus.
        request_animation_frame(move || has_come(count));
    });
}

/// Fetches a part before it is wanted, a moment after somebody first does something on the page: who only looks at the
/// list is not made to wait for more. A failure is told when the part is wanted.
pub(crate) fn prefetch<T: 'static, F>(part: fn() -> F)
where
    F: Future<Output = Result<T, SplitLoaderError>> + 'static,
{
    let is_begun = StoredValue::new(false);
    let begin = move || {
        // Without a connection there is nothing to be had; the next act asks again.
        let is_online = window().navigator().on_line();
        if is_online && is_begun.try_update_value(|is_begun| std::mem::replace(is_begun, true)) == Some(false) {
            let fetch = move || {
                spawn_local(async move {
                    let _ = part().await;
                });
            };
            set_timeout(fetch, PATIENCE);
        }
    };
    on_window(ev::pointerdown, move |_| begin());
    on_window(ev::keydown, move |_| begin());
}

/// Something that a part draws: fetched when it is first wanted, and there from then on.
pub(crate) fn later<T: Copy + Send + Sync + 'static, F>(
    wanted: impl Fn() -> bool + 'static,
    typing: Typing,
    part: fn() -> F,
    draw: impl Fn(T) -> AnyView + Send + 'static,
) -> impl IntoView
where
    F: Future<Output = Result<T, SplitLoaderError>> + 'static,
{
    let toasts = expect_context::<Toasts>();
    let arrived = RwSignal::new(None);
    // What did not arrive is asked for again when it is next wanted; what is on its way is not fetched twice.
    Effect::new(move |_| {
        if wanted() && arrived.with_untracked(Option::is_none) {
            fetch(part, toasts, typing, arrived);
        }
    });
    move || arrived.get().map(&draw)
}

fn fetch<T: Send + Sync + 'static, F>(part: fn() -> F, toasts: Toasts, typing: Typing, arrived: RwSignal<Option<T>>)
where
    F: Future<Output = Result<T, SplitLoaderError>> + 'static,
{
    let set = move |part| {
        arrived.try_set(Some(part));
    };
    when_there(part, toasts, typing, set, move || fetch(part, toasts, typing, arrived));
}
