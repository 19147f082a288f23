//! `owletd` as an administrator runs it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

fn owletd(data: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_owletd"))
        .args(arguments)
        .arg("--data")
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn good(data: &Path, arguments: &[&str], input: &str) -> String {
    let output = owletd(data, arguments, input);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn put(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn accounts_are_added_listed_changed_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    good(data, &["account", "add", "alice@owlery.example", "--name", "Alice Moreau"], "owlet\n");
    let twice = owletd(data, &["account", "add", "ALICE@owlery.example", "--name", "A"], "owlet\n");
    assert!(!twice.status.success());
    assert!(String::from_utf8_lossy(&twice.stderr).contains("already"));
    assert_eq!(good(data, &["account", "list"], ""), "alice@owlery.example\tAlice Moreau\t0\t0\n");
    good(data, &["account", "password", "alice@owlery.example"], "hoot\n");
    assert!(
        !owletd(data, &["account", "password", "alice@owlery.example"], "\n").status.success(),
        "an empty password"
    );
    good(data, &["account", "remove", "alice@owlery.example"], "");
    assert_eq!(good(data, &["account", "list"], ""), "");
}

#[test]
fn an_import_names_what_it_cannot_read_and_knows_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let (data, mail) = (folder.path().join("data"), folder.path().join("mail"));
    good(&data, &["account", "add", "a@b.example", "--name", "A"], "owlet");
    put(&mail.join("one.eml"), "Subject: One\r\n\r\nHello");
    put(&mail.join("two.pdf"), "%PDF");
    let first = owletd(&data, &["import", "a@b.example", text(&mail), "--into", "Old/2019"], "");
    let said = String::from_utf8_lossy(&first.stderr).into_owned();
    assert_eq!(first.status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("{}: neither a message nor an mbox\n", mail.join("two.pdf").display())), "{said}");
    assert!(said.contains("1 imported, 0 there already, 1 not readable"), "{said}");
    let again = owletd(&data, &["import", "a@b.example", text(&mail), "--into", "Old/2019"], "");
    assert!(String::from_utf8_lossy(&again.stderr).contains("0 imported, 1 there already"));
    assert!(!owletd(&data, &["import", "x@b.example", text(&mail)], "").status.success());
}

#[test]
fn what_is_exported_imports_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    good(&at("one"), &["account", "add", "a@b.example", "--name", "A"], "owlet");
    good(&at("two"), &["account", "add", "a@b.example", "--name", "A"], "owlet");
    put(&at("mail/cur/1.a:2,FS"), "Subject: Inbox\n\nx");
    put(&at("mail/new/2.b"), "Subject: New\n\nx");
    put(&at("mail/.Sent/cur/3.c:2,RS"), "Subject: Sent\n\nx");
    put(&at("mail/.Entw&APw-rfe.v1&AC4-2/cur/4.d:2,a"), "Subject: Deep\n\nx");
    put(&at("mail/.Entw&APw-rfe.v1&AC4-2/dovecot-keywords"), "0 work\n");
    good(&at("one"), &["import", "a@b.example", text(&at("mail"))], "");
    good(&at("one"), &["export", "a@b.example", text(&at("out"))], "");
    good(&at("two"), &["import", "a@b.example", text(&at("out"))], "");
    good(&at("two"), &["export", "a@b.example", text(&at("again"))], "");
    assert_eq!(listing(&at("out")), listing(&at("again")));
    let files = listing(&at("out"));
    for expect in [
        "/cur :2,FS Subject: Inbox",
        "/.Sent/cur :2,RS Subject: Sent",
        "/.Entw&APw-rfe.v1&AC4-2/cur :2,a Subject: Deep",
    ] {
        assert!(files.iter().any(|file| file == expect), "{expect} in {files:?}");
    }
}

/// Folder, flags and first line of every message.
fn listing(path: &Path) -> Vec<String> {
    fn below(top: &Path, path: &Path, list: &mut Vec<String>) {
        for entry in std::fs::read_dir(path).unwrap().flatten().map(|entry| entry.path()) {
            if entry.is_dir() {
                below(top, &entry, list);
            } else if entry.parent().unwrap().ends_with("cur") {
                let folder = entry.parent().unwrap().strip_prefix(top).unwrap().display().to_string();
                let name = entry.file_name().unwrap().to_string_lossy().into_owned();
                let flags = name.rsplit_once(':').map_or("", |(_, flags)| flags).to_owned();
                let text = std::fs::read_to_string(&entry).unwrap();
                list.push(format!("/{folder} :{flags} {}", text.lines().next().unwrap()));
            }
        }
    }
    let mut list = Vec::new();
    below(path, path, &mut list);
    list.sort();
    list
}

#[test]
fn an_import_that_was_stopped_goes_on_without_doubles() {
    const MANY: usize = 3_000;
    let folder = tempfile::tempdir().unwrap();
    let (data, mbox) = (folder.path().join("data"), folder.path().join("mbox"));
    good(&data, &["account", "add", "a@b.example", "--name", "A"], "owlet");
    let message = |number| format!("From x Tue Nov 24 10:00:00 2026\nSubject: Number {number}\n\nText {number}\n\n");
    put(&mbox, &(0..MANY).map(message).collect::<String>());
    let count = || -> usize { good(&data, &["account", "list"], "").split('\t').nth(2).unwrap().parse().unwrap() };
    let mut child = Command::new(env!("CARGO_BIN_EXE_owletd"))
        .args(["import", "a@b.example", text(&mbox), "--data", text(&data)])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while count() == 0 {}
    // As hard as it gets: SIGKILL.
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(count() < MANY, "it was stopped amid its work");
    good(&data, &["import", "a@b.example", text(&mbox)], "");
    assert_eq!(count(), MANY);
}

#[test]
fn a_wrong_key_is_named_and_the_configuration_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = Command::new(env!("CARGO_BIN_EXE_owletd")).arg("config").env("OWLET_TLS__CRT", "x").output().unwrap();
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("OWLET_TLS__CRT"));
    assert!(!wrong.status.success());
    assert!(good(folder.path(), &["config"], "").contains("listen = "));
    let missing = owletd(&folder.path().join("nothing"), &["account", "list"], "");
    assert!(String::from_utf8_lossy(&missing.stderr).contains("--data"));
}

struct Server(Child);

impl Server {
    /// Starts on a free port; the log says which.
    fn start(data: &Path) -> (Self, String) {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut child = Command::new(env!("CARGO_BIN_EXE_owletd"))
            .args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--data"])
            .arg(data)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        assert!(log.any(|line| line.unwrap().contains("serving")));
        std::thread::spawn(move || log.for_each(drop));
        (Self(child), format!("127.0.0.1:{port}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_server_with_the_sample_is_backed_up_and_stops_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    good(&data, &["sample"], "");
    assert!(!owletd(&data, &["sample"], "").status.success(), "not on top of accounts");
    let (mut server, address) = Server::start(&data);
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::new();
    let who = client.get(format!("http://{address}/owlet/session")).basic_auth("emi@owlery.example", Some("owlet"));
    assert_eq!(who.send().await.unwrap().json::<serde_json::Value>().await.unwrap()["name"], "Emi Tanaka");
    let file = folder.path().join("backup.tar");
    good(&data, &["backup", text(&file)], "");
    assert!(file.metadata().unwrap().len() > 100_000);
    // SIGTERM, as systemd does it.
    assert!(Command::new("kill").arg(server.0.id().to_string()).status().unwrap().success());
    assert!(server.0.wait().unwrap().success());
}

#[test]
fn rooms_are_added_changed_listed_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let room = "attic@owlery.example";
    good(data, &["room", "add", room, "--name", "Attic", "--capacity", "12", "--floor", "Under the roof"], "");
    good(data, &["room", "set", room, "--building", "The Owlery", "--answers", "false"], "");
    assert_eq!(good(data, &["room", "list"], ""), "attic@owlery.example\tAttic\t12\tThe Owlery\tUnder the roof\n");
    assert!(!owletd(data, &["room", "set", room, "--time-zone", "Attic"], "").status.success());
    good(data, &["account", "add", "alice@owlery.example", "--name", "Alice"], "owlet");
    let refused = owletd(data, &["room", "remove", "alice@owlery.example"], "");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("is no room"));
    good(data, &["room", "remove", room], "");
    assert_eq!(good(data, &["room", "list"], ""), "");
}

#[test]
fn a_calendar_is_read_from_a_file_and_written_to_one() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("in.ics"));
    good(&data, &["account", "add", "a@b.example", "--name", "A"], "owlet");
    let event = |uid: &str, rest: &str| {
        format!("BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261120T100000Z\r\n{rest}\r\nEND:VEVENT\r\n")
    };
    let calendar =
        |events: String| format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//A//B//EN\r\n{events}END:VCALENDAR\r\n");
    let one = event("one", "SUMMARY:One\r\nDTSTART:20261124T100000Z\r\nX-KEPT:yes");
    let series = event("two", "SUMMARY:Two\r\nDTSTART:20261124T120000Z\r\nRRULE:FREQ=WEEKLY");
    put(&file, &calendar(format!("{one}{series}")));
    let read = ["calendar", "import", "a@b.example", text(&file)];
    assert_eq!(good(&data, &read, ""), "2 new, 0 updated, 0 known already\n");
    assert_eq!(good(&data, &read, ""), "0 new, 0 updated, 2 known already\n");
    put(&file, &calendar(one.replace("SUMMARY:One", "SEQUENCE:1\r\nSUMMARY:Uno")));
    assert_eq!(good(&data, &read, ""), "0 new, 1 updated, 0 known already\n");
    let written = good(&data, &["calendar", "export", "a@b.example", "-", "--calendar", "Calendar"], "");
    for line in ["SUMMARY:Uno", "SUMMARY:Two", "RRULE:FREQ=WEEKLY", "X-KEPT:yes"] {
        assert!(written.contains(line), "{line}: {written}");
    }
    put(&file, "no calendar");
    assert!(!owletd(&data, &read, "").status.success());
    let nowhere = owletd(&data, &["calendar", "export", "a@b.example", "-", "--calendar", "Garden"], "");
    assert!(String::from_utf8_lossy(&nowhere.stderr).contains("there is no calendar Garden"));
}
