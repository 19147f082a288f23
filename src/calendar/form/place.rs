//! Where an event is: any words, or a room of the organisation, which is invited along and says if it is free.

use jmap::capability::OWLET_ROOMS;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::availability::{Times, words};
use super::draft::Invitee;
use super::editor::Editor;
use super::row::Row;
use crate::locale::{t, t_count};
use crate::records::{Principal, PrincipalKind};
use crate::ui::{Combobox, Icon, IconName};

/// Seats of a room, if it says.
pub(super) fn seats(room: &Principal) -> Option<u64> {
    room.capabilities.get(OWLET_ROOMS)?.get("capacity")?.as_u64().filter(|seats| *seats > 0)
}

fn about(room: &Principal) -> String {
    let text = |name: &str| {
        let of_room = room.capabilities.get(OWLET_ROOMS);
        of_room.and_then(|it| it.get(name)?.as_str()).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let seats = seats(room).map(|seats| t_count("event.seats", seats, &[]));
    [seats, text("building"), text("floor")].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn option(room: &Principal) -> impl IntoView + use<> {
    let hint = about(room);
    view! {
        <Icon name=IconName::Door />
        <span class="option__words">
            <span class="truncate">{room.name.clone()}</span>
            {(!hint.is_empty()).then(|| view! { <span class="option__hint truncate">{hint}</span> })}
        </span>
    }
}

/// The field of the place.
#[component]
pub(super) fn PlaceField(editor: Editor, times: Times) -> impl IntoView {
    let text = editor.field(|draft| draft.location.clone());
    let rooms = RwSignal::new(Vec::<Principal>::new());
    let is_asked = StoredValue::new(false);
    let looks = RwSignal::new(false);
    // All rooms are few: got once, when somebody first writes here.
    let load = move || {
        if is_asked.get_value() {
            return;
        }
        is_asked.set_value(true);
        spawn_local(async move {
            match editor.desk.records.find_principals("", 500).await {
                Ok(found) => {
                    let mut found: Vec<Principal> = found
                        .into_iter()
                        .filter(|it| it.kind == PrincipalKind::Location && it.email.is_some())
                        .collect();
                    found.sort_by(|a, b| a.name.cmp(&b.name));
                    rooms.try_set(found);
                }
                Err(_) => {
                    is_asked.try_set_value(false);
                }
            }
        });
    };
    let options = Signal::derive(move || {
        let typed = text.get().trim().to_lowercase();
        let fits = |it: &&Principal| {
            let name = it.name.to_lowercase();
            name != typed && (typed.is_empty() || name.contains(&typed))
        };
        if !looks.get() {
            return Vec::new();
        }
        rooms.with(|rooms| rooms.iter().filter(fits).take(12).cloned().collect::<Vec<_>>())
    });
    let room =
        editor.field(|draft| draft.guests.iter().find(|it| it.guest.kind == "location").map(|it| it.guest.clone()));
    let leave_room = |draft: &mut super::draft::EventDraft| draft.guests.retain(|it| it.guest.kind != "location");
    let on_input = move |typed: String| {
        load();
        looks.set(true);
        editor.change(|draft| {
            // Another name is another place: the room that was booked is given back.
            let is_room = draft.guests.iter().any(|it| it.guest.kind == "location" && it.guest.name == draft.location);
            if is_room {
                leave_room(draft);
            }
            draft.location = typed;
        });
    };
    let on_pick = move |room: Principal| {
        looks.set(false);
        times.learn(&room);
        editor.change(|draft| {
            leave_room(draft);
            draft.invite(Invitee::new(&room.name, room.email.as_deref().unwrap_or_default(), "location"));
            draft.location = room.name;
        });
    };
    let said = move || {
        let room = room.get()?;
        let mut said: Vec<String> = Vec::new();
        said.extend(times.principal(&room.address).map(|it| about(&it)).filter(|it| !it.is_empty()));
        said.extend(times.of(&room.address).map(words));
        (!said.is_empty()).then(|| said.join(" · "))
    };
    view! {
        <Row icon=IconName::Location>
            <div class="input event-form__add" on:focusin=move |_| { load(); looks.set(true); }>
                <Combobox
                    label=t("event.place")
                    placeholder=t("event.placeHint")
                    text=text
                    on_input=Callback::new(on_input)
                    options=options
                    option=option
                    on_pick=Callback::new(on_pick)
                />
            </div>
            {move || said().map(|words| view! { <p class="event-form__hint" aria-live="polite">{words}</p> })}
        </Row>
    }
}
