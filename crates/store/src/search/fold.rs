//! Folding and tokens.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{compose, is_combining_mark};

/// Longer ones are cut: nobody types them, and base64 would fill the index.
const MAX_TOKEN_CHARS: usize = 40;

/// At most so many tokens of one text are indexed: some hundred pages.
const MAX_INDEXED_TOKENS: usize = 100_000;

/// A word, folded, and where it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Folded.
    pub text: String,
    /// Bytes of the text.
    pub range: Range<usize>,
}

/// The tokens of a text.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    each_token(text, |token, range| tokens.push(Token { text: token.to_owned(), range }));
    tokens
}

/// A text folded: its tokens with a space between them; to compare or sort by.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    push_tokens(&mut folded, text);
    folded
}

/// What the index gets of a text.
pub(crate) fn index_text<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut folded = String::new();
    for text in texts {
        push_tokens(&mut folded, text);
        // Phrases don't reach from one text into the next.
        folded.push_str(" \u{1d7a} ");
    }
    folded
}

fn push_tokens(folded: &mut String, text: &str) {
    let mut count = 0;
    each_token(text, |token, _| {
        count += 1;
        if count <= MAX_INDEXED_TOKENS {
            if !folded.is_empty() {
                folded.push(' ');
            }
            folded.push_str(token);
        }
    });
}

/// A header's name as the start of tokens: of the name itself, and of each word of the value.
pub(crate) fn header_name(name: &str) -> String {
    let mut token: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '\u{1c0}' })
        .take(MAX_TOKEN_CHARS)
        .collect();
    token.push('\u{b7}');
    token
}

/// What the index gets of header fields: for each a token of its name, and its words with the name before each, so
/// that a word is found in this header only. Signatures are found by name only: nobody looks for base64.
pub(crate) fn header_text(headers: &[(String, String)]) -> String {
    let mut text = String::new();
    for (name, value) in headers {
        let name = header_name(name);
        text.push_str(&name);
        text.push(' ');
        if !name.contains("signature\u{b7}") && name != "arc\u{1c0}seal\u{b7}" {
            each_token(value, |token, _| {
                text.push_str(&name);
                text.push_str(token);
                text.push(' ');
            });
        }
    }
    text
}

/// One after the other, without an allocation for each.
fn each_token(text: &str, mut give: impl FnMut(&str, Range<usize>)) {
    let mut word = Word::default();
    let mut syllable: Option<(char, Range<usize>)> = None;
    let mut buffer = [0; 4];
    let mut give_syllable = |syllable: &mut Option<(char, Range<usize>)>, give: &mut dyn FnMut(&str, Range<usize>)| {
        if let Some((c, range)) = syllable.take() {
            give(c.encode_utf8(&mut buffer), range);
        }
    };
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        if c.is_ascii() {
            give_syllable(&mut syllable, &mut give);
            if c.is_ascii_alphanumeric() {
                word.push(c.to_ascii_lowercase(), start..end);
            } else {
                word.give(&mut give);
            }
        } else if is_combining_mark(c) || matches!(c, '\u{ff9e}' | '\u{ff9f}') {
            let mark = c.nfkd().next().unwrap_or(c);
            if let Some((base, range)) = &mut syllable {
                *base = compose(*base, mark).unwrap_or(*base);
                range.end = end;
            } else {
                word.extend(end);
            }
        } else if is_syllabic(c) {
            word.give(&mut give);
            for part in c.nfkc() {
                match &mut syllable {
                    // Jamo of a Hangul syllable that came one by one.
                    Some((base, range)) if let Some(composed) = compose(*base, part) => {
                        *base = composed;
                        range.end = end;
                    }
                    _ => {
                        give_syllable(&mut syllable, &mut give);
                        syllable = Some((part, start..end));
                    }
                }
            }
        } else if c.is_alphanumeric() {
            give_syllable(&mut syllable, &mut give);
            for part in c.nfkd().flat_map(char::to_lowercase).filter(|part| part.is_alphanumeric()) {
                match spelled_out(part) {
                    Some(letters) => letters.chars().for_each(|letter| word.push(letter, start..end)),
                    None => word.push(part, start..end),
                }
            }
        } else if is_invisible(c) {
            word.extend(end);
        } else {
            give_syllable(&mut syllable, &mut give);
            word.give(&mut give);
        }
    }
    give_syllable(&mut syllable, &mut give);
    word.give(&mut give);
}

/// The word that is being read.
#[derive(Default)]
struct Word {
    text: String,
    chars: usize,
    range: Range<usize>,
}

impl Word {
    fn push(&mut self, c: char, range: Range<usize>) {
        if self.text.is_empty() {
            self.range = range.clone();
        }
        self.range.end = range.end;
        if self.chars < MAX_TOKEN_CHARS {
            self.text.push(c);
            self.chars += 1;
        }
    }

    fn extend(&mut self, end: usize) {
        if !self.text.is_empty() {
            self.range.end = end;
        }
    }

    fn give(&mut self, give: &mut dyn FnMut(&str, Range<usize>)) {
        if !self.text.is_empty() {
            give(&self.text, self.range.clone());
            self.text.clear();
            self.chars = 0;
        }
    }
}

/// Letters that Unicode does not take apart, as people type them who have not got them.
fn spelled_out(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'ς' => "σ",
        _ => return None,
    })
}

/// Scripts without spaces between words.
pub(super) fn is_syllabic(c: char) -> bool {
    matches!(u32::from(c),
        0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff // Thai and Lao, Burmese, Khmer
        | 0x1100..=0x11ff | 0xa960..=0xa97f | 0xac00..=0xd7ff | 0x3130..=0x318f | 0xffa0..=0xffdc // Hangul
        | 0x3005..=0x3007 | 0x3041..=0x30fa | 0x30fc..=0x30ff | 0x31f0..=0x31ff | 0xff66..=0xff9d // kana
        | 0x3105..=0x312f // Bopomofo
        | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff) // Han
}

/// Stands inside words without parting them: soft hyphen, zero width space and joiners, byte order mark.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, folded: &str) {
        assert_eq!(fold(text), folded, "{text:?}");
    }

    #[test]
    fn case_and_accents_are_folded() {
        check("Crème BRÛLÉE", "creme brulee");
        check("Cre\u{301}me", "creme");
        check("Straße STRASSE", "strasse strasse");
        check("Øresund, Łódź & Ærø", "oresund lodz aero");
        check("İstanbul ISPARTA ılık", "istanbul isparta ilik");
        check("ΟΔΥΣΣΕΥΣ Ὀδυσσεύς", "οδυσσευσ οδυσσευσ");
        check("Ёлка й", "елка и");
    }

    #[test]
    fn what_is_no_letter_or_digit_parts_words() {
        check("alice@owlery.example", "alice owlery example");
        check("don't—stop…2026/11", "don t stop 2026 11");
        check("  ", "");
    }

    #[test]
    fn invisible_characters_part_nothing() {
        check("Donau\u{ad}dampf\u{200b}schiff", "donaudampfschiff");
    }

    #[test]
    fn widths_and_ligatures_are_one() {
        check("ＯＷＬＥＴ ﬁne ①", "owlet fine 1");
    }

    #[test]
    fn scripts_without_spaces_give_a_token_a_character() {
        check("会議の資料", "会 議 の 資 料");
        check("東京Tower2号", "東 京 tower2 号");
        check("학교에서", "학 교 에 서");
        check("한", "한");
        check("ｶﾞｲﾄﾞ ガイド か\u{3099}", "ガ イ ド ガ イ ド が");
    }

    #[test]
    fn ranges_name_the_text() {
        let text = "Ein Café, 会議";
        let found: Vec<_> = tokens(text).into_iter().map(|token| &text[token.range]).collect();
        assert_eq!(found, ["Ein", "Café", "会", "議"]);
        assert_eq!(tokens("Cafe\u{301}s")[0].range, 0..7);
    }

    #[test]
    fn long_tokens_are_cut() {
        assert_eq!(fold(&"x".repeat(1000)).len(), MAX_TOKEN_CHARS);
    }

    #[test]
    fn a_headers_words_carry_its_name() {
        let text = header_text(&[("X-Spam".to_owned(), "Yes, very".to_owned())]);
        assert_eq!(text.trim(), "xǀspam· xǀspam·yes xǀspam·very");
    }
}
