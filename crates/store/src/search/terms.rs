//! What a query wants found.

use jmap::email::FilterCondition;
use jmap::{Filter, Operator};

use super::fold::{is_syllabic, tokens};

/// Tokens one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Folded; at least one.
    pub tokens: Vec<String>,
    /// The last token may be the beginning of a longer one.
    pub is_prefix: bool,
}

/// What a query wants found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms(Vec<Term>);

impl Terms {
    /// The words and phrases of a query.
    pub fn parse(query: &str) -> Self {
        let mut terms = Vec::new();
        let mut rest = query.trim_start();
        while let Some(first) = rest.chars().next() {
            let after = if first == '"' {
                let (phrase, after) = quoted(rest.get(1..).unwrap_or_default());
                terms.extend(term(&phrase, false));
                after
            } else {
                let end = rest.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                terms.extend(term(word, true));
                after
            };
            rest = after.trim_start();
        }
        Self(terms)
    }

    /// Every word and phrase that the filter wants found in the subject or the body: of its `text`, `subject` and
    /// `body`, but for what stands under NOT.
    pub fn from_filter(filter: &Filter<FilterCondition>) -> Self {
        let mut terms = Self::default();
        terms.collect(filter, &|condition| vec![&condition.text, &condition.subject, &condition.body]);
        terms
    }

    /// What the filter wants found in the subject: of its `text` and `subject`.
    pub fn for_subject(filter: &Filter<FilterCondition>) -> Self {
        let mut terms = Self::default();
        terms.collect(filter, &|condition| vec![&condition.text, &condition.subject]);
        terms
    }

    /// What the filter wants found in the body: of its `text` and `body`.
    pub fn for_body(filter: &Filter<FilterCondition>) -> Self {
        let mut terms = Self::default();
        terms.collect(filter, &|condition| vec![&condition.text, &condition.body]);
        terms
    }

    fn collect(&mut self, filter: &Filter<FilterCondition>, texts: &dyn Fn(&FilterCondition) -> Vec<&Option<String>>) {
        match filter {
            Filter::Operator { operator: Operator::Not, .. } => {}
            Filter::Operator { operator: Operator::And | Operator::Or, conditions } => {
                conditions.iter().for_each(|condition| self.collect(condition, texts));
            }
            Filter::Condition(condition) => {
                for text in texts(condition).into_iter().flatten() {
                    for term in Self::parse(text).0 {
                        if !self.0.contains(&term) {
                            self.0.push(term);
                        }
                    }
                }
            }
        }
    }

    /// There is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One by one.
    pub fn iter(&self) -> impl Iterator<Item = &Term> {
        self.0.iter()
    }
}

/// Up to the closing quote, `\` taken away before what it escapes; and what comes after.
fn quoted(text: &str) -> (String, &str) {
    let mut phrase = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (phrase, text.get(at + 1..).unwrap_or_default()),
            '\\' => phrase.extend(chars.next().map(|(_, escaped)| escaped)),
            _ => phrase.push(c),
        }
    }
    (phrase, "")
}

fn term(text: &str, is_word: bool) -> Option<Term> {
    let tokens: Vec<String> = tokens(text).into_iter().map(|token| token.text).collect();
    let last = tokens.last()?;
    // One letter is the beginning of too much; of a syllable nothing longer begins.
    let is_prefix = is_word && last.chars().count() > 1 && !last.chars().any(is_syllabic);
    Some(Term { tokens, is_prefix })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, expect: &[&str]) {
        let terms: Vec<String> = Terms::parse(query)
            .iter()
            .map(|term| format!("{}{}", term.tokens.join("+"), if term.is_prefix { "*" } else { "" }))
            .collect();
        assert_eq!(terms, expect, "{query:?}");
    }

    #[test]
    fn words_are_prefixes_and_phrases_are_not() {
        check("annual report", &["annual*", "report*"]);
        check("\"annual report\" 2026", &["annual+report", "2026*"]);
        check("a b", &["a", "b"]);
    }

    #[test]
    fn a_word_of_several_tokens_is_a_phrase() {
        check("bob@owlery.exam", &["bob+owlery+exam*"]);
        check("会議 資", &["会+議", "資"]);
    }

    #[test]
    fn quotes_may_be_escaped_or_left_open() {
        check(r#""say \"hi\" now""#, &["say+hi+now"]);
        check("\"left open", &["left+open"]);
        check("x\"y z\"", &["x", "y+z"]);
        check("\"\" -- \"", &[]);
    }

    #[test]
    fn nothing_under_not_is_highlighted() {
        let filter: Filter<FilterCondition> = serde_json::from_str(
            r#"{"operator":"AND","conditions":[{"text":"owl"},{"operator":"NOT","conditions":[{"body":"cat"}]},
                {"operator":"OR","conditions":[{"subject":"owl"},{"from":"bob"},{"body":"tree"}]}]}"#,
        )
        .unwrap();
        assert_eq!(Terms::from_filter(&filter), Terms::parse("owl tree"));
        assert_eq!(Terms::for_subject(&filter), Terms::parse("owl"));
    }
}
