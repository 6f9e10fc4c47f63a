//! Who may make an account: what an administrator chooses is what visitors meet.

use lontar::locale::Language;

use crate::support::{Answer, App, Browser, html};

const NEW_PASSWORD: &str = "seven slow boats";

fn words(key: &str) -> String {
    html::text(&Language::English.words().get(key))
}

async fn choose(administrator: &Browser<'_>, policy: &str) {
    let settings = administrator.post("/admin/settings/registration", &[("policy", policy)]).await.to();
    assert_eq!(settings, "/admin/settings");
    let page = administrator.read(&settings).await;
    let chosen = html::tags(&page).into_iter().find(|tag| tag.get("checked").is_some()).unwrap();
    assert_eq!(chosen.get("value"), Some(policy));
}

async fn sign_up(app: &App, invitation: &str) -> Answer {
    let visitor = app.visitor();
    // Closed, the page proposes no name; what is posted all the same has one.
    let name = html::field(&visitor.read("/sign-up").await, "name").unwrap_or_else(|| "river-lamp-42".into());
    visitor.post("/sign-up", &[("name", &name), ("password", NEW_PASSWORD), ("invitation", invitation)]).await
}

#[rocket::async_test]
async fn a_visitor_meets_the_door_that_an_administrator_chose() {
    let app = App::new().await;
    let administrator = app.administrator().await;
    let door = async || {
        let page = app.visitor().read("/sign-up").await;
        let asks = |name: &str| html::field(&page, name).is_some();
        (asks("name") && asks("password"), asks("invitation"), html::text(&page))
    };

    choose(&administrator, "open").await;
    let (has_form, asks_code, text) = door().await;
    assert!(has_form && !asks_code && !text.contains(&words("sign_up.closed_heading")), "{text}");
    assert_eq!(sign_up(&app, "").await.status, 200);

    choose(&administrator, "by-invitation").await;
    let (has_form, asks_code, text) = door().await;
    assert!(has_form && asks_code && text.contains(&words("sign_up.invitation")), "{text}");
    assert_eq!(sign_up(&app, "").await.status, 422, "without a code");

    choose(&administrator, "closed").await;
    let (has_form, asks_code, text) = door().await;
    assert!(!has_form && !asks_code && text.contains(&words("sign_up.closed_heading")), "{text}");
    assert!(text.contains(&words("sign_up.closed_text")), "{text}");
    let before = app.dump().await["accounts"].len();
    sign_up(&app, "").await;
    assert_eq!(app.dump().await["accounts"].len(), before, "a form from before lets nobody in");

    let nonsense = administrator.post("/admin/settings/registration", &[("policy", "everybody")]).await;
    assert_eq!(nonsense.status, 400);
    assert!(!door().await.0, "nothing changed");
}

/// The code on the page of new codes.
fn code(page: &str) -> String {
    let (_, code) = page.split_once("<p class=\"big code\">").unwrap_or_else(|| panic!("no code: {page}"));
    code.split("</p>").next().unwrap().to_owned()
}

#[rocket::async_test]
async fn a_code_lets_in_until_it_is_withdrawn() {
    let app = App::new().await;
    let administrator = app.administrator().await;
    choose(&administrator, "by-invitation").await;

    let made = administrator.post("/admin/invitations", &[("uses", "2"), ("days", "3")]).await;

    assert_eq!(made.status, 200);
    let code = code(&made.main());
    let settings = administrator.read("/admin/settings").await;
    assert!(!settings.contains(&code), "it is shown once");
    assert!(html::text(&settings).contains("2 uses left · 18 January 2027"), "{settings}");
    let in_by_code = sign_up(&app, &code).await;
    assert_eq!(in_by_code.status, 200, "{}", in_by_code.main());
    let settings = administrator.read("/admin/settings").await;
    assert!(html::text(&settings).contains("1 use left · "), "{settings}");

    let invitation = html::field(&settings, "invitation").unwrap();
    administrator.post("/admin/invitations/withdrawal", &[("invitation", &invitation)]).await.to();

    let refused = sign_up(&app, &code).await;
    assert_eq!(refused.status, 422, "{}", refused.main());
    let settings = administrator.read("/admin/settings").await;
    assert!(html::text(&settings).contains(&words("admin.no_invitations")), "{settings}");
}

#[rocket::async_test]
async fn a_code_for_nobody_or_for_ever_is_not_made() {
    let app = App::new().await;
    let administrator = app.administrator().await;
    for (uses, days) in [("0", "3"), ("501", "3"), ("2", "0"), ("2", "91"), ("two", "3")] {
        let refused = administrator.post("/admin/invitations", &[("uses", uses), ("days", days)]).await;
        assert_eq!(refused.status, 422, "{uses} {days}");
        assert!(html::text(&refused.main()).contains(&words("admin.invitation_limits")));
    }
    assert!(app.dump().await["invitations"].is_empty());
}
