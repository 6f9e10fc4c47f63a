//! Signing out, and leaving quickly. Both end the session here and make the browser forget us.

use std::time::Duration;

use rocket::http::{CookieJar, Status};
use rocket::{Route, get, post, routes};
use tokio::time::timeout;

use super::remembered_device;
use crate::domain::time::Day;
use crate::store::sessions;
use crate::web::error::AppError;
use crate::web::form::{Nothing, Submitted};
use crate::web::reply::{Page, Reply};
use crate::web::visitor::Visitor;

/// Nobody who leaves waits longer for the database: the page that they leave is on the screen until we
/// answer.
const ENDING_TIME: Duration = Duration::from_millis(250);

#[post("/sign-out", data = "<_form>")]
async fn sign_out(visitor: Visitor<'_>, cookies: &CookieJar<'_>, _form: Submitted<Nothing>) -> Result<Reply, AppError> {
    end_session(&visitor, cookies).await;
    Ok(Reply::Forget("/".to_owned()))
}

/// A plain link, because it must work at once and without script. It is the one GET that changes
/// something, and all it can do is sign the person out and forget that this device was theirs.
#[get("/leave")]
async fn leave(visitor: Visitor<'_>, cookies: &CookieJar<'_>) -> Result<Reply, AppError> {
    end_session(&visitor, cookies).await;
    match &visitor.house.settings.leave_to {
        Some(address) => Ok(Reply::Forget(address.clone())),
        None => Ok(Reply::Page(Page {
            status: Status::Ok,
            html: calendar(visitor.now.day()),
            is_private: true,
            forgets: true,
        })),
    }
}

/// The browser forgets us in any case, and at once; the session and the remembered device end as soon
/// as the database takes it. Without it the session runs out by itself, and nobody has its token any more.
async fn end_session(visitor: &Visitor<'_>, cookies: &CookieJar<'_>) {
    let (device, session) = (remembered_device(cookies), visitor.at_the_door().cloned());
    let (store, ended) = (visitor.house.store.clone(), session.clone());
    let ending = tokio::spawn(async move {
        let forgetting = async {
            if let Some(device) = device
                && let Err(error) = sessions::forget_device(&store, &device).await
            {
                tracing::error!("a device could not be forgotten: {error}");
            }
        };
        let ending = async {
            if let Some(session) = ended
                && let Err(error) = sessions::end(&store, session.account, session.id).await
            {
                tracing::error!("a session could not be ended: {error}");
            }
        };
        tokio::join!(forgetting, ending);
    });
    drop(timeout(ENDING_TIME, ending).await);
    if let Some(session) = session {
        visitor.house.sessions.forget(session.account);
    }
}

/// A calendar of the month without a word: what a person might have been looking at. Its few bytes
/// come at once on a slow link, and it loads nothing.
fn calendar(today: Day) -> String {
    let (year, month, of_month) = today.ymd();
    let first = Day(today.0 - i32::from(of_month) + 1);
    // 1970-01-01 was a Thursday, the fourth day of a week that begins on Monday.
    let lead = (first.0 + 3).rem_euclid(7);
    let length = Day::from_ymd(year, month, 1).map(|day| day.plus_months(1).0 - day.0).unwrap_or(30);
    let mut rows = String::new();
    for cell in 0..(lead + length) {
        if cell % 7 == 0 {
            rows.push_str("<tr>");
        }
        match cell - lead + 1 {
            day if day < 1 => rows.push_str("<td>"),
            day if day == i32::from(of_month) => rows.push_str(&format!("<td><b>{day}</b>")),
            day => rows.push_str(&format!("<td>{day}")),
        }
    }
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>{year}-{month:02}</title>\
         <main><h1>{year}-{month:02}</h1><table>{rows}</table></main></html>"
    )
}

pub fn routes() -> Vec<Route> {
    routes![sign_out, leave]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_holds_the_whole_month_and_nothing_of_us() {
        let page = calendar("2026-11-23".parse().unwrap());

        assert!(page.contains("<b>23</b>") && page.contains("<td>30") && !page.contains("<td>31"));
        assert!(!page.to_lowercase().contains("lontar"));
        // November 2026 begins on a Sunday.
        assert!(page.contains(&format!("<tr>{}<td>1<tr>", "<td>".repeat(6))));
    }
}
