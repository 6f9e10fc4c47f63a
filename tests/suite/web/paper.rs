//! Names that a certificate cannot be drawn with: said on the page, with what would help.

use lontar::locale::{Argument, Language};

use crate::support::{App, World, html};

#[rocket::async_test]
async fn a_letter_that_no_font_has_is_named_with_the_package_that_would_bring_it() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let page = format!("/certificates/{}", world.certificate);
    // The last letter of an extension of Chinese writing that no font of the server draws.
    let name = "Mira \u{323AF}";
    for file in ["pdf", "picture", "small-picture"] {
        let refused = world.owner.post(&format!("{page}/{file}"), &[("name", name)]).await;

        assert_eq!(refused.status, 422, "{file}");
        assert!(refused.is_page() && refused.header("Content-Disposition").is_none(), "{file}: nothing is drawn");
        let told = [("letters", Argument::Text("\u{323AF}")), ("package", Argument::Text("fonts-hanazono"))];
        let sentence = Language::English.words().fill("certificates.name.missing_font", &told);
        let text = html::text(&refused.main());
        assert!(text.contains(&sentence), "{file}: {text}");
        assert_eq!(html::field(&refused.main(), "name").as_deref(), Some(name), "what was typed stays");
    }
    assert_eq!(world.owner.post(&format!("{page}/pdf"), &[("name", "Mira Sari")]).await.status, 200);
}
