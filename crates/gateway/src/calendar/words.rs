//! Whether an occurrence has the words that a query wants: as the index of the store has it, for what it cannot tell
//! apart since it holds the text of a series with that of all its occurrences.

use store::search::{Term, Terms, tokens};
use store::{EventCondition, EventText};

/// Looks for words in some text only.
pub fn wants_words(condition: &EventCondition) -> bool {
    let EventCondition { text, title, description, location, owner, attendee, .. } = condition;
    [text, title, description, location, owner, attendee].into_iter().any(Option::is_some)
}

/// The text has all words that the condition wants.
pub fn has(text: &EventText, condition: &EventCondition) -> bool {
    let EventText { title, description, location, owner, attendee, other } = text;
    let all = [title, description, location, owner, attendee, other];
    let of = |query: &Option<String>, texts: &[&String]| query.as_ref().is_none_or(|query| found(query, texts));
    of(&condition.text, &all)
        && of(&condition.title, &[title])
        && of(&condition.description, &[description])
        && of(&condition.location, &[location])
        && of(&condition.owner, &[owner])
        && of(&condition.attendee, &[attendee])
}

fn found(query: &str, texts: &[&String]) -> bool {
    let terms = Terms::parse(query);
    let texts: Vec<Vec<String>> =
        texts.iter().map(|text| tokens(text).into_iter().map(|token| token.text).collect()).collect();
    !terms.is_empty() && terms.iter().all(|term| texts.iter().any(|text| has_term(text, term)))
}

fn has_term(text: &[String], term: &Term) -> bool {
    text.windows(term.tokens.len()).any(|window| {
        let last = term.tokens.len().saturating_sub(1);
        window.iter().zip(&term.tokens).enumerate().all(|(index, (word, token))| {
            word == token || index == last && term.is_prefix && word.starts_with(token.as_str())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, expect: bool) {
        let text = EventText { title: "Opening of the Reading Room".into(), ..EventText::default() };
        let condition = EventCondition { title: Some(query.into()), ..EventCondition::default() };
        assert_eq!(has(&text, &condition), expect, "{query}");
    }

    #[test]
    fn words_are_found_as_in_the_index() {
        check("read open", true);
        check("\"reading room\"", true);
        check("\"room reading\"", false);
        check("\"open\"", false);
        check("door", false);
        check("", false);
    }
}
