//! A letter as a message, as mail programs write them.

use std::fmt::Write as _;

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::date::Date;
use mail_builder::mime::MimePart;

use super::letter::{Dress, Letter, Person};

const PLAN: &[u8] = include_bytes!("lighting-plan.pdf");
const POSTER: &[u8] = include_bytes!("poster.png");
const TABLE: &[u8] = include_bytes!("long-table.jpg");
const OWL: &[u8] = include_bytes!("owl.png");
const LOANS: &str = include_str!("loans.csv");
const ROTA: &str = include_str!("rota.csv");
const LAMPS: &str = "lamp,place,work,price\nL1,window,new flex,60\nL2,middle,new flex,60\nL3,middle,new finish,240\nL4,door,new finish,240\n";

/// The octets of a letter.
pub(super) fn message(letter: &Letter, at: DateTime<Utc>, id: &str, references: &[String]) -> anyhow::Result<Vec<u8>> {
    let mut builder = MessageBuilder::new()
        .from(address(&letter.from))
        .to(addresses(&letter.to))
        .subject(letter.subject.as_str())
        .date(Date::new(at.timestamp()))
        .message_id(id.to_owned());
    if !letter.cc.is_empty() {
        builder = builder.cc(addresses(&letter.cc));
    }
    if let Some(last) = references.last() {
        builder = builder.in_reply_to(last.clone()).references(references.to_vec());
    }
    let text = letter.text.replace("[picture]\n\n", "");
    let body = match letter.dress {
        Dress::Plain if letter.has_picture => with_picture(&letter.text),
        Dress::Plain => MimePart::new("text/plain", text),
        Dress::Formatted => alternative(text, formatted(&letter.text)),
        Dress::Newsletter => alternative(text.clone(), newsletter(&letter.subject, &text)),
        Dress::Order => alternative(text.clone(), order(&text)),
    };
    let mut parts = vec![body];
    for name in &letter.attach {
        parts.push(attachment(name)?);
    }
    let body = if parts.len() == 1 { parts.pop().context("a body")? } else { MimePart::new("multipart/mixed", parts) };
    builder.body(body).write_to_vec().context("a message could not be written")
}

fn address(person: &Person) -> Address<'static> {
    Address::new_address(Some(person.name.clone()), person.address.clone())
}

fn addresses(persons: &[Person]) -> Address<'static> {
    Address::new_list(persons.iter().map(address).collect())
}

fn alternative(text: String, html: String) -> MimePart<'static> {
    MimePart::new("multipart/alternative", vec![MimePart::new("text/plain", text), MimePart::new("text/html", html)])
}

fn with_picture(text: &str) -> MimePart<'static> {
    let html = paragraphs(text).replace(
        "<p>[picture]</p>",
        "<p><img src=\"cid:table@owlery.example\" alt=\"The long table\" width=\"480\"></p>",
    );
    let picture = MimePart::new("image/jpeg", TABLE).inline().cid("table@owlery.example");
    let page = MimePart::new("text/html", format!("<html><body>{html}</body></html>"));
    MimePart::new("multipart/related", vec![page, picture])
}

fn attachment(name: &str) -> anyhow::Result<MimePart<'static>> {
    let part = match name {
        "Lighting plan.pdf" => MimePart::new("application/pdf", PLAN),
        "Poster.png" => MimePart::new("image/png", POSTER),
        "Loans.csv" => MimePart::new("text/csv", LOANS),
        "Rota.csv" => MimePart::new("text/csv", ROTA),
        "Lamps.csv" => MimePart::new("text/csv", LAMPS),
        other => bail!("no attachment {other}"),
    };
    Ok(part.attachment(name.to_owned()))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// Paragraphs, and lists where lines begin with a star.
fn paragraphs(text: &str) -> String {
    let mut html = String::new();
    for block in text.split("\n\n") {
        // Writing to a String does not fail.
        if block.starts_with("* ") {
            let items: String =
                block.lines().map(|line| format!("<li>{}</li>", escape(line.trim_start_matches("* ")))).collect();
            let _ = write!(html, "<ul>{items}</ul>");
        } else {
            let _ = write!(html, "<p>{}</p>", escape(block).replace('\n', "<br>"));
        }
    }
    html
}

fn formatted(text: &str) -> String {
    format!("<html><head><meta charset=\"utf-8\"></head><body>{}</body></html>", paragraphs(text))
}

/// Tables, styles twice over, pictures elsewhere: what newsletters are made of.
fn newsletter(subject: &str, text: &str) -> String {
    let owl = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, OWL);
    let (subject, text) = (escape(subject), paragraphs(text));
    format!(
        "<!DOCTYPE html><html><head><style>@import url('https://readingweek.example/type.css');\
         .frame{{width:600px}} .head{{background-color:#0f4c5c;color:#fff8e7}} \
         @media only screen and (max-width:600px){{.frame{{width:100%!important}}}}</style></head>\
         <body bgcolor=\"#f4efe6\" style=\"margin:0;padding:24px 0;background-color:#f4efe6\">\
         <table class=\"frame\" align=\"center\" width=\"600\" cellpadding=\"0\" cellspacing=\"0\" bgcolor=\"#ffffff\">\
         <tr><td class=\"head\" style=\"padding:20px 28px;font:bold 22px Georgia,serif\">\
         <img src=\"data:image/png;base64,{owl}\" width=\"40\" height=\"40\" alt=\"\"> The Reading Week</td></tr>\
         <tr><td><img src=\"https://readingweek.example/pictures/lead.jpg\" width=\"600\" height=\"260\" alt=\"A reading room in the evening\"></td></tr>\
         <tr><td style=\"padding:24px 28px;font:16px/1.6 Georgia,serif;color:#333333\"><h1 style=\"font-size:26px;color:#0f4c5c\">{subject}</h1>{text}\
         <p><a href=\"https://readingweek.example/this-week\" style=\"background:#e4572e;color:#ffffff;padding:10px 18px;text-decoration:none;border-radius:4px\">Read on</a></p></td></tr>\
         <tr><td style=\"padding:16px 28px;font:12px Arial,sans-serif;color:#777777;border-top:1px solid #dddddd\">You get this because you asked for it. \
         <a href=\"https://readingweek.example/leave\">Leave</a><img src=\"https://readingweek.example/open.gif?reader=41\" width=\"1\" height=\"1\" alt=\"\"></td></tr></table></body></html>"
    )
}

fn order(text: &str) -> String {
    let text = paragraphs(text);
    format!(
        "<html><body style=\"font-family:Arial,sans-serif;color:#222\"><div style=\"max-width:560px;margin:auto;border:1px solid #ddd;padding:24px\">\
         <img src=\"https://northlight.example/logo.png\" alt=\"Northlight Press\" width=\"140\" height=\"36\">{text}\
         <table width=\"100%\" style=\"border-collapse:collapse\"><tr style=\"background:#f2f2f2\"><th align=\"left\" style=\"padding:6px\">Article</th><th align=\"right\" style=\"padding:6px\">Boxes</th></tr>\
         <tr><td style=\"padding:6px\">Library card, cream</td><td align=\"right\" style=\"padding:6px\">12</td></tr></table></div></body></html>"
    )
}
