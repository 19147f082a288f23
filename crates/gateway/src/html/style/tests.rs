//! The fence around style, property by property.

use super::*;

struct None;

impl Pictures for None {
    fn resolve(&self, _: Picture<'_>) -> Answer {
        Answer::Withhold
    }
}

fn check(css: &str, expect: &str) {
    assert_eq!(Fence::new(Scheme::Light, Arc::new(None)).declarations(css), expect, "{css}");
}

#[test]
fn known_declarations_are_kept_and_others_go_alone() {
    check("color:red; position:fixed; margin: 0 auto", "color:#ff0000;margin:0 auto");
    check("COLOR: #ABC", "color:#aabbcc");
    check("width:calc(100% - 2px)", "width:calc(100% - 2px)");
    check("border:1px solid rgba(0,0,0,.5)", "border:1px solid rgba(0,0,0,0.500)");
    check("background:linear-gradient(to right, red, blue)", "background:linear-gradient(to right, #ff0000, #0000ff)");
    check("padding:1px!important", "padding:1px!important");
    check("mso-line-height-rule:exactly;line-height:1.5", "line-height:1.5");
    check("color:red;;broken;width:1px", "color:#ff0000;width:1px");
    check("font:italic 12pt/1 'A B', serif", "font:italic 12pt/1 \"A B\", serif");
}

#[test]
fn a_picture_in_a_list_is_not_fetched() {
    check("list-style:square url(http://a.example)", "");
    check("content:'x'", "");
    check("background:url(http://a.example) red", "background:none #ff0000");
}

#[test]
fn a_selector_reaches_no_pseudo_element() {
    let fence = Fence::new(Scheme::Light, Arc::new(None));
    assert_eq!(fence.sheet("a::before{color:red}b:not(.c){color:red}"), "b:not(.c){color:#ff0000}");
    assert_eq!(fence.sheet("@media (prefers-color-scheme:dark){b{color:red}}i{color:red}"), "i{color:#ff0000}");
}
