//! What each property is to be (draft-ietf-calext-jscalendarbis), as a table.

use super::Limits;

/// The kind of a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// A text of at most so many bytes.
    Text(usize),
    Bool,
    /// A whole number between two.
    Number(i64, i64),
    Local,
    Utc,
    Duration,
    SignedDuration,
    Zone,
    Rule,
    Trigger,
    /// Checked elsewhere; here only how many there are.
    Overrides,
    /// A map whose values are all true.
    Set,
    /// An object with these properties, the ones first named of which there must be.
    Object(&'static [&'static str], &'static [(&'static str, Shape)]),
    /// A map of at most so many, from ids to objects of a kind.
    Map(usize, &'static Shape),
    /// One word in RFC 8984, a set of them in 2.0.
    WordOrSet,
}

use Shape::{
    Bool, Duration, Local, Map, Number, Object, Overrides, Rule, Set, SignedDuration, Text, Trigger, Utc, Zone,
};

const LINE: Shape = Text(Limits::LINE);
const NAME: Shape = Text(255);
const LONG: Shape = Text(Limits::TEXT);
/// Links may hold what they link to (`data:`).
const URI: Shape = Text(Limits::BYTES);
const MOST: i64 = 1 << 53;

pub(super) const EVENT: &[(&str, Shape)] = &[
    ("@type", NAME),
    ("version", NAME),
    ("uid", Text(1024)),
    ("relatedTo", Map(Limits::ENTRIES, &Object(&[], &[("relation", Set)]))),
    ("prodId", LINE),
    ("created", Utc),
    ("updated", Utc),
    ("sequence", Number(0, MOST)),
    ("title", LINE),
    ("description", LONG),
    ("descriptionContentType", NAME),
    ("showWithoutTime", Bool),
    ("locations", Map(Limits::ENTRIES, &LOCATION)),
    ("mainLocationId", NAME),
    ("virtualLocations", Map(Limits::ENTRIES, &VIRTUAL_LOCATION)),
    ("links", Map(Limits::ENTRIES, &LINK)),
    ("locale", NAME),
    ("keywords", Set),
    ("categories", Set),
    ("color", NAME),
    ("recurrenceId", Local),
    ("recurrenceIdTimeZone", Zone),
    ("recurrenceRule", Rule),
    ("recurrenceOverrides", Overrides),
    ("excluded", Bool),
    ("priority", Number(0, 9)),
    ("freeBusyStatus", NAME),
    ("privacy", NAME),
    ("organizerCalendarAddress", LINE),
    ("sentBy", LINE),
    ("participants", Map(Limits::PARTICIPANTS, &PARTICIPANT)),
    ("requestStatus", LINE),
    ("useDefaultAlerts", Bool),
    ("alerts", Map(Limits::ENTRIES, &ALERT)),
    ("timeZone", Zone),
    ("endTimeZone", Zone),
    ("timeZones", Map(100, &Object(&[], &[]))),
    ("start", Local),
    ("duration", Duration),
    ("status", NAME),
    ("due", Local),
    ("estimatedDuration", Duration),
    ("percentComplete", Number(0, 100)),
    ("progress", NAME),
    ("progressUpdated", Utc),
    ("mayInviteSelf", Bool),
    ("mayInviteOthers", Bool),
    ("hideAttendees", Bool),
];

const LOCATION: Shape = Object(
    &[],
    &[("name", LINE), ("description", LONG), ("locationTypes", Set), ("coordinates", LINE), ("links", LINKS)],
);

const LINKS: Shape = Map(Limits::ENTRIES, &LINK);

const VIRTUAL_LOCATION: Shape =
    Object(&["uri"], &[("name", LINE), ("description", LONG), ("uri", LINE), ("features", Set)]);

const LINK: Shape = Object(
    &[],
    &[
        ("href", URI),
        ("blobId", NAME),
        ("contentType", NAME),
        ("size", Number(0, MOST)),
        ("rel", NAME),
        ("title", LINE),
        ("display", Shape::WordOrSet),
    ],
);

const PARTICIPANT: Shape = Object(
    &[],
    &[
        ("name", LINE),
        ("email", LINE),
        ("description", LONG),
        ("descriptionContentType", NAME),
        ("calendarAddress", LINE),
        ("kind", NAME),
        ("roles", Set),
        ("participationStatus", NAME),
        ("participationComment", LONG),
        ("expectReply", Bool),
        ("scheduleAgent", NAME),
        ("scheduleForceSend", Bool),
        ("scheduleSequence", Number(0, MOST)),
        ("scheduleUpdated", Utc),
        ("sentBy", LINE),
        ("invitedBy", LINE),
        ("delegatedTo", LINE),
        ("delegatedFrom", LINE),
        ("memberOf", Set),
        ("links", LINKS),
        ("progress", NAME),
        ("progressUpdated", Utc),
        ("percentComplete", Number(0, 100)),
    ],
);

const ALERT: Shape = Object(
    &["trigger"],
    &[
        ("trigger", Trigger),
        ("acknowledged", Utc),
        ("action", NAME),
        ("relatedTo", Map(Limits::ENTRIES, &Object(&[], &[("relation", Set)]))),
    ],
);

pub(super) const OFFSET_TRIGGER: Shape = Object(&["offset"], &[("offset", SignedDuration), ("relativeTo", NAME)]);
pub(super) const ABSOLUTE_TRIGGER: Shape = Object(&["when"], &[("when", Utc)]);
