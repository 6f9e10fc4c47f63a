//! A browser: keeps cookies, takes form tokens from pages, follows nothing by itself.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

use lontar::domain::id::AccountId;
use rocket::http::{ContentType, Cookie, Header, Method};

use super::app::App;
use super::html;

pub struct Browser<'a> {
    pub app: &'a App,
    /// Whose browser this is, when a test made the account itself.
    pub account: Option<AccountId>,
    pub name: String,
    cookies: RefCell<BTreeMap<String, String>>,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub bytes: Vec<u8>,
}

/// What to send beside the usual.
#[derive(Clone, Copy, Default)]
pub struct Extra<'a> {
    pub headers: &'a [(&'static str, &'a str)],
    pub content_type: Option<&'a str>,
}

impl<'a> Browser<'a> {
    pub fn new(app: &'a App) -> Self {
        Self { app, account: None, name: String::new(), cookies: RefCell::default() }
    }

    pub fn put_cookie(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
    }

    pub fn drop_cookie(&self, name: &str) {
        self.cookies.borrow_mut().remove(name);
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    pub fn has_cookies(&self) -> bool {
        !self.cookies.borrow().is_empty()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::Get, path, None, Extra::default()).await
    }

    /// The text of `<main>` of a page that must be there.
    pub async fn read(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "GET {path} → {:?}", answer.location());
        answer.main()
    }

    /// Posts a form with a token taken from a page of now.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token().await;
        self.post_with(path, &token, fields).await
    }

    /// Posts a form with a token taken before.
    pub async fn post_with(&self, path: &str, token: &str, fields: &[(&str, &str)]) -> Answer {
        let fields = [&[("csrf", token)], fields].concat();
        self.send(Method::Post, path, Some(&encoded(&fields)), Extra::default()).await
    }

    /// The same for a request that a proxy on this machine says came from `address`.
    pub async fn post_from(&self, address: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token().await;
        let fields = [&[("csrf", token.as_str())], fields].concat();
        let extra = Extra { headers: &[("X-Forwarded-For", address)], ..Extra::default() };
        self.send(Method::Post, path, Some(&encoded(&fields)), extra).await
    }

    /// A form token as this browser's pages carry it now.
    pub async fn token(&self) -> String {
        for page in ["/about", "/sign-in"] {
            if let Some(token) = html::field(&self.get(page).await.text(), "csrf") {
                return token;
            }
        }
        panic!("no page carries a form token")
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<&str>, extra: Extra<'_>) -> Answer {
        let mut request = self.app.client.req(method, path.to_owned());
        request.add_header(Header::new("Host", "learn.example"));
        // As the proxy on this machine.
        request = request.remote(SocketAddr::from((Ipv4Addr::LOCALHOST, 40_000)));
        for (name, value) in self.cookies.borrow().iter() {
            request = request.cookie(Cookie::new(name.clone(), value.clone()));
        }
        for (name, value) in extra.headers {
            request.add_header(Header::new(*name, (*value).to_owned()));
        }
        if let Some(body) = body {
            request.add_header(Header::new(
                "Content-Type",
                extra.content_type.unwrap_or("application/x-www-form-urlencoded").to_owned(),
            ));
            request.set_body(body);
        }
        let response = request.dispatch().await;
        let status = response.status().code;
        let headers: Vec<_> =
            response.headers().iter().map(|header| (header.name.to_string(), header.value.into_owned())).collect();
        let answer = Answer { status, headers, bytes: response.into_bytes().await.unwrap_or_default() };
        self.keep_cookies(&answer);
        answer
    }

    fn keep_cookies(&self, answer: &Answer) {
        if answer.header("Clear-Site-Data").is_some() {
            self.cookies.borrow_mut().clear();
        }
        for cookie in answer.all("Set-Cookie") {
            let (name, rest) = cookie.split_once('=').unwrap();
            match cookie.contains("Max-Age=0") {
                true => self.drop_cookie(name),
                false => self.put_cookie(name, rest.split(';').next().unwrap_or_default()),
            }
        }
    }
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// What stands inside `<main>`.
    pub fn main(&self) -> String {
        let text = self.text();
        let inside = text.split_once("<main").and_then(|(_, rest)| rest.split_once('>')).map(|(_, rest)| rest);
        inside.and_then(|rest| rest.split_once("</main>")).map(|(main, _)| main.to_owned()).unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn all(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect()
    }

    pub fn location(&self) -> Option<&str> {
        self.header("Location")
    }

    /// Where a form leads; it must have been accepted.
    pub fn to(&self) -> String {
        assert_eq!(self.status, 303, "{}", self.main());
        self.location().unwrap().to_owned()
    }

    pub fn content_type(&self) -> ContentType {
        self.header("Content-Type").and_then(|value| value.parse().ok()).unwrap_or(ContentType::Any)
    }

    pub fn is_page(&self) -> bool {
        self.content_type() == ContentType::HTML
    }
}

/// Fields as a browser sends them.
pub fn encoded(fields: &[(&str, &str)]) -> String {
    let pairs = fields.iter().map(|(name, value)| format!("{}={}", percent(name), percent(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// Text as part of an address or a form.
pub fn percent(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}
