//! The reading pane: the open conversation, several chosen rows, a mail being written, or nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use leptos::wasm_split::{SplitLoaderError, wasm_split};
use leptos::{html, prelude::*};

use super::body::is_dark;
use super::fold::{opened, shown};
use super::message::Message;
use super::several::{NothingOpen, Several};
use super::tools::{Back, Tools};
use crate::locale::{t, t_count, t_with};
use crate::mail::Action;
use crate::mail::composer::{SheetComposer, ThreadComposer};
use crate::mail::desk::{Desk, key_of as row_key};
use crate::mail::said::{self, with_said};
use crate::mail::summary::{base_subject, categories, category_name, first_name, is, subject};
use crate::records::{Email, EmailId, EmailPatch, Load, Role, Targets, Thread, ThreadId};
use crate::routes::Open;
use crate::session::use_session;
use crate::shell::parts::{Typing, later};
use crate::ui::{Avatar, AvatarSize, Bones, BonesKind, Chip, EmptyState, Hue, Kbd, OwlPicture, bones_due};

/// How long a mail is open before it counts as read: not while one only passes by with the arrow keys.
const READ_AFTER: Duration = Duration::from_millis(400);

/// The pane.
#[component]
pub(crate) fn ReadingPane() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let writes = desk.composers.in_sheet();
    let open = Memo::new(move |_| desk.route.with(|route| route.open.clone()));
    let choosing = Memo::new(move |_| desk.is_choosing());
    let is_wanted = move || choosing.get() || open.with(Option::is_some);
    let is_drawn = RwSignal::new(false);
    let bones = bones_due(Signal::derive(move || is_wanted() && !is_drawn.get()));
    view! {
        <section class="reading" id="reading" aria-label=t("mail.readingPane") data-pane="[data-pane-entry]">
            <SheetComposer />
            <div class="reading__pane" hidden=move || writes.get()>
                {move || (!choosing.get() && open.with(Option::is_none)).then(|| view! { <NothingOpen /> })}
                {move || {
                    (is_wanted() && !is_drawn.get())
                        .then(|| {
                            view! {
                                <div class="reading__alone"><Back /></div>
                                <div class="reading__waiting">
                                    {move || bones.get().then(|| view! { <Bones kind=BonesKind::Lines(7) label=t("mail.loadingMessage") /> })}
                                </div>
                            }
                        })
                }}
                {later(is_wanted, Typing::GoesOn, contents, move |draw| {
                    is_drawn.set(true);
                    draw(open, choosing)
                })}
            </div>
        </section>
    }
}

type Draw = fn(Memo<Option<Open>>, Memo<bool>) -> AnyView;

/// What draws the conversation that is open, or what can be done with several that are chosen.
#[wasm_split(reading, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn contents() -> Result<Draw, SplitLoaderError> {
    Ok(|open, choosing| {
        view! {
            {move || choosing.get().then(|| view! { <Several /> })}
            // Made anew for each: what is opened begins at its top, with nothing of the one before.
            <For each=move || open.get().filter(|_| !choosing.get()) key=row_key let:open>
                <Conversation open />
            </For>
        }
        .into_any()
    })
}

#[component]
fn Conversation(open: Open) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let open = StoredValue::new(open);
    let thread_id = desk.thread();
    let records = desk.records;
    // Made anew with the id only: each remembers what it last showed.
    let whole = Memo::new(move |_| thread_id.get().map(|id| records.thread(id)));
    let only = match open.get_value() {
        Open::Email(id) => Some(records.email(id)),
        Open::Thread(_) => None,
    };
    let thread = Memo::new(move |_| match (whole.get(), only) {
        (Some(whole), _) => whole.get(),
        // The mail is not known yet, or not there.
        (None, Some(email)) => email.get().map(|email| Thread { id: email.thread_id.clone(), emails: vec![email] }),
        (None, None) => Load::Loading,
    });
    let loading = Signal::derive(move || thread.with(|thread| matches!(thread, Load::Loading)));
    let bones = bones_due(loading);
    let emails = Memo::new(move |_| {
        let thread = thread.get();
        let Some(thread) = thread.ready() else { return Vec::new() };
        let mailboxes = records.mailboxes().get();
        let hidden: BTreeSet<_> = mailboxes
            .iter()
            .filter(|mailbox| matches!(mailbox.role, Some(Role::Trash | Role::Junk)))
            .map(|mailbox| mailbox.id.clone())
            .collect();
        let here = desk.folder().map(|folder| folder.id);
        let only = match open.get_value() {
            Open::Email(id) => Some(id),
            Open::Thread(_) => None,
        };
        shown(&thread.emails, &hidden, here.as_ref())
            .into_iter()
            .filter(|email| only.as_ref().is_none_or(|only| email.id == *only))
            .cloned()
            .collect::<Vec<Arc<Email>>>()
    });
    let is_ready = Memo::new(move |_| emails.with(|emails| !emails.is_empty()));
    let failed = Memo::new(move |_| match thread.get() {
        Load::Failed(failure) => Some(failure),
        Load::Loading | Load::Ready(_) | Load::Missing => None,
    });
    let missing = Memo::new(move |_| thread.with(|thread| matches!(thread, Load::Missing)));
    prefetch_neighbours(desk);
    let key = open.with_value(row_key);
    let state = move || {
        if let Some(failure) = failed.get() {
            let reference = failure.reference().map(|reference| t_with("mail.reference", &[("reference", reference)]));
            view! {
                <EmptyState
                    picture=OwlPicture::Puzzled
                    title=t("mail.conversationFailed")
                    words=said::failure(&failure)
                    reference=reference
                    act=t("mail.tryAgain")
                    on_act=move |()| records.retry()
                />
            }
            .into_any()
        } else if missing.get() {
            view! { <EmptyState picture=OwlPicture::Looking title=t("mail.messageGone") words=t("mail.messageGoneWords") /> }
                .into_any()
        } else if bones.get() {
            view! { <div class="reading__waiting"><Bones kind=BonesKind::Lines(7) label=t("mail.loadingMessage") /></div> }
                .into_any()
        } else {
            view! { <div class="reading__waiting"></div> }.into_any()
        }
    };
    move || {
        if is_ready.get() {
            view! { <Emails emails thread_id key=key.clone() /> }.into_any()
        } else {
            // Nothing is there to be done with, but one can go back.
            view! {
                <div class="reading__alone"><Back /></div>
                {state}
            }
            .into_any()
        }
    }
}

/// The next and the previous mail open at once.
fn prefetch_neighbours(desk: Desk) {
    let dark = is_dark(desk);
    Effect::new(move |_| {
        let Some(window) = desk.window.get() else { return };
        let Some(at) = desk.open_key().and_then(|key| window.index_of(&key)) else { return };
        let near = [Some(at + 1), at.checked_sub(1), Some(at + 2)];
        let ids: Vec<EmailId> = near
            .into_iter()
            .flatten()
            .filter_map(|index| window.row_now(index))
            .map(|row| row.email.id.clone())
            .collect();
        desk.records.prefetch(&ids, dark.get());
    });
}

#[component]
fn Emails(emails: Memo<Vec<Arc<Email>>>, thread_id: Memo<Option<ThreadId>>, key: jmap::Id) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let emails = without_what_is_written(desk, emails, thread_id);
    // Which are open: as they were when one came, and what was pressed since.
    let first = emails.with_untracked(|emails| opened(emails.iter().map(AsRef::as_ref)));
    let seen_at_first: BTreeSet<EmailId> =
        emails.with_untracked(|emails| emails.iter().map(|email| email.id.clone()).collect());
    let pressed = RwSignal::new(BTreeMap::<EmailId, bool>::new());
    let opens = StoredValue::new((first, seen_at_first));
    let is_open = move |id: &EmailId| {
        pressed.with(|pressed| pressed.get(id).copied()).unwrap_or_else(|| {
            // What came while one reads opens: it is what one waits for. One's own draft is not.
            let is_mail = || emails.with(|emails| emails.iter().any(|email| email.id == *id && !email.draft));
            opens.with_value(|(first, known)| first.contains(id) || (!known.contains(id) && is_mail()))
        })
    };
    let title = Memo::new(move |_| {
        emails.with(|emails| {
            let text = emails.first().map(|email| email.subject.clone()).unwrap_or_default();
            with_said(|said| subject(base_subject(&text), said))
        })
    });
    let flagged = Memo::new(move |_| emails.with(|emails| emails.iter().any(|email| email.flagged)));
    let facts = Memo::new(move |_| {
        emails.with(|emails| {
            let mut parts = Vec::new();
            if emails.len() > 1 {
                parts.push(t_count("mail.messagesCount", emails.len() as u64, &[]));
            }
            let files = emails.iter().filter(|email| email.has_attachment).count();
            if files > 0 && emails.len() > 1 {
                parts.push(t_count("mail.withFiles", files as u64, &[]));
            }
            parts.join(" · ")
        })
    });
    let chips = Memo::new(move |_| {
        emails.with(|emails| emails.iter().flat_map(|email| categories(email)).collect::<BTreeSet<String>>())
    });
    mark_seen(desk, emails, key);
    let scroll = NodeRef::<html::Div>::new();
    // The newest open mail is what one came for: where older ones stand above, it is brought up.
    scroll.on_load(move |scroll| {
        request_animation_frame(move || {
            let unread = scroll.query_selector(".email--open").ok().flatten();
            // A frame later another conversation may be read.
            let is_long = emails.try_with_untracked(|emails| emails.len() > 6).unwrap_or_default();
            if let Some(mail) = unread.filter(|_| is_long) {
                mail.scroll_into_view_with_bool(true);
            }
        });
    });
    let message = move |id: EmailId| {
        let own = id.clone();
        let email = Memo::new(move |before: Option<&Option<Arc<Email>>>| {
            let now = emails.with(|emails| emails.iter().find(|email| email.id == own).cloned());
            now.or_else(|| before.cloned().flatten())
        });
        // There while its row is: `For` drops the row with the mail.
        let found = email.get_untracked()?;
        let email = Signal::derive(move || email.get().unwrap_or_else(|| found.clone()));
        let (asked, toggled) = (id.clone(), id);
        let open = Memo::new(move |_| is_open(&asked));
        let toggle = Callback::new(move |()| {
            let was = untrack(|| is_open(&toggled));
            pressed.update(|pressed| {
                pressed.insert(toggled.clone(), !was);
            });
        });
        Some(view! { <Message email open on_toggle=toggle /> })
    };
    view! {
        <Tools flagged />
        <div class="reading__scroll" tabindex="0" role="region" aria-label=move || title.get() data-pane-entry="" node_ref=scroll>
            <div class="reading__measure">
                <h2 class="reading__subject">{move || title.get()}</h2>
                {move || {
                    let facts = facts.get();
                    let chips = chips.get();
                    (!facts.is_empty() || !chips.is_empty())
                        .then(|| {
                            view! {
                                <p class="reading__facts">
                                    {chips
                                        .into_iter()
                                        .map(|keyword| view! { <Chip hue=Hue::of(&keyword) words=category_name(&keyword) /> })
                                        .collect_view()}
                                    <span>{facts}</span>
                                </p>
                            }
                        })
                }}
                <For
                    each=move || emails.with(|emails| emails.iter().map(|email| email.id.clone()).collect::<Vec<_>>())
                    key=Clone::clone
                    children=message
                />
                <Answering emails thread_id />
            </div>
        </div>
    }
}

/// What is open counts as read, soon.
fn mark_seen(desk: Desk, emails: Memo<Vec<Arc<Email>>>, key: jmap::Id) {
    // Only what was unread when one came or has come since: marked unread by hand it stays so.
    let marked = StoredValue::new(BTreeSet::<EmailId>::new());
    let timer = StoredValue::new(None);
    Effect::new(move |_| {
        let unseen: Vec<EmailId> = emails.with(|emails| {
            let is_new =
                |email: &&Arc<Email>| !email.seen && !email.draft && marked.with_value(|it| !it.contains(&email.id));
            emails.iter().filter(is_new).map(|email| email.id.clone()).collect()
        });
        emails.with(|emails| {
            marked.update_value(|marked| {
                marked.extend(emails.iter().filter(|email| email.seen).map(|email| email.id.clone()))
            });
        });
        if unseen.is_empty() {
            return;
        }
        let key = key.clone();
        let mark = move || {
            marked.try_update_value(|marked| marked.extend(unseen.iter().cloned()));
            if let Some(window) = desk.window_now() {
                window.hold(&key);
            }
            desk.records.change_emails(Targets::emails(unseen.clone()), EmailPatch::Seen(true));
        };
        let handle = set_timeout_with_handle(mark, READ_AFTER).ok();
        if let Some(before) = timer.try_update_value(|timer| std::mem::replace(timer, handle)).flatten() {
            leptos::leptos_dom::helpers::TimeoutHandle::clear(&before);
        }
    });
    on_cleanup(move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            leptos::leptos_dom::helpers::TimeoutHandle::clear(&timer);
        }
    });
}

/// The conversation without the answer that is being written at its foot, of which the server keeps copies: those are
/// the drafts that were not there before.
fn without_what_is_written(
    desk: Desk,
    emails: Memo<Vec<Arc<Email>>>,
    thread_id: Memo<Option<ThreadId>>,
) -> Memo<Vec<Arc<Email>>> {
    let writes = Memo::new(move |_| {
        thread_id.get().is_some_and(|thread| desk.composers.writes_in(Signal::stored(thread)).get())
    });
    let before: BTreeSet<EmailId> = if writes.get_untracked() {
        BTreeSet::new()
    } else {
        emails.with_untracked(|emails| emails.iter().map(|email| email.id.clone()).collect())
    };
    Memo::new(move |_| {
        let is_copy = |email: &Email| writes.get() && email.draft && !before.contains(&email.id);
        emails.with(|emails| emails.iter().filter(|email| !is_copy(email)).cloned().collect())
    })
}

/// The line at the foot that opens into the composer, in place.
#[component]
fn Answering(emails: Memo<Vec<Arc<Email>>>, thread_id: Memo<Option<ThreadId>>) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let me = use_session().me();
    let my_name = Signal::derive(move || me.get().map(|me| me.name).unwrap_or_default());
    let my_seed = Signal::derive(move || me.get().map(|me| me.address).unwrap_or_default());
    let names = Memo::new(move |_| {
        let me = desk.me.get();
        emails.with(|emails| {
            let newest = emails.iter().rev().find(|email| !email.draft)?;
            let mut names: Vec<String> = Vec::new();
            for person in newest.from.iter().chain(&newest.to) {
                let name = first_name(person).to_owned();
                if !is(person, &me) && !names.contains(&name) {
                    names.push(name);
                }
            }
            Some(match names.as_slice() {
                [] => t("mail.replyToYourself"),
                [one] => t_with("mail.replyTo", &[("names", one)]),
                [first, second] => {
                    t_with("mail.replyTo", &[("names", &t_with("mail.and", &[("names", first), ("last", second)]))])
                }
                [first, rest @ ..] => {
                    let all = t_count("mail.andMore", rest.len() as u64, &[("names", first)]);
                    t_with("mail.replyTo", &[("names", &all)])
                }
            })
        })
    });
    let several = Memo::new(move |_| {
        let me = desk.me.get();
        emails.with(|emails| {
            let newest = emails.iter().rev().find(|email| !email.draft);
            newest.is_some_and(|email| email.from.iter().chain(&email.to).filter(|person| !is(person, &me)).count() > 1)
        })
    });
    let action = move || if several.get() { Action::ReplyAll } else { Action::Reply };
    move || {
        let thread = thread_id.get()?;
        let writes = desk.composers.writes_in(Signal::stored(thread.clone()));
        // The button stays while its words change with a mail that joins: it may have the focus.
        let asks = Memo::new(move |_| !writes.get() && names.with(Option::is_some));
        let line = move || {
            view! {
                <button class="reply-line" type="button" on:click=move |_| desk.run(untrack(action))>
                    <Avatar name=my_name seed=my_seed size=AvatarSize::Small />
                    <span class="truncate">{move || names.get()}</span>
                    <span class="spread"></span>
                    <span aria-hidden="true">
                        {move || view! { <Kbd keys=crate::shell::key_of(action().command()).unwrap_or_default() /> }}
                    </span>
                </button>
            }
        };
        Some(view! {
            <ThreadComposer thread=Signal::stored(thread) />
            {move || asks.get().then(line)}
        })
    }
}
