//! The words people read, by key, and the way numbers and dates are said.
//!
//! `locales/<language>/<feature>.json` maps a key to a text, or to one text for each plural category
//! (`{"one": "…", "other": "…"}`, Unicode CLDR). `{name}` in a text stands for an argument. The key
//! `mail.reply` is `reply` in `mail.json`. `cargo xtask tidy` checks that every key used has a text.
//!
//! Dates, numbers and time zones are the browser's (`Intl`): see [`dates`] and [`zones`].

#[cfg(target_family = "wasm")]
pub mod dates;
mod words;
#[cfg(target_family = "wasm")]
pub mod zones;

pub use words::{Arguments, Words};

#[cfg(target_family = "wasm")]
mod browser {
    use super::{Arguments, Words};
    use std::cell::OnceCell;

    use js_sys::{Array, Function, Intl, Object, Reflect};
    use wasm_bindgen::JsValue;

    thread_local! {
        static WORDS: OnceCell<Words> = const { OnceCell::new() };
        static PLURALS: OnceCell<Intl::PluralRules> = const { OnceCell::new() };
        static NUMBERS: OnceCell<js_sys::Function> = const { OnceCell::new() };
    }

    fn with_words<T>(f: impl FnOnce(&Words) -> T) -> T {
        WORDS.with(|cell| f(cell.get_or_init(Words::english)))
    }

    /// The text of a key; the key itself if there is none.
    pub fn t(key: &str) -> String {
        t_with(key, &[])
    }

    /// The text of a key with arguments put in.
    pub fn t_with(key: &str, arguments: Arguments<'_>) -> String {
        with_words(|words| words.text(key, None, arguments))
    }

    /// The text of a key for a count, in the right plural; `{count}` is the number as people write it.
    pub fn t_count(key: &str, count: u64, arguments: Arguments<'_>) -> String {
        let category = PLURALS.with(|cell| {
            let rules = cell.get_or_init(|| Intl::PluralRules::new(&language(), &Object::new()));
            rules.select(count as f64).as_string().unwrap_or_default()
        });
        let written = number(count as f64);
        let mut all: Vec<(&str, &str)> = vec![("count", &written)];
        all.extend_from_slice(arguments);
        with_words(|words| words.text(key, Some(&category), &all))
    }

    /// A number as the reader writes it.
    pub fn number(value: f64) -> String {
        NUMBERS.with(|cell| {
            let format = cell.get_or_init(|| Intl::NumberFormat::new(&language(), &Object::new()).format());
            format
                .call1(&wasm_bindgen::JsValue::UNDEFINED, &value.into())
                .ok()
                .and_then(|text| text.as_string())
                .unwrap_or_else(|| value.to_string())
        })
    }

    /// "a, b and c", as the reader lists things.
    pub fn list(items: &[String]) -> String {
        let joined = || {
            let list_format = Reflect::get(&Reflect::get(&js_sys::global(), &"Intl".into()).ok()?, &"ListFormat".into());
            let format = Reflect::construct(&list_format.ok()?.into(), &language()).ok()?;
            let all: Array = items.iter().map(|item| JsValue::from_str(item)).collect();
            let method = Function::from(Reflect::get(&format, &"format".into()).ok()?);
            method.call1(&format, &all).ok()?.as_string()
        };
        joined().unwrap_or_else(|| items.join(", "))
    }

    /// Octets as people say them: "42 KB", "1.8 MB". A kilobyte is 1,000 octets, as file managers count.
    pub fn bytes(count: u64) -> String {
        let steps =
            [("locale.bytes", 1.0), ("locale.kilobytes", 1e3), ("locale.megabytes", 1e6), ("locale.gigabytes", 1e9)];
        let value = count as f64;
        let (key, unit) = steps.into_iter().rev().find(|(_, unit)| value >= *unit).unwrap_or(("locale.bytes", 1.0));
        let scaled = value / unit;
        let rounded = if unit > 1e3 && scaled < 10.0 { (scaled * 10.0).round() / 10.0 } else { scaled.round() };
        t_with(key, &[("count", &number(rounded))])
    }

    /// The reader's languages, as `Intl` takes them: the browser's own choice.
    pub(super) fn language() -> Array {
        Array::new()
    }
}

#[cfg(target_family = "wasm")]
pub use browser::{bytes, list, number, t, t_count, t_with};
