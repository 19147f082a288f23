//! Folders as other programs leave them, read.

use super::*;

fn read(path: &Path) -> (Vec<Message>, Vec<String>) {
    let (mut messages, mut unreadable) = (Vec::new(), Vec::new());
    walk(&[path.to_owned()], 1000, &mut |found| {
        match found {
            Found::Message(message) => messages.push(message),
            Found::Unreadable { path, reason } => {
                unreadable.push(format!("{}: {reason}", path.file_name().unwrap().to_string_lossy()));
            }
        }
        true
    });
    (messages, unreadable)
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn words(message: &Message) -> Vec<&str> {
    message.keywords.iter().map(String::as_str).collect()
}

#[test]
fn an_mbox_has_messages_flags_and_quoted_lines() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Old mail");
    put(
        &path,
        "From a Tue Nov 24 10:00:00 2026\nSubject: One\nX-Mozilla-Status: 0005\nX-Mozilla-Keys: $label1 work\n\n>From here\nFrom there on\n\nFrom b Tue Nov 24 11:00:00 2026\nSubject: Two\nStatus: RO\nX-Status: A\n\nx\n\nFrom c Tue Nov 24 12:00:00 2026\nSubject: Gone\nX-Mozilla-Status: 0009\n\nx\n",
    );
    let (messages, unreadable) = read(&path);
    assert_eq!(unreadable, Vec::<String>::new());
    assert_eq!(messages.len(), 2);
    assert!(messages[0].raw.ends_with(b"\nFrom here\nFrom there on\n"));
    assert_eq!(words(&messages[0]), ["$flagged", "$label1", "$seen", "work"]);
    assert_eq!(words(&messages[1]), ["$answered", "$seen"]);
    assert_eq!(messages[0].received_at.unwrap().0.to_rfc3339(), "2026-11-24T10:00:00+00:00");
    assert_eq!(messages[0].folder, Vec::<String>::new(), "a file that was named is no folder");
    let (messages, _) = read(folder.path());
    assert_eq!(messages[0].folder, ["Old mail"]);
}

#[test]
fn a_maildir_has_flags_and_folders_of_both_kinds() {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path);
    put(&at("cur/1.a.host:2,FS"), "Subject: Inbox\n\n");
    put(&at("new/2.b.host"), "Subject: New\n\n");
    put(&at(".Entw&APw-rfe.2026/cur/3.c:2,Da"), "Subject: Draft\n\n");
    put(&at(".Entw&APw-rfe.2026/dovecot-keywords"), "0 Work\n");
    put(&at("Nested/cur/4.d:2,"), "Subject: Nested\n\n");
    put(&at("Nested/Inner/cur/5.e:2,T"), "Subject: Thrown away\n\n");
    put(&at("dovecot-uidlist"), "3 V1\n");
    put(&at("tmp/6"), "half");
    let (mut messages, unreadable) = read(folder.path());
    assert_eq!(unreadable, Vec::<String>::new());
    messages.sort_by(|a, b| a.raw.cmp(&b.raw));
    let seen: Vec<_> = messages
        .iter()
        .map(|message| {
            (
                String::from_utf8_lossy(&message.raw).trim().to_owned(),
                message.folder.join("/"),
                words(message).join(" "),
            )
        })
        .collect();
    let expect = [
        ("Subject: Draft", "Entwürfe/2026", "$draft work"),
        ("Subject: Inbox", "", "$flagged $seen"),
        ("Subject: Nested", "Nested", ""),
        ("Subject: New", "", ""),
        ("Subject: Thrown away", "Trash", ""),
    ];
    assert_eq!(seen, expect.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())));
}

#[test]
fn what_is_not_mail_is_named_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    put(&folder.path().join("a.eml"), "Subject: A\r\n\r\nHello");
    put(&folder.path().join("b.pdf"), "%PDF-1.4");
    put(&folder.path().join("c.eml"), &format!("Subject: C\n\n{}", "x".repeat(2000)));
    put(&folder.path().join("inner/d.eml"), "Received: by x\n\tfor y\n\n");
    put(&folder.path().join(".hidden/e.eml"), "Subject: E\n\n");
    let (messages, unreadable) = read(folder.path());
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[1].folder, ["inner"]);
    assert_eq!(unreadable, ["b.pdf: neither a message nor an mbox", "c.eml: larger than 0 MB (limits.upload_bytes)"]);
}
