//! Signing in on a device that others use too, and on one's own (SAFETY 28).

use lontar::domain::time::MINUTE;

use crate::support::{App, Browser, PASSWORD, pass_time};

/// Signs in; what the browser is given to keep.
async fn sign_in(browser: &Browser<'_>, name: &str, own_device: bool) -> Vec<String> {
    let own = if own_device { Some(("own_device", "1")) } else { None };
    let fields: Vec<_> = [("name", name), ("password", PASSWORD), ("next", "/home")].into_iter().chain(own).collect();
    let answer = browser.post("/sign-in", &fields).await;
    assert_eq!(answer.to(), "/home");
    answer.all("Set-Cookie").into_iter().map(str::to_owned).collect()
}

async fn is_signed_in(browser: &Browser<'_>) -> bool {
    browser.app.forget_caches(browser);
    browser.get("/home").await.status == 200
}

/// Somebody's browser before they sign in.
fn browser_of<'a>(app: &'a App, mira: &Browser<'_>) -> Browser<'a> {
    let mut browser = app.visitor();
    (browser.account, browser.name) = (mira.account, mira.name.clone());
    browser
}

/// Closing the browser ends what it was given, on one's own device too; only that is remembered as known,
/// which lets nobody in.
#[rocket::async_test]
async fn what_a_browser_is_given_ends_with_it_on_every_device() {
    let app = App::new().await;
    let mira = app.learner().await;
    for (own_device, expected) in [(false, vec!["__Host-session"]), (true, vec!["__Host-device", "__Host-session"])] {
        let browser = browser_of(&app, &mira);
        let cookies = sign_in(&browser, &mira.name, own_device).await;
        let mut names: Vec<_> = cookies.iter().map(|cookie| cookie.split('=').next().unwrap()).collect();
        names.sort_unstable();
        assert_eq!(names, expected, "own device: {own_device}");
        for cookie in &cookies {
            let parts: Vec<_> = cookie.split("; ").skip(1).map(str::to_lowercase).collect();
            assert!(!parts.iter().any(|part| part.starts_with("max-age") || part.starts_with("expires")), "{cookie}");
            for part in ["secure", "httponly", "samesite=lax", "path=/"] {
                assert!(parts.iter().any(|found| found == part), "{part}: {cookie}");
            }
        }
        browser.drop_cookie("__Host-session");
        assert!(!is_signed_in(&browser).await, "a remembered device is not signed in");
    }
}

#[rocket::async_test]
async fn half_an_hour_of_rest_ends_a_session_on_every_device_and_so_do_twelve_hours() {
    let app = App::new().await;
    let mira = app.learner().await;
    for own_device in [false, true] {
        let (rested, busy) = (browser_of(&app, &mira), browser_of(&app, &mira));
        for browser in [&rested, &busy] {
            sign_in(browser, &mira.name, own_device).await;
        }
        // Often enough that one late note of use does no harm where the machine is busy.
        let at_work = async |steps: i64| {
            for _ in 0..steps {
                pass_time(14 * MINUTE);
                assert!(is_signed_in(&busy).await, "own device: {own_device}");
            }
        };
        at_work(2).await;
        pass_time(3 * MINUTE);
        assert!(!is_signed_in(&rested).await, "own device: {own_device}, after half an hour");
        at_work(49).await;
        pass_time(14 * MINUTE);
        assert!(!is_signed_in(&busy).await, "own device: {own_device}, after twelve hours");
    }
}
