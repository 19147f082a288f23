//! Texts by key. What the reader's language is, and how its numbers are written, is left to the browser.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::json;

/// Names and what stands for them in a text.
pub type Arguments<'a> = &'a [(&'a str, &'a str)];

/// All texts of a language.
#[derive(Debug, Default)]
pub struct Words {
    /// By feature and name: a text, or texts by plural category.
    features: HashMap<&'static str, Map<String, Value>>,
}

impl Words {
    /// English, which every other language falls back to.
    pub fn english() -> Self {
        Self::from_files(&[
            ("calendar", include_str!("../../locales/en/calendar.json")),
            ("composer", include_str!("../../locales/en/composer.json")),
            ("event", include_str!("../../locales/en/event.json")),
            ("invitation", include_str!("../../locales/en/invitation.json")),
            ("locale", include_str!("../../locales/en/locale.json")),
            ("mail", include_str!("../../locales/en/mail.json")),
            ("session", include_str!("../../locales/en/session.json")),
            ("shell", include_str!("../../locales/en/shell.json")),
            ("ui", include_str!("../../locales/en/ui.json")),
        ])
    }

    fn from_files(files: &[(&'static str, &str)]) -> Self {
        let features = files.iter().map(|(feature, text)| (*feature, json::read(text).unwrap_or_default())).collect();
        Self { features }
    }

    /// The text of `feature.key` for a plural category, with arguments put in; the key itself if there is none.
    pub fn text(&self, key: &str, plural: Option<&str>, arguments: Arguments<'_>) -> String {
        let found = key.split_once('.').and_then(|(feature, name)| self.features.get(feature)?.get(name));
        let text = match found {
            Some(Value::Object(forms)) => {
                plural.and_then(|category| forms.get(category)).or_else(|| forms.get("other"))
            }
            text => text,
        };
        text.and_then(Value::as_str).map_or_else(|| key.to_owned(), |text| fill(text, arguments))
    }
}

/// Puts arguments in the place of `{name}`; what has no argument stays.
fn fill(text: &str, arguments: Arguments<'_>) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('{') {
        out.push_str(before);
        let argument = tail
            .split_once('}')
            .and_then(|(name, after)| Some((arguments.iter().find(|(known, _)| *known == name)?.1, after)));
        match argument {
            Some((value, after)) => {
                out.push_str(value);
                rest = after;
            }
            None => {
                out.push('{');
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(key: &str, plural: Option<&str>, arguments: Arguments<'_>, expect: &str) {
        let words = Words::from_files(&[(
            "mail",
            r#"{"moved":"Moved “{subject}” to {folder}","chosen":{"one":"{count} chosen","other":"{count} are chosen"}}"#,
        )]);
        assert_eq!(words.text(key, plural, arguments), expect);
    }

    #[test]
    fn arguments_stand_where_they_are_named() {
        check("mail.moved", None, &[("folder", "Archive"), ("subject", "{folder}")], "Moved “{folder}” to Archive");
        check("mail.moved", None, &[("folder", "Archive")], "Moved “{subject}” to Archive");
    }

    #[test]
    fn a_plural_is_chosen_by_its_category() {
        check("mail.chosen", Some("one"), &[("count", "1")], "1 chosen");
        check("mail.chosen", Some("few"), &[("count", "3")], "3 are chosen");
    }

    #[test]
    fn a_key_without_a_text_is_shown_itself() {
        check("mail.nothing", None, &[], "mail.nothing");
        check("nothing", None, &[], "nothing");
    }

    #[test]
    fn every_file_of_english_is_a_map_of_texts() {
        for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/locales/en")).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let texts: HashMap<String, Value> = serde_json::from_str(&text).unwrap();
            let is_text = |value: &Value| match value {
                Value::String(_) => true,
                Value::Object(forms) => forms.contains_key("other") && forms.values().all(Value::is_string),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => false,
            };
            assert!(texts.values().all(is_text), "{texts:?}");
        }
    }
}
