//! Lessons printed once for many readers.

use std::io::Read;

use rocket::http::Method::Get;

use crate::support::{App, Browser, Extra, html};

async fn enrolled(browser: &Browser<'_>) -> String {
    browser.post("/courses/whole/enrolment", &[]).await.to()
}

/// A page as it comes over a line that packs it this way.
async fn packed(browser: &Browser<'_>, path: &str, encoding: &str) -> String {
    let extra = Extra { headers: &[("Accept-Encoding", encoding)], content_type: None };
    let answer = browser.send(Get, path, None, extra).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("Content-Encoding").unwrap_or_default(), encoding, "{path}");
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    let mut text = String::new();
    let bytes = &answer.bytes[..];
    match encoding {
        "br" => brotli::Decompressor::new(bytes, 4096).read_to_string(&mut text),
        "gzip" => flate2::read::GzDecoder::new(bytes).read_to_string(&mut text),
        "zstd" => zstd::Decoder::new(bytes).unwrap().read_to_string(&mut text),
        _ => (&mut { bytes }).read_to_string(&mut text),
    }
    .unwrap();
    text
}

/// The page with every form token gone.
fn without_tokens(page: &str) -> String {
    let mut pieces = page.split("name=\"csrf\" value=\"");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    pieces.for_each(|piece| plain.push_str(piece.split_once('"').unwrap().1));
    plain
}

#[rocket::async_test]
async fn each_reader_gets_their_own_words_however_the_page_is_packed() {
    let app = App::new().await;
    let readers = [app.learner().await, app.learner().await];
    let journeys = [enrolled(&readers[0]).await, enrolled(&readers[1]).await];
    for encoding in ["", "br", "gzip", "zstd"] {
        let mut pages = Vec::new();
        for (reader, journey) in readers.iter().zip(&journeys) {
            let page = packed(reader, &format!("{journey}/1-1"), encoding).await;
            let id = journey.rsplit('/').next().unwrap();
            assert!(page.contains(&format!("action=\"{journey}/1-1/completion\"")));
            let token = html::field(&page, "csrf").unwrap();
            let tokens = page.matches("name=\"csrf\"").count();
            assert_eq!(page.matches(&token).count(), tokens, "one token on the page, in all of its forms");
            let taken_back = [("lesson", "w1-2"), ("take_back", "1")];
            let answer = reader.post_with(&format!("{journey}/1-2/completion"), &token, &taken_back).await;
            assert_eq!(answer.status, 303, "the token is this reader's");
            pages.push((without_tokens(&page).replace(id, ""), page));
        }
        let ids = journeys.each_ref().map(|journey| journey.rsplit('/').next().unwrap());
        assert!(!pages[0].1.contains(ids[1]) && !pages[1].1.contains(ids[0]), "another's enrolment");
        assert_eq!(pages[0].0, pages[1].0);
    }
}

#[rocket::async_test]
async fn a_printed_page_is_the_page_that_would_be_made_for_its_reader() {
    let app = App::new().await;
    let mira = app.learner().await;
    let trainer = app.trainer().await;
    for reader in [&mira, &trainer] {
        let journey = enrolled(reader).await;
        reader.post(&format!("{journey}/1-2/completion"), &[("lesson", "w1-2")]).await.to();
        let lesson = format!("{journey}/1-1");
        // The first reading makes it for its reader, the second prints it for all.
        packed(reader, &lesson, "br").await;
        is_as_made(reader, &lesson).await;
        // What they do in it is put into what was printed.
        let ticks = [("block", "w-check"), ("tick", "0"), ("tick", "1")];
        reader.post(&format!("{lesson}/checklist"), &ticks).await.to();
        let ticked = is_as_made(reader, &lesson).await;
        assert_eq!(ticked.matches(" checked").count(), 2);
        let note = [("block", "w-think"), ("text", "by the <landing> & \"here\"")];
        reader.post(&format!("{lesson}/reflection"), &note).await.to();
        let note = "by the &lt;landing&gt; &amp; &quot;here&quot;";
        assert!(is_as_made(reader, &lesson).await.contains(note));
        let question = html::field(&ticked, "question").unwrap();
        reader.post(&format!("{lesson}/check"), &[("question", &question), ("a", "0")]).await.to();
        let answered = is_as_made(reader, &lesson).await;
        assert!(answered.contains(note) && answered.contains("name=\"again\""));
    }
}

/// The page of this address, which is the same as one that is made for its reader: one with a query is.
async fn is_as_made(reader: &Browser<'_>, lesson: &str) -> String {
    let printed = packed(reader, lesson, "br").await;
    let made = packed(reader, &format!("{lesson}?x"), "br").await;
    assert_eq!(without_tokens(&printed), without_tokens(&made).replace("?x&amp;", "?").replace("?x", ""));
    printed
}

#[rocket::async_test]
async fn what_one_reader_does_shows_on_their_page_at_once_and_on_no_other() {
    let app = App::new().await;
    let readers = [app.learner().await, app.learner().await];
    let mut lessons = Vec::new();
    for reader in &readers {
        lessons.push(format!("{}/1-1", enrolled(reader).await));
    }
    let shows = async |reader: usize| {
        let page = readers[reader].read(&lessons[reader]).await;
        page.contains(" checked") || page.contains("by the landing")
    };
    assert!(!shows(0).await && !shows(1).await);
    let checklist = (format!("{}/checklist", lessons[0]), ("block", "w-check"));
    let reflection = (format!("{}/reflection", lessons[0]), ("block", "w-think"));
    readers[0].post(&checklist.0, &[checklist.1, ("tick", "1")]).await.to();
    assert!(shows(0).await && !shows(1).await);
    readers[0].post(&checklist.0, &[checklist.1]).await.to();
    assert!(!shows(0).await, "taken back");
    readers[0].post(&reflection.0, &[reflection.1, ("text", "by the landing")]).await.to();
    assert!(shows(0).await && !shows(1).await);
    readers[0].post(&reflection.0, &[reflection.1, ("text", "")]).await.to();
    assert!(!shows(0).await, "taken back");
}
