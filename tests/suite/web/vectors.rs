//! Hostile text in every field that a page echoes (SAFETY 18, the check `xss`).
//!
//! A page with a hostile value must have the same tags and attributes as with a harmless one, value
//! for value except where the harmless one stood: then nothing was added that could run.

use crate::support::{Answer, App, Browser, World, html, percent};

const HARMLESS: &str = "harmless";

/// Ways to break out, and what to do then.
pub fn vectors() -> Vec<String> {
    let outs = [
        "",
        "\"",
        "'",
        "\">",
        "'>",
        "</textarea>",
        "</title>",
        "</script>",
        "-->",
        "`",
        "\\\"",
        "&quot;>",
        "&#34;>",
        "\u{ff1c}",
        "%22%3E",
        "{{",
        "{{{",
        "\n",
        "\u{2028}",
        "]]>",
        "</main>",
        "</form>",
        "</option></select>",
        "</p></article>",
    ];
    let acts = [
        "<script>alert(1)</script>",
        "<ScRiPt>alert(1)</sCrIpT>",
        "<script src=//evil.example></script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<iframe src=javascript:alert(1)>",
        "<body onload=alert(1)>",
        "<a href=javascript:alert(1)>x</a>",
        " onfocus=alert(1) autofocus=",
        "<input onfocus=alert(1) autofocus>",
        "<form action=//evil.example><button>",
        "<base href=//evil.example>",
        "<meta http-equiv=refresh content=0;url=//evil.example>",
        "<link rel=stylesheet href=//evil.example>",
        "<style>*{display:none}</style>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<details open ontoggle=alert(1)>",
        "<video><source onerror=alert(1)>",
        "<object data=javascript:alert(1)>",
        "<embed src=javascript:alert(1)>",
        "<marquee onstart=alert(1)>",
        "<button formaction=//evil.example>",
        "<textarea autofocus onfocus=alert(1)>",
        "<isindex action=javascript:alert(1)>",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "//evil.example",
        "<!--<img src=x onerror=alert(1)>",
        "<![CDATA[<script>alert(1)</script>",
        "<?xml version=\"1.0\"?>",
        "{{constructor}}",
        "{{#with site}}{{csrf}}{{/with}}",
        "{{html body}}",
        "${alert(1)}",
        "<template><script>alert(1)</script></template>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<x onpointerenter=alert(1)>",
        "<plaintext>",
        "<svg/onload=alert(1)//",
        "<<script>alert(1)//<</script>",
        "\u{202e}<script>alert(1)</script>",
        "<img src=`x`onerror=alert(1)>",
    ];
    outs.iter().flat_map(|out| acts.iter().map(move |act| format!("{out}{act}"))).collect()
}

#[test]
fn there_are_a_thousand_vectors() {
    assert!(vectors().len() >= 1000, "{}", vectors().len());
}

/// The tags of a page; form tokens are new each time and the two proposed values differ.
fn skeleton(page: &str) -> Vec<html::Tag> {
    let mut tags = html::tags(page);
    for tag in &mut tags {
        let is_token = tag.get("name") == Some("csrf");
        for (name, value) in &mut tag.attributes {
            if is_token && name == "value" {
                value.clear();
            }
        }
    }
    tags
}

/// What differs between a page with the harmless value and one with a hostile one, if anything but
/// the value does.
fn difference(harmless: &[html::Tag], hostile: &[html::Tag]) -> Option<String> {
    if harmless.len() != hostile.len() {
        let odd = harmless.iter().zip(hostile).find(|(a, b)| a.name != b.name).map(|(_, b)| b.clone());
        return Some(format!("{} tags instead of {}, first {odd:?}", hostile.len(), harmless.len()));
    }
    for (one, other) in harmless.iter().zip(hostile) {
        let names = |tag: &html::Tag| tag.attributes.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        if one.name != other.name || names(one) != names(other) {
            return Some(format!("{other:?} instead of {one:?}"));
        }
        for ((name, before), (_, after)) in one.attributes.iter().zip(&other.attributes) {
            // Only fields' values may hold what was typed; links may carry it after their path.
            let may_differ = before.contains(HARMLESS)
                && (name == "value" || (before.starts_with('/') && after.starts_with('/') && !after.starts_with("//")));
            if before != after && !may_differ {
                return Some(format!("{name}={after:?} instead of {before:?} in <{}>", one.name));
            }
        }
    }
    None
}

async fn check(field: &str, send: impl AsyncFn(&str) -> Answer) {
    let harmless = send(HARMLESS).await;
    assert!(harmless.is_page(), "{field}: {} {:?}", harmless.status, harmless.location());
    let expected = skeleton(&harmless.text());
    let mut pages = 0;
    for vector in vectors() {
        let answer = send(&vector).await;
        assert!(answer.status < 500, "{field}: {vector:?} → {}", answer.status);
        if let Some(to) = answer.location() {
            assert!(
                to.starts_with('/') && !to.starts_with("//") && !to.contains(['\n', '\r', '\\']),
                "{field}: {vector:?} → {to}"
            );
            continue;
        }
        if answer.status != harmless.status {
            // Another page than the one that echoes, such as an error page: it must not echo either.
            assert!(
                !answer.text().contains(&vector) || !vector.contains('<'),
                "{field}: {vector:?} stands in an error page"
            );
            continue;
        }
        pages += 1;
        if let Some(difference) = difference(&expected, &skeleton(&answer.text())) {
            panic!("{field}: {vector:?} changes the page: {difference}");
        }
    }
    assert!(pages > 900, "{field}: only {pages} pages were looked at");
}

/// A field of a form that a visitor sends, with the form's other fields.
async fn check_posted(browser: &Browser<'_>, path: &str, field: &str, others: &[(&str, &str)]) {
    let token = browser.token().await;
    check(&format!("POST {path} {field}"), async |vector: &str| {
        let fields = [&[(field, vector)], others].concat();
        browser.post_with(path, &token, &fields).await
    })
    .await;
}

#[rocket::async_test]
async fn recovery_echoes_text_only() {
    let app = App::new().await;
    check_posted(&app.visitor(), "/recovery", "name", &[("password", "x"), ("code", "x")]).await;
}

#[rocket::async_test]
async fn addresses_are_echoed_as_addresses_only() {
    let app = App::new().await;
    let visitor = app.visitor();
    let mira = app.learner().await;
    for browser in [&visitor, &mira] {
        check("the query of /courses", async |vector: &str| {
            let text = percent(vector);
            browser.get(&format!("/courses?area={text}&language={text}&hours={text}&{text}={text}")).await
        })
        .await;
        check("the query of /about", async |vector: &str| browser.get(&format!("/about?x={}", percent(vector))).await)
            .await;
    }
    check("the number of a certificate", async |vector: &str| {
        visitor.get(&format!("/verify?number={}", percent(vector))).await
    })
    .await;
}

#[rocket::async_test]
async fn an_unknown_address_is_not_echoed_as_markup() {
    let app = App::new().await;
    let visitor = app.visitor();
    check("an address", async |vector: &str| visitor.get(&format!("/{}", percent(vector))).await).await;
}

#[rocket::async_test]
async fn answers_in_the_sample_are_echoed_as_text_only() {
    let app = App::new().await;
    let visitor = app.visitor();
    check("an answer in the sample", async |vector: &str| {
        let text = percent(vector);
        visitor.get(&format!("/courses/whole/sample?question=w1-1-q1&a={text}&sure={text}&{text}={text}")).await
    })
    .await;
}

#[rocket::async_test]
async fn messages_and_works_are_text_only_for_learners_and_trainers() {
    let app = App::new().await;
    let trainer = app.trainer().await;
    let token = trainer.token().await;
    let world = World::new(&app).await;
    let marking = format!("/teach/marking/{}", world.work);
    check("a comment that is too long", async |vector: &str| {
        let long = format!("{vector}{}", " x".repeat(4_000));
        trainer.post_with(&format!("{marking}/return"), &token, &[("comment", &long)]).await
    })
    .await;
    let learner = world.owner.token().await;
    let messages = format!("/learn/{}/work/{}/messages", world.enrolment, world.work);
    check("a message that is too long", async |vector: &str| {
        let long = format!("{vector}{}", " x".repeat(4_000));
        world.owner.post_with(&messages, &learner, &[("message", &long)]).await
    })
    .await;
}

#[test]
fn a_page_that_lets_a_tag_in_is_noticed() {
    let page = |text: &str| skeleton(&format!("<main><p>{text}</p><input value=\"{text}\"></main>"));
    assert!(difference(&page(HARMLESS), &page("&lt;b&gt;")).is_none());
    assert!(difference(&page(HARMLESS), &page("<b>")).is_some());
    assert!(difference(&page(HARMLESS), &page("\" onfocus=\"alert(1)")).is_some());
    let link = |to: &str| skeleton(&format!("<a href=\"{to}\">x</a>"));
    assert!(difference(&link("/harmless"), &link("javascript:alert(1)")).is_some());
    assert!(difference(&link("/harmless"), &link("//evil.example")).is_some());
}
