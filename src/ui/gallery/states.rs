//! Examples of notices, empty states, bones and progress.

use leptos::prelude::*;

use super::Example;
use crate::ui::{Announcer, Bones, BonesKind, Button, EmptyState, IconName, Notice, NoticeKind, OwlPicture, Progress};

/// All of them.
#[component]
pub(super) fn States() -> impl IntoView {
    let announcer = expect_context::<Announcer>();
    view! {
        <Example name="notices" stacked=true>
            <Notice kind=NoticeKind::Caution icon=IconName::Offline words="Offline since 10:12" />
            <Notice kind=NoticeKind::Error words="1 message could not be sent" act="Try again" on_act=|()| () />
            <Notice kind=NoticeKind::Done words="Photo saved" dismiss_label="Close" on_dismiss=|()| () />
            <Notice
                kind=NoticeKind::Caution
                words="Bob changed this event meanwhile."
                act="See his"
                on_act=|()| ()
                other="Keep mine"
                on_other=|()| ()
            />
        </Example>
        <Example name="empty-all-read" stacked=true>
            <EmptyState picture=OwlPicture::Asleep title="All read" words="Nothing is waiting for you here." />
        </Example>
        <Example name="empty-nothing-found" stacked=true>
            <EmptyState
                picture=OwlPicture::Looking
                title="Nothing found for “lantern”"
                words="Searched mail from the last year in all folders."
                act="Search older mail"
                on_act=|()| ()
            />
        </Example>
        <Example name="empty-offline" stacked=true>
            <EmptyState
                picture=OwlPicture::Offline
                title="You’re offline"
                words="You can read and write. 3 changes go out when the connection is back."
            />
        </Example>
        <Example name="empty-failed" stacked=true>
            <EmptyState
                picture=OwlPicture::Puzzled
                title="This folder didn’t load"
                words="The mail server took too long. Your mail is safe."
                act="Try again"
                on_act=|()| ()
                reference="Reference 7K2Q-0931"
            />
        </Example>
        <Example name="bones-rows" stacked=true>
            <Bones kind=BonesKind::Rows(3) label="Loading Inbox" />
        </Example>
        <Example name="bones-lines" stacked=true>
            <Bones kind=BonesKind::Lines(4) label="Loading the message" />
        </Example>
        <Example name="progress" stacked=true>
            <Progress label="Lighting plan.pdf" value=0.4 />
            <Progress label="Reading the photo" />
        </Example>
        <Example name="live">
            <Button on_press=move |()| announcer.say("3 new")>"Say “3 new”"</Button>
        </Example>
    }
}
