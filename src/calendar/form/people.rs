//! The guests: found as one types, each with an answer or with whether they are free, and how they are to come.

use std::time::Duration;

use leptos::task::spawn_local;
use leptos::{html, prelude::*};

use super::assistant::FindTime;
use super::availability::{Times, words};
use super::draft::Invitee;
use super::editor::Editor;
use super::free::Free;
use super::row::Row;
use crate::locale::{t, t_with};
use crate::records::{Guest, Participation, Principal, PrincipalKind, Records};
use crate::ui::{
    Avatar, AvatarSize, Combobox, Icon, IconName, IconSize, MenuButton, MenuChoice, MenuFace, MenuItem, MenuRule, dom,
};

/// Somebody who was found.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) principal: Option<Principal>,
}

impl Found {
    fn of(principal: Principal) -> Option<Self> {
        Some(Self { name: principal.name.clone(), address: principal.email.clone()?, principal: Some(principal) })
    }

    /// As a guest.
    pub(super) fn invitee(&self) -> Invitee {
        let kind = self.principal.as_ref().map_or("individual", |principal| match principal.kind {
            PrincipalKind::Group => "group",
            PrincipalKind::Resource => "resource",
            PrincipalKind::Location => "location",
            PrincipalKind::Individual | PrincipalKind::Other(_) => "individual",
        });
        Invitee::new(&self.name, &self.address, kind)
    }
}

/// People whose name or address has these letters: of the organisation first, then those one has written to.
pub(super) async fn find(records: Records, text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = match records.find_principals(text, 8).await {
        Ok(principals) => principals
            .into_iter()
            .filter(|it| !matches!(it.kind, PrincipalKind::Location))
            .filter_map(Found::of)
            .collect(),
        Err(_) => Vec::new(),
    };
    for recipient in records.suggest(text.to_owned()).await {
        let address = recipient.address.email;
        if !found.iter().any(|it| it.address.eq_ignore_ascii_case(&address)) {
            let name = recipient.address.name.unwrap_or_default();
            found.push(Found { name, address, principal: None });
        }
    }
    found
}

/// An address that mail can be sent to, as far as one sees.
pub(super) fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let is_plain = |it: &str| !it.is_empty() && !it.contains(|c: char| c.is_whitespace() || "@,;<>\"".contains(c));
    is_plain(local) && is_plain(domain) && !domain.starts_with('.') && !domain.ends_with('.')
}

/// A face, a name, and an address where there is no name.
pub(super) fn option(found: &Found) -> impl IntoView + use<> {
    let name = if found.name.is_empty() { found.address.clone() } else { found.name.clone() };
    let hint = (name != found.address).then(|| found.address.clone());
    view! {
        <Avatar name=name.clone() seed=found.address.clone() size=AvatarSize::Rail />
        <span class="option__words">
            <span class="truncate">{name}</span>
            {hint.map(|hint| view! { <span class="option__hint truncate">{hint}</span> })}
        </span>
    }
}

/// What a guest is called.
pub(super) fn name_of(guest: &Guest) -> String {
    if guest.name.is_empty() { guest.address.clone() } else { guest.name.clone() }
}

/// What a guest has answered.
pub(super) fn answer_words(participation: Participation) -> String {
    t(match participation {
        Participation::NeedsAction => "event.answerNone",
        Participation::Accepted => "event.answerYes",
        Participation::Declined => "event.answerNo",
        Participation::Tentative => "event.answerMaybe",
        Participation::Delegated => "event.answerDelegated",
    })
}

/// The guests, and a field to add some.
#[component]
pub(super) fn PeopleFields(editor: Editor, times: Times) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let options = RwSignal::new(Vec::<Found>::new());
    let error = RwSignal::new(None::<String>);
    let asked = StoredValue::new(0_u32);
    let field = NodeRef::<html::Input>::new();
    let on_gone = Callback::new(move |()| {
        if let Some(field) = field.try_get_untracked().flatten() {
            dom::focus(&field);
        }
    });
    let add = move |found: &Found| {
        if let Some(principal) = &found.principal {
            times.learn(principal);
        }
        let invitee = found.invitee();
        editor.change(|draft| draft.invite(invitee));
        asked.update_value(|asked| *asked += 1);
        text.set(String::new());
        error.set(None);
        options.set(Vec::new());
    };
    let commit = move |typed: String| {
        let typed = typed.trim().trim_end_matches([',', ';']).to_owned();
        if is_address(&typed) {
            add(&Found { name: String::new(), address: typed, principal: None });
        } else if !typed.is_empty() {
            error.set(Some(t("event.faultAddress")));
        }
    };
    let look_for = move |typed: String| {
        error.set(None);
        text.set(typed.clone());
        let number = asked.try_update_value(|asked| {
            *asked += 1;
            *asked
        });
        if typed.trim().is_empty() {
            options.set(Vec::new());
            return;
        }
        set_timeout(
            move || {
                if asked.try_get_value() != number {
                    return;
                }
                spawn_local(async move {
                    let mut found = find(editor.desk.records, typed.trim()).await;
                    if asked.try_get_value() != number {
                        return;
                    }
                    let taken = editor.draft.try_with_untracked(|draft| {
                        draft.guests.iter().map(|it| it.guest.address.to_lowercase()).collect::<Vec<_>>()
                    });
                    found.retain(|it| taken.as_ref().is_none_or(|taken| !taken.contains(&it.address.to_lowercase())));
                    options.try_set(found);
                });
            },
            Duration::from_millis(90),
        );
    };
    let people = editor.field(|draft| {
        draft.guests.iter().filter(|it| !matches!(it.guest.kind.as_str(), "location")).cloned().collect::<Vec<_>>()
    });
    let may_find = editor.field(|draft| !draft.all_day && draft.guests.iter().any(|it| !it.guest.is_owner));
    view! {
        <Row icon=IconName::People>
            <ul class="guests" aria-label=t("event.people") hidden=move || people.with(Vec::is_empty)>
                <For each=move || people.get() key=|it| (it.guest.address.clone(), it.guest.is_optional, it.guest.participation) let:invitee>
                    <GuestRow editor times invitee on_gone />
                </For>
            </ul>
            <div class="input event-form__add">
                <Combobox
                    label=t("event.addPeople")
                    placeholder=t("event.addPeople")
                    text=text
                    on_input=Callback::new(look_for)
                    options=options
                    option=option
                    first_is_meant=true
                    picks_on_tab=true
                    on_pick=Callback::new(move |found: Found| add(&found))
                    on_commit=Callback::new(commit)
                    on_leave=Callback::new(move |()| if is_address(text.get_untracked().trim()) { commit(text.get_untracked()) })
                    node_ref=field
                />
            </div>
            {move || error.get().map(|error| view! { <p class="field__error" role="alert">{error}</p> })}
            {move || may_find.get().then(|| view! { <FindTime editor /> })}
        </Row>
    }
}

/// A guest.
#[component]
fn GuestRow(editor: Editor, times: Times, invitee: Invitee, on_gone: Callback<()>) -> impl IntoView {
    let guest = invitee.guest;
    let name = name_of(&guest);
    let address = guest.address.clone();
    let is_moved = editor.field(|draft| (draft.start, draft.end));
    let was = editor.before.with_untracked(|before| (before.start, before.end));
    let state = {
        let address = address.clone();
        let (is_owner, is_new, guest) = (guest.is_owner, invitee.is_new, guest.clone());
        move || {
            if is_owner {
                return Some((t("event.organiser"), false));
            }
            let answered = editor.answer_of(&guest).0;
            // An answer holds for the time that it was given for.
            if !is_new && answered != Participation::NeedsAction && is_moved.get() == was {
                return Some((answer_words(answered), answered == Participation::Accepted));
            }
            times.of(&address).map(|free| (words(free), free == Free::Free))
        }
    };
    let remove = {
        let address = address.clone();
        Callback::new(move |()| {
            editor.change(|draft| draft.guests.retain(|it| it.guest.address != address));
            // The line is gone: the focus goes to where one adds somebody else.
            request_animation_frame(move || on_gone.run(()));
        })
    };
    let set_optional = {
        let address = address.clone();
        Callback::new(move |is_optional: bool| {
            editor.change(|draft| {
                for it in draft.guests.iter_mut().filter(|it| it.guest.address == address) {
                    it.guest.is_optional = is_optional;
                }
            });
        })
    };
    let is_optional = guest.is_optional;
    let comment = {
        let guest = guest.clone();
        move || editor.answer_of(&guest).1.map(|comment| view! { <span class="guest__comment">{comment}</span> })
    };
    let menu = (!guest.is_owner).then(|| {
        let label = t_with("event.about", &[("name", &name)]);
        view! {
            <MenuButton small=true name=label face=MenuFace::Icon(IconName::More)>
                <MenuChoice radio=true words=t("event.mustCome") checked=!is_optional on_press=Callback::new(move |()| set_optional.run(false)) />
                <MenuChoice radio=true words=t("event.ifFree") checked=is_optional on_press=Callback::new(move |()| set_optional.run(true)) />
                <MenuRule />
                <MenuItem words=t("event.takeAway") icon=IconName::Dismiss on_press=remove />
            </MenuButton>
        }
    });
    view! {
        <li class="guest">
            <Avatar name=name.clone() seed=address.clone() size=AvatarSize::Small />
            <span class="guest__name">
                <span class="truncate" data-tooltip=address.clone()>{name}</span>
                {is_optional.then(|| view! { <span class="guest__role">{t("event.ifFree")}</span> })}
                {comment}
            </span>
            {move || state().map(|(words, is_good)| view! {
                <span class="guest__state" data-good=is_good.then_some("")>
                    {is_good.then(|| view! { <Icon name=IconName::Check size=IconSize::Small /> })}
                    {words}
                </span>
            })}
            {menu}
        </li>
    }
}
