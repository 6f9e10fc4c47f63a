//! Accounts: coming in, keeping others out, ending.

use hmac::{Hmac, KeyInit, Mac};
use lontar::crypto::totp::TotpSecret;
use lontar::domain::account::{Registration, Role};
use lontar::domain::time::{DAY, HOUR, MINUTE};
use lontar::locale::Language;
use lontar::store::{accounts, invitations, sessions, settings};
use sha1::Sha1;

use crate::support::{Answer, App, Browser, Factor, PASSWORD, World, html, pass_time};

const NEW_PASSWORD: &str = "seven slow boats";

fn words(key: &str) -> String {
    Language::English.words().get(key)
}

async fn sign_up(browser: &Browser<'_>, name: &str, password: &str) -> Answer {
    browser.post("/sign-up", &[("name", name), ("password", password), ("invitation", "")]).await
}

async fn sign_in(browser: &Browser<'_>, name: &str, password: &str) -> Answer {
    browser.post("/sign-in", &[("name", name), ("password", password), ("next", "/home")]).await
}

async fn is_signed_in(browser: &Browser<'_>) -> bool {
    browser.get("/home").await.status == 200
}

#[rocket::async_test]
async fn a_proposed_name_and_a_password_make_an_account() {
    let app = App::new().await;
    let visitor = app.visitor();
    let proposed = html::field(&visitor.read("/sign-up").await, "name").unwrap();
    assert!(proposed.split('-').count() == 3, "{proposed}");

    let answer = sign_up(&visitor, &proposed, NEW_PASSWORD).await;

    assert_eq!(answer.status, 200);
    assert!(answer.main().contains(&proposed), "the name to write down");
    assert!(is_signed_in(&visitor).await);
    let again = app.visitor();
    assert_eq!(sign_in(&again, &proposed, NEW_PASSWORD).await.to(), "/home");
}

#[rocket::async_test]
async fn another_name_is_proposed_each_time() {
    let app = App::new().await;
    let name = async || html::field(&app.visitor().read("/sign-up").await, "name").unwrap();
    assert_ne!(name().await, name().await);
}

#[rocket::async_test]
async fn what_is_wrong_with_a_sign_up_is_said_and_what_was_typed_is_kept() {
    let app = App::new().await;
    let mira = app.learner().await;
    for (name, password, key) in [
        (mira.name.as_str(), NEW_PASSWORD, "error.name_taken"),
        (&mira.name.to_uppercase(), NEW_PASSWORD, "error.name_taken"),
        ("mira@example.org", NEW_PASSWORD, "error.name_personal"),
        ("0812 3456 7890", NEW_PASSWORD, "error.name_letters"),
        ("081234567890", NEW_PASSWORD, "error.name_personal"),
        ("x", NEW_PASSWORD, "error.name_short"),
        ("river-lamp-43", "password1234", "error.password_common"),
        ("river-lamp-43", "short", "error.password_short"),
        ("river-lamp-43", "river-lamp-43", "error.password_like_name"),
    ] {
        let visitor = app.visitor();
        let answer = sign_up(&visitor, name, password).await;
        assert_eq!(answer.status, 422, "{name} {key}");
        let page = answer.main();
        assert!(html::text(&page).contains(&words(key)), "{name}: {key}: {}", html::text(&page));
        assert_eq!(html::field(&page, "name").as_deref(), Some(name), "what was typed is kept");
        assert!(!page.contains(password) || password == name, "a password never comes back");
        assert!(!visitor.has_cookies());
    }
    assert_eq!(accounts::count(app.store()).await.unwrap(), 1);
}

#[rocket::async_test]
async fn a_wrong_password_and_an_unknown_name_look_the_same() {
    let app = App::new().await;
    let mira = app.learner().await;
    let visitor = app.visitor();
    let wrong = sign_in(&visitor, &mira.name, "not the password").await;
    let unknown = sign_in(&visitor, "nobody-here-77", "not the password").await;

    assert_eq!((wrong.status, unknown.status), (422, 422));
    let plain = |answer: &Answer, name: &str| masked(&answer.main().replace(name, "NAME"));
    assert_eq!(plain(&wrong, &mira.name), plain(&unknown, "nobody-here-77"));
}

/// A page without its form token, which is new each time.
fn masked(page: &str) -> String {
    let token = html::field(page, "csrf").unwrap_or_default();
    page.replace(&token, "TOKEN")
}

#[rocket::async_test]
async fn guessing_is_slowed_and_the_remembered_device_gets_in_all_the_same() {
    let app = App::new().await;
    let own_device = app.visitor();
    let name = app.learner().await.name;
    let fields = [("name", name.as_str()), ("password", PASSWORD), ("next", "/home"), ("own_device", "1")];
    own_device.post("/sign-in", &fields).await.to();
    assert!(own_device.cookie("__Host-device").is_some());

    let guesser = app.visitor();
    let mut last = 0;
    for _ in 0..12 {
        last = sign_in(&guesser, &name, "a guess").await.status;
    }
    assert_eq!(last, 429);
    let refused = sign_in(&guesser, &name, PASSWORD).await;
    assert_eq!(refused.status, 429, "the right password is not looked at either");
    assert!(html::text(&refused.main()).contains("second"), "how long to wait: {}", refused.main());
    assert_eq!(sign_in(&app.visitor(), "somebody-else-11", "x").await.status, 422, "others are not slowed");

    own_device.drop_cookie("__Host-session");
    assert_eq!(sign_in(&own_device, &name, PASSWORD).await.to(), "/home");
}

/// Whoever has many accounts has many remembered devices, and no more guesses at somebody else's password.
#[rocket::async_test]
async fn a_device_remembered_for_another_account_gives_no_allowance_for_this_one() {
    let app = App::new().await;
    let mira = app.learner().await;
    let mut looked_at = 0;
    for _ in 0..3 {
        let guesser = app.visitor();
        let own = app.learner().await.name;
        let fields = [("name", own.as_str()), ("password", PASSWORD), ("next", "/home"), ("own_device", "1")];
        guesser.post("/sign-in", &fields).await.to();
        guesser.drop_cookie("__Host-session");
        assert!(guesser.cookie("__Host-device").is_some());
        for _ in 0..10 {
            looked_at += usize::from(sign_in(&guesser, &mira.name, "a guess").await.status == 422);
        }
    }
    assert!((10..15).contains(&looked_at), "{looked_at} guesses were looked at");
}

#[rocket::async_test]
async fn on_a_device_of_two_each_can_have_it_remembered() {
    let app = App::new().await;
    let (mira, arun) = (app.learner().await, app.learner().await);
    let phone = app.visitor();
    let own_device = async |name: &str| {
        let fields = [("name", name), ("password", PASSWORD), ("next", "/home"), ("own_device", "1")];
        phone.post("/sign-in", &fields).await.to();
        phone.cookie("__Host-device").unwrap()
    };
    let first = own_device(&mira.name).await;
    let second = own_device(&arun.name).await;
    assert_ne!(first, second);
    assert_eq!(own_device(&arun.name).await, second);
    let owner = async |token: &str| {
        sessions::device_owner(app.store(), &token.parse().unwrap(), app.house().now()).await.unwrap()
    };
    assert_eq!((owner(&first).await, owner(&second).await), (None, arun.account));
}

/// Browsers that do not know `Clear-Site-Data`, and plain onion pages, forget by the cookies' own means.
#[rocket::async_test]
async fn leaving_and_signing_out_end_the_cookies_themselves() {
    let app = App::new().await;
    for by in ["/leave", "/sign-out", "/account/deletion"] {
        let name = app.learner().await.name;
        let browser = app.visitor();
        let fields = [("name", name.as_str()), ("password", PASSWORD), ("next", "/home"), ("own_device", "1")];
        browser.post("/sign-in", &fields).await.to();
        let device = browser.cookie("__Host-device").unwrap().parse().unwrap();
        let answer = match by {
            "/leave" => browser.get(by).await,
            "/sign-out" => browser.post(by, &[]).await,
            _ => browser.post(by, &[("password", PASSWORD)]).await,
        };

        assert_eq!(answer.header("Clear-Site-Data"), Some("\"*\""), "{by}");
        for name in ["__Host-session=;", "__Host-device=;"] {
            let ended =
                answer.all("Set-Cookie").into_iter().find(|cookie| cookie.starts_with(name)).unwrap_or_default();
            for part in ["Path=/", "Secure", "HttpOnly", "Max-Age=0", "Expires=Thu, 01 Jan 1970"] {
                assert!(ended.contains(part), "{by} {name} {ended:?} lacks {part}");
            }
        }
        let owner = sessions::device_owner(app.store(), &device, app.house().now()).await.unwrap();
        assert_eq!(owner, None, "{by}: the device is remembered still");
    }
}

/// Both answers may be the one that the browser shows.
#[rocket::async_test]
async fn signing_up_twice_at_once_shows_codes_both_times_and_all_of_them_work() {
    let app = App::new().await;
    let link = settings::renew_first_administrator_link(app.store()).await.unwrap().unwrap();
    settings::set_registration(app.store(), Registration::ByInvitation).await.unwrap();
    let now = app.house().now();
    let (_, code) = invitations::create(app.store(), 1, now.plus(DAY), None, now).await.unwrap();
    let code = code.printed();
    for (path, name) in
        [("/sign-up".to_owned(), "river-lamp-42"), (format!("/setup/{}", link.reveal()), "stone-cup-77")]
    {
        let (one, two) = (app.visitor(), app.visitor());
        let token = one.token().await;
        let fields = [("name", name), ("password", NEW_PASSWORD), ("invitation", code.as_str())];
        let (first, second) =
            tokio::join!(one.post_with(&path, &token, &fields), two.post_with(&path, &token, &fields));

        for (answer, browser) in [(&first, &one), (&second, &two)] {
            assert_eq!(answer.status, 200, "{path}: {}", html::text(&answer.main()));
            assert!(is_signed_in(browser).await);
        }
        for (number, answer) in [first, second].into_iter().enumerate() {
            let printed = printed_codes(&answer.main()).remove(0);
            let password = format!("eleven quiet hills {number}");
            let fields = [("name", name), ("code", &*printed), ("password", &*password)];
            assert_eq!(app.visitor().post("/recovery", &fields).await.status, 303, "{path} {number}");
        }
    }
    assert_eq!(accounts::count(app.store()).await.unwrap(), 2);
    let stranger = sign_up(&app.visitor(), "river-lamp-42", "some other password").await;
    assert_eq!(stranger.status, 422, "only with the password");
}

/// A second tap sends digits that are used up by then, and the browser shows the answer to it.
#[rocket::async_test]
async fn new_codes_asked_for_twice_by_one_form_are_shown_both_times_and_all_of_them_work() {
    let app = App::new().await;
    for has_factor in [false, true] {
        let mira = app.learner().await;
        let secret = TotpSecret::random();
        if has_factor {
            let (secret, digits) = (secret.reveal(), digits(&secret, &app));
            let fields = [("secret", secret.as_str()), ("digits", digits.as_str()), ("password", PASSWORD)];
            mira.post("/account/second-factor", &fields).await.to();
            pass_time(MINUTE);
        }
        let digits = digits(&secret, &app);
        let mut fields = vec![("password", PASSWORD)];
        fields.extend(has_factor.then_some(("present_digits", digits.as_str())));
        let token = mira.token().await;
        let ask = async || mira.post_with("/account/recovery-codes", &token, &fields).await;
        let (first, second) = tokio::join!(ask(), ask());
        let third = ask().await;

        for (number, answer) in [first, second, third].into_iter().enumerate() {
            assert_eq!(answer.status, 200, "{has_factor} {number}: {}", html::text(&answer.main()));
            let code = printed_codes(&answer.main()).remove(0);
            let password = format!("eleven quiet hills {number}");
            let fields = [("name", mira.name.as_str()), ("code", &*code), ("password", &*password)];
            assert_eq!(app.visitor().post("/recovery", &fields).await.status, 303, "{has_factor} {number}");
        }
    }
}

#[rocket::async_test]
async fn a_second_step_set_up_or_shown_twice_by_one_form_is_set_up_and_shown() {
    let app = App::new().await;
    let mira = app.learner().await;
    let (first, second) = (TotpSecret::random(), TotpSecret::random());
    for (new, present) in [(&first, None), (&second, Some(&first))] {
        let (secret, shown) = (new.reveal(), digits(new, &app));
        let present = present.map(|secret| digits(secret, &app)).unwrap_or_default();
        let fields = [("secret", &*secret), ("digits", &*shown), ("password", PASSWORD), ("present_digits", &*present)];
        let token = mira.token().await;
        let set_up = async || mira.post_with("/account/second-factor", &token, &fields).await.to();
        let taps = tokio::join!(set_up(), set_up());
        assert_eq!([taps.0, taps.1, set_up().await], ["/account"; 3]);
        pass_time(MINUTE);
    }

    let phone = app.visitor();
    sign_in(&phone, &mira.name, PASSWORD).await.to();
    let (shown, token) = (digits(&second, &app), phone.token().await);
    let fields = [("digits", &*shown), ("next", "/courses")];
    let show = async || phone.post_with("/sign-in/second-step", &token, &fields).await.to();
    let taps = tokio::join!(show(), show());
    assert_eq!([taps.0, taps.1, show().await], ["/courses"; 3]);
}

/// Tries until it is said that there were too many.
async fn refused(mut attempt: impl AsyncFnMut() -> Answer) -> Answer {
    for _ in 0..1_000 {
        let answer = attempt().await;
        if answer.status == 429 {
            return answer;
        }
    }
    panic!("nobody is slowed")
}

/// What somebody wrote waits in the form until they are in.
#[rocket::async_test]
async fn what_waits_for_the_sign_in_outlasts_a_flood_of_guesses() {
    let app = App::new().await;
    let mira = app.learner().await;
    let half = app.person(&[Role::Trainer], Factor::Missing).await;
    let visitor = app.visitor();
    for (browser, path, fields) in [
        (&visitor, "/sign-in", vec![("name", mira.name.as_str()), ("password", "a guess")]),
        (&half, "/sign-in/second-step", vec![("digits", "000000")]),
    ] {
        let fields = [fields, vec![("next", "/home"), ("pending", "AAAA")]].concat();
        let last = refused(async || browser.post(path, &fields).await).await;
        let page = last.main();
        assert_eq!(html::field(&page, "pending").as_deref(), Some("AAAA"), "{path}");
        assert!(html::text(&page).contains("second"), "{path}: how long to wait");
        let wait: u64 = last.header("Retry-After").unwrap().parse().unwrap();
        assert!((1..=31).contains(&wait), "{path}: {wait}");
    }
    let fields = [("name", mira.name.as_str()), ("code", "AAAA-BBBB"), ("password", "eleven quiet hills")];
    let last = refused(async || visitor.post_from("198.51.100.7", "/recovery", &fields).await).await;
    let page = last.main();
    assert_eq!(html::field(&page, "code").as_deref(), Some("AAAA-BBBB"));
    assert_eq!(html::field(&page, "name").as_deref(), Some(&*mira.name));
    assert!(!page.contains("eleven quiet"));
}

/// A training room that signs in at once waits; it is not told that something is broken.
#[rocket::async_test]
async fn a_full_house_asks_to_come_again_and_keeps_the_form() {
    let app = App::with_full_house().await;
    let mira = app.learner().await;
    let busy = words("error.busy_text");
    let kept = [("name", mira.name.as_str()), ("password", PASSWORD), ("next", "/home"), ("pending", "AAAA")];
    for (path, fields) in [
        ("/sign-in", kept.as_slice()),
        ("/sign-up", &[("name", "river-lamp-42"), ("password", NEW_PASSWORD), ("invitation", "")]),
    ] {
        let answer = app.visitor().post(path, fields).await;
        assert_eq!(answer.status, 503, "{path}");
        assert_eq!(answer.header("Retry-After"), Some("15"), "{path}");
        let page = answer.main();
        assert!(html::text(&page).contains(&busy), "{path}: {}", html::text(&page));
        assert_eq!(html::field(&page, "name").as_deref(), Some(fields[0].1));
        if path == "/sign-in" {
            assert_eq!(html::field(&page, "pending").as_deref(), Some("AAAA"));
        }
    }
    for (path, fields) in [
        ("/account/password", vec![("present", PASSWORD), ("new", NEW_PASSWORD)]),
        ("/account/deletion", vec![("password", PASSWORD)]),
        ("/account/recovery-codes", vec![("password", PASSWORD)]),
    ] {
        let answer = mira.post(path, &fields).await;
        assert_eq!(answer.status, 503, "{path}");
        assert!(html::text(&answer.main()).contains(&busy), "{path}");
    }
}

#[rocket::async_test]
async fn wrong_recovery_codes_of_others_do_not_keep_the_owner_out() {
    let app = App::new().await;
    let code = printed_codes(&sign_up(&app.visitor(), "river-lamp-42", NEW_PASSWORD).await.main()).remove(0);
    let recover = async |address: &str, code: &str| {
        let fields = [("name", "river-lamp-42"), ("code", code), ("password", "eleven quiet hills")];
        app.visitor().post_from(address, "/recovery", &fields).await.status
    };
    let mut last = 0;
    for _ in 0..70 {
        last = recover("198.51.100.7", "AAAA-AAAA").await;
    }
    assert_eq!(last, 429, "a flood is slowed");
    assert_eq!(recover("203.0.113.9", "AAAA-AAAA").await, 422, "others are not");
    assert_eq!(recover("198.51.100.7", &code).await, 303, "whoever has a code gets in, from there as well");
}

#[rocket::async_test]
async fn wrong_invitations_from_one_address_close_the_door_for_nobody() {
    let app = App::new().await;
    settings::set_registration(app.store(), Registration::ByInvitation).await.unwrap();
    let now = app.house().now();
    let (_, code) = invitations::create(app.store(), 5, now.plus(DAY), None, now).await.unwrap();
    let mira = app.learner().await;
    let come = async |address: &str, name: &str, code: &str| {
        let fields = [("name", name), ("password", NEW_PASSWORD), ("invitation", code)];
        app.visitor().post_from(address, "/sign-up", &fields).await.status
    };
    let mut last = 0;
    for number in 0..70 {
        last = mira.post_from("198.51.100.7", "/account/cohort", &[("code", &format!("x{number}"))]).await.status;
    }
    assert_eq!(last, 429);
    assert_eq!(come("198.51.100.7", "first-lamp-11", "no such code").await, 429);
    assert_eq!(come("203.0.113.9", "first-lamp-11", "no such code").await, 422);
    assert_eq!(come("198.51.100.7", "first-lamp-11", &code.printed()).await, 200);
    assert_eq!(come("203.0.113.9", "second-lamp-11", &code.printed()).await, 200);
}

#[rocket::async_test]
async fn a_recovery_code_works_once() {
    let app = App::new().await;
    let visitor = app.visitor();
    let page = sign_up(&visitor, "river-lamp-42", NEW_PASSWORD).await.main();
    let code = printed_codes(&page).remove(0);
    let other_codes = printed_codes(&page).len();
    assert!(other_codes >= 8, "{page}");

    let recover = async |code: &str| {
        let browser = app.visitor();
        let fields = [("name", "river-lamp-42"), ("code", code), ("password", "eleven quiet hills")];
        let status = browser.post("/recovery", &fields).await.status;
        (status, is_signed_in(&browser).await)
    };
    assert_eq!(recover("AAAA-AAAA").await, (422, false));
    assert_eq!(recover(&code.to_lowercase()).await, (303, true));
    assert_eq!(recover(&code).await, (422, false));
    app.house().sessions.forget(accounts::by_name(app.store(), "river-lamp-42").await.unwrap().unwrap().account);
    assert!(!is_signed_in(&visitor).await, "the sessions before are over");
    assert_eq!(sign_in(&app.visitor(), "river-lamp-42", NEW_PASSWORD).await.status, 422);
    assert_eq!(sign_in(&app.visitor(), "river-lamp-42", "eleven quiet hills").await.status, 303);
}

/// What looks like a code in a page: groups of capitals and digits.
fn printed_codes(page: &str) -> Vec<String> {
    let text = page.replace(['<', '>'], " ");
    let is_code = |word: &&str| {
        word.matches('-').count() >= 3 && word.chars().all(|c| c == '-' || c.is_ascii_uppercase() || c.is_ascii_digit())
    };
    text.split_whitespace().filter(is_code).map(str::to_owned).collect()
}

#[rocket::async_test]
async fn new_codes_end_the_old_ones() {
    let app = App::new().await;
    let visitor = app.visitor();
    let old = printed_codes(&sign_up(&visitor, "river-lamp-42", NEW_PASSWORD).await.main()).remove(0);
    let asked = [("password", NEW_PASSWORD)];
    let new = printed_codes(&visitor.post("/account/recovery-codes", &asked).await.main()).remove(0);

    let recover = async |code: &str| {
        app.visitor()
            .post("/recovery", &[("name", "river-lamp-42"), ("code", code), ("password", "eleven quiet hills")])
            .await
            .status
    };
    assert_eq!(recover(&old).await, 422);
    assert_eq!(recover(&new).await, 303);
}

/// An open session may be a phone in other hands: it alone changes nothing by which the account is kept.
#[rocket::async_test]
async fn new_codes_and_a_new_second_step_ask_for_what_only_the_owner_knows() {
    let app = App::new().await;
    let mira = app.person(&[Role::Trainer], Factor::None).await;
    let (first, second) = (TotpSecret::random(), TotpSecret::random());
    let set_up = async |secret: &TotpSecret, more: &[(&'static str, &str)]| {
        let (secret, digits) = (secret.reveal(), digits(secret, &app));
        let fields = [&[("secret", secret.as_str()), ("digits", digits.as_str())], more].concat();
        mira.post("/account/second-factor", &fields).await
    };
    let refused = async |answer: Answer, said: &str| {
        assert_eq!(answer.status, 422);
        assert!(html::text(&answer.main()).contains(&words(said)), "{}", html::text(&answer.main()));
        assert!(printed_codes(&answer.main()).is_empty());
    };
    let before = app.dump().await;
    refused(mira.post("/account/recovery-codes", &[]).await, "error.password_wrong").await;
    refused(set_up(&first, &[("password", "not it at all")]).await, "error.password_wrong").await;
    assert!(app.dump().await == before);
    set_up(&first, &[("password", PASSWORD)]).await.to();
    pass_time(MINUTE);
    app.forget_caches(&mira);

    let before = app.dump().await;
    let password = ("password", PASSWORD);
    assert!(mira.read("/account/recovery-codes").await.contains("name=\"present_digits\""));
    assert!(html::text(&mira.read("/account/second-factor").await).contains(&words("account.proof_text")));
    for wrong in [&[password][..], &[password, ("present_digits", "000000")]] {
        refused(mira.post("/account/recovery-codes", wrong).await, "sign_in.second_factor_wrong").await;
        refused(set_up(&second, wrong).await, "sign_in.second_factor_wrong").await;
    }
    assert!(app.dump().await == before);
    let present = digits(&first, &app);
    let codes = mira.post("/account/recovery-codes", &[password, ("present_digits", &present)]).await.main();
    assert_eq!(printed_codes(&codes).len(), 10);
    let used = mira.post("/account/recovery-codes", &[password, ("present_digits", &present)]).await;
    refused(used, "sign_in.second_factor_wrong").await;
    pass_time(10 * MINUTE);
    let present = digits(&first, &app);
    set_up(&second, &[password, ("present_digits", &present)]).await.to();
}

#[rocket::async_test]
async fn a_changed_password_ends_the_other_sessions() {
    let app = App::new().await;
    let mira = app.learner().await;
    let other = app.other_browser(&mira).await;
    assert!(is_signed_in(&other).await);

    let wrong = mira.post("/account/password", &[("present", "not it at all"), ("new", NEW_PASSWORD)]).await;
    assert_eq!(wrong.status, 422);
    assert!(is_signed_in(&other).await);
    mira.post("/account/password", &[("present", PASSWORD), ("new", NEW_PASSWORD)]).await.to();

    assert!(is_signed_in(&mira).await);
    assert!(!is_signed_in(&other).await);
    assert_eq!(sign_in(&app.visitor(), &mira.name, PASSWORD).await.status, 422);
    assert_eq!(sign_in(&app.visitor(), &mira.name, NEW_PASSWORD).await.status, 303);
}

#[rocket::async_test]
async fn sessions_are_listed_and_the_others_can_be_ended() {
    let app = App::new().await;
    let mira = app.learner().await;
    pass_time(5 * MINUTE);
    let other = app.other_browser(&mira).await;
    let stranger = app.learner().await;
    let rows = async |browser: &Browser<'_>| {
        html::tags(&browser.read("/account/sessions").await).iter().filter(|tag| tag.name == "li").count()
    };
    assert_eq!((rows(&mira).await, rows(&stranger).await), (2, 1));

    mira.post("/account/sessions/others/end", &[]).await.to();

    assert_eq!(rows(&mira).await, 1);
    assert!(!is_signed_in(&other).await);
    assert!(is_signed_in(&stranger).await);
}

#[rocket::async_test]
async fn a_session_ends_after_half_an_hour_of_rest_and_after_twelve_hours_at_most() {
    let app = App::new().await;
    let mira = app.learner().await;
    pass_time(29 * MINUTE);
    app.forget_caches(&mira);
    assert!(is_signed_in(&mira).await);
    pass_time(29 * MINUTE);
    app.forget_caches(&mira);
    assert!(is_signed_in(&mira).await, "a request keeps it awake");
    pass_time(31 * MINUTE);
    app.forget_caches(&mira);
    assert!(!is_signed_in(&mira).await);

    let busy = app.learner().await;
    for _ in 0..(12 * 60 / 20) {
        assert!(is_signed_in(&busy).await);
        pass_time(20 * MINUTE);
        app.forget_caches(&busy);
    }
    assert!(!is_signed_in(&busy).await);
}

#[rocket::async_test]
async fn signing_in_begins_a_new_session_and_ends_the_one_before() {
    let app = App::new().await;
    let mira = app.learner().await;
    let old = mira.cookie("__Host-session").unwrap();
    sign_in(&mira, &mira.name, PASSWORD).await.to();

    assert_ne!(mira.cookie("__Host-session").unwrap(), old);
    let copy = app.visitor();
    copy.put_cookie("__Host-session", &old);
    assert!(!is_signed_in(&copy).await);
}

#[rocket::async_test]
async fn nobody_can_bring_a_session_of_their_own() {
    let app = App::new().await;
    for cookie in ["", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "null", "%00", "' OR 1=1 --"] {
        let browser = app.visitor();
        browser.put_cookie("__Host-session", cookie);
        assert!(!is_signed_in(&browser).await);
    }
}

#[rocket::async_test]
async fn the_sign_in_name_can_be_changed_but_not_into_another_s() {
    let app = App::new().await;
    let (mira, other) = (app.learner().await, app.learner().await);

    assert_eq!(mira.post("/account/name", &[("name", &other.name)]).await.status, 422);
    assert_eq!(mira.post("/account/name", &[("name", "quiet-hill-11")]).await.to(), "/account");

    assert!(mira.read("/account").await.contains("quiet-hill-11"));
    assert_eq!(sign_in(&app.visitor(), &mira.name, PASSWORD).await.status, 422);
    assert_eq!(sign_in(&app.visitor(), "QUIET-hill-11", PASSWORD).await.status, 303);
}

#[rocket::async_test]
async fn deleting_an_account_asks_for_the_password_and_erases() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let mira = &world.owner;
    mira.post("/account/name", &[("name", "planted-name-77")]).await.to();
    let note = [("block", "w-think"), ("text", "planted reflection 4711")];
    mira.post(&format!("/learn/{}/1-1/reflection", world.enrolment), &note).await.to();
    assert_eq!(mira.post("/account/deletion", &[("password", "not it at all")]).await.status, 422);
    assert!(is_signed_in(mira).await);
    let (rows, ids) = (app.dump().await, [mira.account.unwrap().to_string(), world.enrolment.clone()]);
    assert!(rows.values().flatten().count() > 10);

    let answer = mira.post("/account/deletion", &[("password", PASSWORD)]).await;

    assert_eq!(answer.header("Clear-Site-Data"), Some("\"*\""));
    assert_eq!(accounts::count(app.store()).await.unwrap(), 0);
    assert_eq!(sign_in(&app.visitor(), "planted-name-77", PASSWORD).await.status, 422);
    let dump = app.dump().await;
    for table in
        ["accounts", "sessions", "enrolments", "notes", "attempts", "responses", "submissions", "checks", "roles"]
    {
        assert!(dump.get(table).is_none_or(Vec::is_empty), "{table}: {:?}", dump[table]);
    }
    for planted in ["planted-name-77", "planted reflection 4711", "Planted work 4713.", &ids[0], &ids[1]] {
        assert!(!is_in_files(&app, planted), "{planted} is still in a file");
    }
    assert_eq!(app.visitor().get(&format!("/verify/{}", world.certificate)).await.status, 200, "the paper still holds");
}

/// Whether `text` stands in any file of the data folder: as it is, in hexadecimal, as the bytes of
/// a UUID, in UTF-16 or in Base64.
pub fn is_in_files(app: &App, text: &str) -> bool {
    let mut forms = vec![text.as_bytes().to_vec(), text.encode_utf16().flat_map(u16::to_le_bytes).collect()];
    forms.push(data_encoding::HEXLOWER.encode(text.as_bytes()).into_bytes());
    forms.push(data_encoding::BASE64_NOPAD.encode(text.as_bytes()).into_bytes());
    if let Ok(id) = text.parse::<uuid::Uuid>() {
        forms.push(id.as_bytes().to_vec());
        forms.push(id.simple().to_string().into_bytes());
    }
    let files = std::fs::read_dir(app.folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let contents: Vec<Vec<u8>> = files.filter(|path| path.is_file()).map(|path| std::fs::read(path).unwrap()).collect();
    assert!(contents.iter().any(|file| !file.is_empty()));
    forms.iter().any(|form| contents.iter().any(|file| file.windows(form.len()).any(|window| window == form)))
}

#[rocket::async_test]
async fn what_people_write_stands_in_no_file_while_the_account_lives() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let mira = &world.owner;
    mira.post("/account/name", &[("name", "planted-name-77")]).await.to();
    let note = [("block", "w-think"), ("text", "planted reflection 4711")];
    mira.post(&format!("/learn/{}/1-1/reflection", world.enrolment), &note).await.to();
    let message = [("message", "planted message 4712")];
    mira.post(&format!("/learn/{}/work/{}/messages", world.enrolment, world.work), &message).await.to();
    let session = mira.cookie("__Host-session").unwrap();

    for planted in
        ["planted-name-77", "planted reflection 4711", "planted message 4712", "Planted work 4713.", PASSWORD, &session]
    {
        assert!(!is_in_files(&app, planted), "{planted} stands in a file");
    }
}

#[rocket::async_test]
async fn the_last_administrator_cannot_go_by_mistake() {
    let app = App::new().await;
    let last = app.administrator().await;
    assert_eq!(last.post("/account/deletion", &[("password", PASSWORD)]).await.status, 422);
    assert!(is_signed_in(&last).await);
}

#[rocket::async_test]
async fn an_invitation_lets_in_as_many_as_it_says() {
    let app = App::new().await;
    settings::set_registration(app.store(), Registration::ByInvitation).await.unwrap();
    let now = app.house().now();
    let (_, code) = invitations::create(app.store(), 1, now.plus(DAY), None, now).await.unwrap();
    let come = async |name: &str, code: &str| {
        app.visitor().post("/sign-up", &[("name", name), ("password", NEW_PASSWORD), ("invitation", code)]).await
    };
    let refused = come("first-lamp-11", "no such code").await;
    assert_eq!(refused.status, 422);
    assert!(html::text(&refused.main()).contains(&words("error.invitation")));
    assert_eq!(come("first-lamp-11", "").await.status, 422);
    assert_eq!(come("first-lamp-11", &code.printed()).await.status, 200);
    assert_eq!(come("second-lamp-11", &code.printed()).await.status, 422);
    let (_, late) = invitations::create(app.store(), 5, now.plus(HOUR), None, now).await.unwrap();
    pass_time(2 * HOUR);
    assert_eq!(come("third-lamp-11", &late.printed()).await.status, 422);
}

#[rocket::async_test]
async fn closed_registration_lets_nobody_in() {
    let app = App::new().await;
    settings::set_registration(app.store(), Registration::Closed).await.unwrap();
    let visitor = app.visitor();

    assert!(html::field(&visitor.read("/sign-up").await, "name").is_none(), "no form is shown");
    assert_eq!(sign_up(&visitor, "river-lamp-42", NEW_PASSWORD).await.status, 422);
    assert_eq!(accounts::count(app.store()).await.unwrap(), 0);
}

#[rocket::async_test]
async fn the_setup_link_makes_one_administrator() {
    let app = App::new().await;
    let old = settings::renew_first_administrator_link(app.store()).await.unwrap().unwrap();
    let link = settings::renew_first_administrator_link(app.store()).await.unwrap().unwrap();
    assert_eq!(app.visitor().get(&format!("/setup/{}", old.reveal())).await.status, 404, "a newer link ends the older");
    let path = format!("/setup/{}", link.reveal());
    let visitor = app.visitor();
    visitor.read(&path).await;
    let make = async |browser: &Browser<'_>, name: &str| {
        browser.post(&path, &[("name", name), ("password", NEW_PASSWORD), ("invitation", "")]).await.status
    };
    assert_eq!(make(&visitor, "first-lamp-11").await, 200);
    assert_eq!(make(&app.visitor(), "second-lamp-11").await, 404);
    assert_eq!(app.visitor().get(&path).await.status, 404);
    assert!(settings::renew_first_administrator_link(app.store()).await.unwrap().is_none());
    let made = accounts::find_by_name(app.store(), "first-lamp-11").await.unwrap().unwrap();
    assert!(made.roles.contains(&Role::Administrator));
}

/// The digits that an app shows for `secret` (RFC 6238), worked out as apps do.
pub fn digits(secret: &TotpSecret, app: &App) -> String {
    let key = data_encoding::BASE32_NOPAD.decode(secret.reveal().as_bytes()).unwrap();
    let step = app.house().now().0 / 30_000;
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).unwrap();
    mac.update(&step.to_be_bytes());
    let digest: [u8; 20] = mac.finalize().into_bytes().into();
    let start = usize::from(digest[19] & 0x0f);
    let four = digest[start..start + 4].iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    format!("{:06}", (four & 0x7fff_ffff) % 1_000_000)
}

#[rocket::async_test]
async fn staff_set_up_a_second_step_and_show_it_each_time() {
    let app = App::new().await;
    let staff = app.person(&[Role::Trainer], Factor::None).await;
    let refused = staff.get("/teach").await;
    assert_eq!(refused.status, 403);
    assert!(html::links(&refused.main()).contains(&"/account/second-factor".to_owned()));

    let secret: TotpSecret =
        html::field(&staff.read("/account/second-factor").await, "secret").unwrap().parse().unwrap();
    let fields = [("secret", &*secret.reveal()), ("digits", "x"), ("password", PASSWORD)];
    let wrong = staff.post("/account/second-factor", &fields).await;
    assert_eq!(wrong.status, 422);
    assert_eq!(html::field(&wrong.main(), "secret"), Some(secret.reveal()), "the app has that one by now");
    let code = digits(&secret, &app);
    let fields = [("secret", &*secret.reveal()), ("digits", &code), ("password", PASSWORD)];
    staff.post("/account/second-factor", &fields).await.to();
    assert_eq!(staff.get("/teach").await.status, 200);

    let again = app.visitor();
    assert_eq!(sign_in(&again, &staff.name, PASSWORD).await.to(), "/sign-in/second-step?next=/home");
    assert_eq!(again.get("/home").await.to(), "/sign-in/second-step?next=/home");
    let show = async |browser: &Browser<'_>, digits: &str| {
        browser.post("/sign-in/second-step", &[("digits", digits), ("next", "/teach")]).await.status
    };
    assert_eq!(show(&again, &code).await, 422, "the digits that set it up are used up");
    pass_time(MINUTE);
    let code = digits(&secret, &app);
    assert_eq!(show(&again, "no").await, 422);
    assert_eq!(show(&again, &code).await, 303);
    assert_eq!(again.get("/teach").await.status, 200);

    let third = app.visitor();
    sign_in(&third, &staff.name, PASSWORD).await.to();
    assert_eq!(show(&third, &code).await, 422, "digits are good once");
}

#[rocket::async_test]
async fn a_second_step_cannot_be_guessed_or_left_out() {
    let app = App::new().await;
    let half = app.person(&[Role::Administrator], Factor::Missing).await;
    let mut last = 0;
    for number in 0..12 {
        last = half.post("/sign-in/second-step", &[("digits", &format!("{number:06}")), ("next", "")]).await.status;
    }
    assert_eq!(last, 429);
    assert_eq!(half.get("/account/second-factor").await.to(), "/sign-in/second-step?next=/account/second-factor");
    let secret = TotpSecret::random();
    let fields = [("secret", secret.reveal()), ("digits", digits(&secret, &app))];
    let fields = [("secret", fields[0].1.as_str()), ("digits", fields[1].1.as_str())];
    // `next` should be a page one can come back to, so `/home`, as it is before signing in: the address
    // of a form may answer to no GET.
    assert_eq!(
        half.post("/account/second-factor", &fields).await.to(),
        "/sign-in/second-step?next=/account/second-factor"
    );
}

/// Knowing the password is enough to try the second step, and to call the device one's own.
#[rocket::async_test]
async fn a_stranger_who_knows_the_password_keeps_the_owner_out_of_neither_step() {
    let app = App::new().await;
    let owner = app.person(&[Role::Trainer], Factor::None).await;
    let secret = TotpSecret::random();
    accounts::second_factor::set(app.store(), owner.account.unwrap(), Some(&secret)).await.unwrap();
    let fields = [("name", &*owner.name), ("password", PASSWORD), ("next", "/home"), ("own_device", "1")];
    let show = async |browser: &Browser<'_>, digits: &str| {
        browser.post("/sign-in/second-step", &[("digits", digits), ("next", "/home")]).await.status
    };
    let own_device = app.visitor();
    own_device.post("/sign-in", &fields).await.to();
    assert!(own_device.cookie("__Host-device").is_none(), "a device is remembered before the second step");
    assert_eq!(show(&own_device, &digits(&secret, &app)).await, 303);
    assert!(own_device.cookie("__Host-device").is_some());

    let stranger = app.visitor();
    stranger.post("/sign-in", &fields).await.to();
    let mut last = 0;
    for _ in 0..12 {
        last = show(&stranger, "no").await;
    }
    assert_eq!(last, 429);

    own_device.drop_cookie("__Host-session");
    pass_time(MINUTE);
    assert_eq!(sign_in(&own_device, &owner.name, PASSWORD).await.to(), "/sign-in/second-step?next=/home");
    assert_eq!(show(&own_device, &digits(&secret, &app)).await, 303);
}

#[rocket::async_test]
async fn whoever_is_sent_to_sign_in_comes_back_and_nowhere_else() {
    let app = App::new().await;
    let mira = app.learner().await;
    for (wanted, reached) in [
        ("/account/sessions", "/account/sessions"),
        ("//evil.example", "/home"),
        ("https://evil.example/", "/home"),
        ("/\\evil.example", "/home"),
        ("/leave", "/home"),
        ("/sign-out", "/home"),
    ] {
        let visitor = app.visitor();
        let page = visitor.read(&format!("/sign-in?next={}", crate::support::percent(wanted))).await;
        assert_eq!(html::field(&page, "next").as_deref(), Some(reached));
        let fields = [("name", mira.name.as_str()), ("password", PASSWORD), ("next", wanted)];
        assert_eq!(visitor.post("/sign-in", &fields).await.to(), reached);
    }
    assert_eq!(app.visitor().get("/account/sessions").await.to(), "/sign-in?next=/account/sessions");
}

#[rocket::async_test]
async fn everything_held_about_a_person_is_theirs_to_take() {
    let app = App::new().await;
    let world = World::new(&app).await;
    let held = world.owner.get("/account/data").await;

    assert!(held.header("Content-Disposition").unwrap().starts_with("attachment"));
    let text = held.text();
    assert!(text.contains(&world.owner.name) && text.contains("Planted work 4713."));
    assert!(!text.contains("argon2") && !text.contains(&world.owner.cookie("__Host-session").unwrap()));
}
