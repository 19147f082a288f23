//! The words in the search field, taken apart just enough to be edited by chips: `from:bob`,
//! `in:archive`, `has:attachment`, `after:2026-11-01` and plain words.
//!
//! What they mean to the server is [`EmailSearch::parse`](crate::records::EmailSearch::parse)'s; this
//! only finds the folder that `in:` names, and lets a chip set or clear one of the words. Pure.

/// A search as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Search {
    words: Vec<Word>,
}

/// One word or `name:value`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    /// Lower case, for `name:value`.
    name: Option<String>,
    /// Without quotation marks.
    value: String,
    /// It stood in quotation marks.
    quoted: bool,
}

/// The operators that this page offers; any other `name:` is a word like others.
const NAMES: [&str; 10] = ["from", "to", "cc", "subject", "has", "before", "after", "is", "in", "body"];

impl Search {
    /// Takes a text apart. Every text is a search.
    pub(crate) fn parse(text: &str) -> Self {
        let mut words = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (name, after) = match rest.split_once(':') {
                Some((name, after)) if NAMES.contains(&name.to_lowercase().as_str()) => {
                    (Some(name.to_lowercase()), after)
                }
                _ => (None, rest),
            };
            let (value, quoted, tail) = match after.strip_prefix('"') {
                Some(inner) => match inner.split_once('"') {
                    Some((value, tail)) => (value, true, tail),
                    None => (inner, true, ""),
                },
                None => {
                    let end = after.find(char::is_whitespace).unwrap_or(after.len());
                    let (value, tail) = after.split_at(end);
                    (value, false, tail)
                }
            };
            if !value.is_empty() {
                words.push(Word { name, value: value.to_owned(), quoted });
            }
            rest = tail.trim_start();
        }
        Self { words }
    }

    /// The value of the first `name:`.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.words.iter().find(|word| word.name.as_deref() == Some(name)).map(|word| word.value.as_str())
    }

    /// Whether `name:value` is among the words.
    pub(crate) fn has(&self, name: &str, value: &str) -> bool {
        self.words.iter().any(|word| word.name.as_deref() == Some(name) && word.value.eq_ignore_ascii_case(value))
    }

    /// The same search with one `name:` of this value, or without any.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: Option<&str>) -> Self {
        self.words.retain(|word| word.name.as_deref() != Some(name));
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.words.push(Word { name: Some(name.to_owned()), value: value.to_owned(), quoted: false });
        }
        self
    }

    /// The plain words, as one would say what was looked for.
    pub(crate) fn plain(&self) -> String {
        let plain: Vec<&str> = self.words.iter().filter(|word| word.name.is_none()).map(|w| w.value.as_str()).collect();
        plain.join(" ")
    }
}

impl std::fmt::Display for Search {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (place, Word { name, value, quoted }) in self.words.iter().enumerate() {
            if place > 0 {
                out.write_str(" ")?;
            }
            if let Some(name) = name {
                write!(out, "{name}:")?;
            }
            if *quoted || value.contains(char::is_whitespace) {
                write!(out, "\"{value}\"")?;
            } else {
                out.write_str(value)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, expect: &str) {
        assert_eq!(Search::parse(typed).to_string(), expect);
    }

    #[test]
    fn a_search_is_written_as_it_was_typed() {
        check("  lamps   from:bob ", "lamps from:bob");
        check("From:\"Bob Okafor\" \"brass lamps\"", "from:\"Bob Okafor\" \"brass lamps\"");
        check("re: lamps", "re: lamps");
        check("http://owlery.example", "http://owlery.example");
        check("subject:", "");
        check("\"open", "\"open\"");
    }

    #[test]
    fn a_chip_sets_and_clears_one_word() {
        let search = Search::parse("lamps from:bob in:archive");
        assert_eq!(
            search.clone().with("from", Some("Greta Olsen")).to_string(),
            "lamps in:archive from:\"Greta Olsen\""
        );
        assert_eq!(search.with("in", None).to_string(), "lamps from:bob");
    }

    #[test]
    fn values_are_found_whatever_the_case_of_their_name() {
        let search = Search::parse("HAS:Attachment IN:archive lamps brass");
        assert!(search.has("has", "attachment"));
        assert_eq!(search.value("in"), Some("archive"));
        assert_eq!(search.plain(), "lamps brass");
    }
}
