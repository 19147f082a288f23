//! What files mean, and that what was read is written again.

use serde_json::{Value, json};

use super::*;
use crate::{
    date::{format_local, format_utc, parse_local, parse_utc},
    event::Event,
    zone::Zone,
};

const BERLIN: &str = "BEGIN:VTIMEZONE\nTZID:Somewhere\nBEGIN:STANDARD\nDTSTART:19701025T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:19700329T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT\nEND:VTIMEZONE\n";

fn file(body: &str) -> String {
    format!("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Test//EN\n{body}END:VCALENDAR\n").replace('\n', "\r\n")
}

fn vevent(lines: &str) -> String {
    format!("BEGIN:VEVENT\nUID:u1\nDTSTAMP:20260101T000000Z\n{lines}\nEND:VEVENT\n")
}

fn one(body: &str) -> Event {
    let mut calendar = read(file(body).as_bytes()).unwrap();
    assert_eq!(calendar.events.len(), 1, "{:?}", calendar.problems);
    let event = calendar.events.remove(0);
    // What is read is written, and read again as the same.
    let again = read(write_event(&event).as_bytes()).unwrap();
    assert_eq!(again.problems, []);
    assert_eq!(again.events, std::slice::from_ref(&event), "{}", write_event(&event));
    event
}

/// Some of an event's properties, after reading, and after writing and reading again.
fn check(lines: &str, expect: Value) -> Event {
    let event = one(&vevent(lines));
    for (name, value) in expect.as_object().unwrap() {
        assert_eq!(event.as_map().get(name).unwrap_or(&Value::Null), value, "{name} of {lines}");
    }
    event
}

#[test]
fn times_are_read_in_their_zone() {
    check(
        "DTSTART;TZID=W. Europe Standard Time:20260302T100000\nDTEND;TZID=W. Europe Standard Time:20260302T113000",
        json!({"start": "2026-03-02T10:00:00", "timeZone": "Europe/Berlin", "duration": "PT1H30M", "endTimeZone": null}),
    );
    check(
        "DTSTART:20260302T100000Z\nDTEND:20260302T110000Z",
        json!({"start": "2026-03-02T10:00:00", "timeZone": "Etc/UTC", "duration": "PT1H"}),
    );
    check(
        "DTSTART:20260302T100000\nDURATION:PT15M",
        json!({"start": "2026-03-02T10:00:00", "timeZone": null, "duration": "PT15M"}),
    );
    check(
        "DTSTART;TZID=Europe/London:20260302T100000\nDTEND;TZID=America/New_York:20260302T130000",
        json!({"timeZone": "Europe/London", "endTimeZone": "America/New_York", "duration": "PT8H"}),
    );
    // An hour that is skipped and one that comes twice are times too.
    check(
        "DTSTART;TZID=Europe/Berlin:20260329T023000\nDTEND;TZID=Europe/Berlin:20260329T040000",
        json!({"start": "2026-03-29T02:30:00", "duration": "PT30M"}),
    );
    check(
        "DTSTART;TZID=America/New_York:20261101T013000\nDTEND;TZID=America/New_York:20261101T023000",
        json!({"start": "2026-11-01T01:30:00", "duration": "PT2H"}),
    );
    // From Saturday evening to Sunday morning one hour is missing.
    check(
        "DTSTART;TZID=Europe/Berlin:20260328T220000\nDTEND;TZID=Europe/Berlin:20260329T100000",
        json!({"duration": "PT11H"}),
    );
}

#[test]
fn days_have_no_time() {
    check(
        "DTSTART;VALUE=DATE:20260302\nDTEND;VALUE=DATE:20260304",
        json!({"start": "2026-03-02T00:00:00", "duration": "P2D", "showWithoutTime": true, "timeZone": null}),
    );
    check("DTSTART;VALUE=DATE:20260302", json!({"duration": "P1D", "showWithoutTime": true}));
    let yearly = check(
        "DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=YEARLY;UNTIL=20290302\nEXDATE;VALUE=DATE:20270302",
        json!({"recurrenceRule": {"@type": "RecurrenceRule", "frequency": "yearly", "until": "2029-03-02T00:00:00"}, "recurrenceOverrides": {"2027-03-02T00:00:00": {"excluded": true}}}),
    );
    assert!(write_event(&yearly).contains("DTSTART;VALUE=DATE:20260302\r\n"));
    assert!(write_event(&yearly).contains("UNTIL=20290302\r\n"));
    check(
        "DTSTART;TZID=Europe/Berlin:20260302T000000\nDTEND;TZID=Europe/Berlin:20260303T000000\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
        json!({"showWithoutTime": true, "timeZone": "Europe/Berlin"}),
    );
}

#[test]
fn the_end_of_a_rule_is_a_time_of_the_events_zone() {
    let event = check(
        "DTSTART;TZID=America/New_York:20260302T210000\nRRULE:FREQ=WEEKLY;UNTIL=20260324T010000Z",
        json!({"recurrenceRule": {"@type": "RecurrenceRule", "frequency": "weekly", "until": "2026-03-23T21:00:00"}}),
    );
    assert!(write_event(&event).contains("RRULE:FREQ=WEEKLY;UNTIL=20260324T010000Z\r\n"));
    check(
        "DTSTART;TZID=America/New_York:20260302T210000\nRRULE:FREQ=WEEKLY;UNTIL=20260323",
        json!({"recurrenceRule": {"@type": "RecurrenceRule", "frequency": "weekly", "until": "2026-03-23T23:59:59"}}),
    );
}

#[test]
fn the_fifteenth_of_each_month_is_each_months_in_both() {
    let event = one(&vevent("DTSTART:20260115T100000\nRRULE:FREQ=YEARLY;BYMONTHDAY=15;COUNT=3"));
    let found = event
        .occurrences(
            parse_utc("2026-01-01T00:00:00Z").unwrap(),
            parse_utc("2027-01-01T00:00:00Z").unwrap(),
            &Zone::UTC,
            10,
        )
        .unwrap();
    assert_eq!(found.list.last().map(|it| format_utc(it.start)).as_deref(), Some("2026-03-15T10:00:00Z"));
    let mut ours = event.into_map();
    ours.insert("recurrenceRule".into(), json!({"frequency": "yearly", "byMonthDay": [15]}));
    assert!(write_event(&Event::new(ours).unwrap()).contains("RRULE:FREQ=YEARLY;BYMONTHDAY=15;BYMONTH=1\r\n"));
}

#[test]
fn an_occurrences_component_becomes_what_differs() {
    let series = "BEGIN:VEVENT\nUID:u1\nDTSTAMP:20260101T000000Z\nDTSTART;TZID=Europe/Berlin:20260302T100000\nDURATION:PT1H\nSUMMARY:Weekly\nLOCATION:Room 1\nRRULE:FREQ=WEEKLY\nATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:bob@example.com\nORGANIZER:mailto:alice@example.com\nEND:VEVENT\n";
    let moved = "BEGIN:VEVENT\nUID:u1\nDTSTAMP:20260101T000000Z\nRECURRENCE-ID:20260330T080000Z\nDTSTART;TZID=Europe/Berlin:20260330T140000\nDURATION:PT1H\nSUMMARY:Weekly\nATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@example.com\nORGANIZER:mailto:alice@example.com\nEND:VEVENT\n";
    let event = one(&format!("{moved}{series}"));
    let overrides = event.get("recurrenceOverrides").unwrap().as_object().unwrap();
    let patch = overrides["2026-03-30T10:00:00"].as_object().unwrap();
    assert_eq!(patch["start"], "2026-03-30T14:00:00");
    assert_eq!(patch["locations"], Value::Null);
    let answer: Vec<_> = patch.iter().filter(|(pointer, _)| pointer.ends_with("/participationStatus")).collect();
    assert_eq!(answer.len(), 1, "{patch:?}");
    assert_eq!(answer[0].1, "accepted");
    assert_eq!(patch.len(), 3, "{patch:?}");
    let written = write_event(&event);
    assert!(written.contains("RECURRENCE-ID;TZID=Europe/Berlin:20260330T100000\r\n"), "{written}");
}

#[test]
fn occurrences_alone_stay_alone() {
    let lines = "RECURRENCE-ID;TZID=Europe/Berlin:20260330T100000\nDTSTART;TZID=Europe/Berlin:20260330T140000";
    check(
        lines,
        json!({"recurrenceId": "2026-03-30T10:00:00", "recurrenceIdTimeZone": "Europe/Berlin", "start": "2026-03-30T14:00:00"}),
    );
    check(
        "RECURRENCE-ID;VALUE=DATE:20260330\nDTSTART;VALUE=DATE:20260331",
        json!({"recurrenceId": "2026-03-30T00:00:00"}),
    );
}

#[test]
fn extra_dates_and_periods_are_occurrences() {
    check(
        "DTSTART;TZID=Europe/Berlin:20260302T100000\nDURATION:PT1H\nRDATE;TZID=Europe/Berlin:20260305T100000,20260306T100000\nRDATE;VALUE=PERIOD:20260401T080000Z/PT3H",
        json!({"recurrenceOverrides": {"2026-03-05T10:00:00": {}, "2026-03-06T10:00:00": {}, "2026-04-01T10:00:00": {"duration": "PT3H"}}}),
    );
}

#[test]
fn a_zone_that_only_its_definition_knows_is_kept_with_it() {
    let body = format!("{BERLIN}{}", vevent("DTSTART;TZID=Somewhere:20260702T100000\nDURATION:PT1H"));
    let event = one(&body);
    assert_eq!(event.time_zone(), Some("/Somewhere"));
    assert_eq!(
        format_utc(
            event.series(&Zone::UTC).unwrap().next_after(parse_utc("2020-01-01T00:00:00Z").unwrap()).unwrap().start
        ),
        "2026-07-02T08:00:00Z"
    );
    let written = write_event(&event);
    assert!(
        written.contains("TZID:Somewhere\r\n") && written.contains("DTSTART;TZID=Somewhere:20260702T100000"),
        "{written}"
    );
    let located = body.replace("TZID:Somewhere\n", "TZID:Somewhere\nX-LIC-LOCATION:Europe/Vienna\n");
    assert_eq!(one(&located).time_zone(), Some("Europe/Vienna"));
}

#[test]
fn the_zones_of_a_written_file_are_in_it() {
    let event = one(&vevent("DTSTART;TZID=Europe/Berlin:20260302T100000\nRRULE:FREQ=DAILY"));
    let written = write_event(&event);
    assert!(written.contains("BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n"), "{written}");
    // And they say the same to those who read only them.
    let renamed = written.replace("Europe/Berlin", "Unheard/Of");
    let blind = &read(renamed.as_bytes()).unwrap().events[0];
    let (known, read) = (event.zone().unwrap(), blind.zone().unwrap());
    let mut local = parse_local("2026-01-01T00:30:00").unwrap();
    while local < parse_local("2040-01-01T00:00:00").unwrap() {
        assert_eq!(known.to_utc(local), read.to_utc(local), "{}", format_local(local));
        local += chrono::TimeDelta::hours(6);
    }
}

#[test]
fn what_is_not_understood_is_kept() {
    let lines = "DTSTART:20260302T100000Z\nX-ODD;X-PARAM=1:what\nCONTACT:Jim\nRESOURCES:PROJECTOR\nATTENDEE;X-NUM-GUESTS=2;CN=Bob:mailto:bob@example.com\nBEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT15M\nX-SOUND:bell\nEND:VALARM";
    let written = write_event(&one(&vevent(lines)));
    for line in
        ["X-ODD;X-PARAM=1:what", "CONTACT:Jim", "RESOURCES:PROJECTOR", "X-NUM-GUESTS=2", "ACTION:AUDIO", "X-SOUND:bell"]
    {
        assert!(written.contains(line), "{line} in {written}");
    }
    let mut ours = one(&vevent(lines)).into_map();
    ours.insert("example.com:odd".into(), json!({"a": [1, "x"]}));
    ours.insert("id".into(), json!("of JMAP"));
    let ours = Event::new(ours).unwrap();
    let again = read(write_event(&ours).as_bytes()).unwrap();
    assert_eq!(again.events[0].get("example.com:odd"), Some(&json!({"a": [1, "x"]})));
    assert_eq!(again.events[0].get("id"), None);
}

#[test]
fn a_task_is_a_todo() {
    let task = one(
        "BEGIN:VTODO\nUID:t1\nDTSTAMP:20260101T000000Z\nDUE;TZID=Europe/Berlin:20260302T100000\nSUMMARY:Pay\nPERCENT-COMPLETE:30\nSTATUS:IN-PROCESS\nEND:VTODO\n",
    );
    assert_eq!(task.kind(), crate::event::Kind::Task);
    assert_eq!(
        (task.due().map(format_local).as_deref(), task.get("progress")),
        (Some("2026-03-02T10:00:00"), Some(&json!("in-process")))
    );
    let dateless =
        one("BEGIN:VTODO\nUID:t2\nDTSTAMP:20260101T000000Z\nSUMMARY:Some day\nCOMPLETED:20260105T100000Z\nEND:VTODO\n");
    assert_eq!(dateless.get("progress"), Some(&json!("completed")));
}

#[test]
fn each_component_that_cannot_be_read_is_told_and_the_rest_is_read() {
    let body = format!(
        "BEGIN:VEVENT\nUID:bad\nSUMMARY:no start\nEND:VEVENT\n{}BEGIN:VJOURNAL\nUID:j\nEND:VJOURNAL\nBEGIN:VEVENT\nUID:partly\nDTSTART:20260302T100000Z\nPRIORITY:77\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART:20260302T100000Z\nSUMMARY:nameless\nEND:VEVENT\n",
        vevent("DTSTART:20260302T100000Z")
    );
    let calendar = read(file(&body).as_bytes()).unwrap();
    let told: Vec<String> = calendar
        .problems
        .iter()
        .map(|it| format!("{:?} {} {it}", it.uid.as_deref().unwrap_or("-"), it.partly))
        .collect();
    assert_eq!(
        told,
        [
            "\"j\" false a VJOURNAL, which is not kept",
            "\"bad\" false it has no start",
            "\"partly\" true priority must be between 0 and 9"
        ]
    );
    assert_eq!(calendar.events.len(), 3);
    assert_eq!(read(file(&body).as_bytes()).unwrap().events[2].uid(), calendar.events[2].uid());
    assert_eq!(read(b"hello"), Err(ReadError::NoCalendar));
    assert!(read(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:x\r\nDTSTART:2026").is_ok());
}

#[test]
fn a_description_in_html_is_written_for_those_who_cannot_read_it_too() {
    let mut map = one(&vevent("DTSTART:20260302T100000Z")).into_map();
    map.insert("description".into(), "<p>Bring <b>tea</b></p>".into());
    map.insert("descriptionContentType".into(), "text/html".into());
    let written = write_event(&Event::new(map).unwrap());
    assert!(written.contains("DESCRIPTION;DERIVED=TRUE:Bring tea\r\n"), "{written}");
    assert!(written.contains("X-ALT-DESC;FMTTYPE=text/html:<p>Bring <b>tea</b></p>"), "{written}");
    assert_eq!(read(written.as_bytes()).unwrap().events[0].description(), "<p>Bring <b>tea</b></p>");
}

#[test]
fn a_calendar_says_what_it_is_called_and_when_to_ask_again() {
    let calendar = read(
        file("METHOD:PUBLISH\nX-WR-CALNAME:Holidays\nX-PUBLISHED-TTL:PT12H\nX-APPLE-CALENDAR-COLOR:#ff0000\n")
            .as_bytes(),
    )
    .unwrap();
    let header = calendar.header;
    assert_eq!(
        (header.method, header.name.as_deref(), header.color.as_deref()),
        (Some(Method::Publish), Some("Holidays"), Some("#ff0000"))
    );
    assert_eq!(header.refresh_interval.map(|it| it.to_string()).as_deref(), Some("PT12H"));
    assert_eq!(read(write(&[], &header).as_bytes()).unwrap().header, header);
}

#[test]
fn busy_times_are_read_and_written() {
    let body = "BEGIN:VFREEBUSY\nUID:f\nDTSTAMP:20260101T000000Z\nORGANIZER:mailto:alice@example.com\nATTENDEE:mailto:bob@example.com\nDTSTART:20260302T000000Z\nDTEND:20260303T000000Z\nFREEBUSY;FBTYPE=BUSY-TENTATIVE:20260302T100000Z/PT1H\nFREEBUSY:20260302T120000Z/20260302T130000Z\nFREEBUSY;FBTYPE=FREE:20260302T140000Z/PT1H\nEND:VFREEBUSY\n";
    let read_once = read(file(body).as_bytes()).unwrap().freebusy;
    assert_eq!(read_once[0].busy.len(), 2);
    assert_eq!(format_utc(read_once[0].busy[0].end), "2026-03-02T11:00:00Z");
    let written = write_freebusy(&read_once[0], Some(Method::Reply), parse_utc("2026-03-01T00:00:00Z").unwrap());
    assert_eq!(read(written.as_bytes()).unwrap().freebusy, read_once);
}

#[test]
fn a_rule_in_another_calendar_survives() {
    let event = one(&vevent(
        "DTSTART;VALUE=DATE:20140101\nRRULE:RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=8;SKIP=FORWARD",
    ));
    assert_eq!(event.get("recurrenceRule").unwrap()["rscale"], "hebrew");
    assert!(write_event(&event).contains("RSCALE=HEBREW"));
}

#[test]
fn a_participant_without_an_address_is_kept() {
    for participants in [
        json!({"p": {"@type": "Participant", "name": "Somebody"}}),
        json!({"p": {"@type": "Participant", "name": "Somebody"}, "q": {"@type": "Participant", "calendarAddress": "mailto:q@example.com"}}),
    ] {
        let mut map = one(&vevent("DTSTART:20260302T100000Z")).into_map();
        map.insert("participants".into(), participants);
        let event = Event::new(map).unwrap();
        assert_eq!(
            read(write_event(&event).as_bytes()).unwrap().events,
            std::slice::from_ref(&event),
            "{}",
            write_event(&event)
        );
    }
}
