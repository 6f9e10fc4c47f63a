//! The headers of every answer, errors and files included (SAFETY 14).

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::{Header, Status};
use rocket::{Request, Response};

use super::error::{AppError, Remembered};
use super::reply::FORGET;
use super::visitor::{DEVICE_COOKIE, SESSION_COOKIE};

/// What a page may load: ourselves, nothing else, and no inline script or style.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'; img-src 'self'; media-src 'self'; style-src 'self'; script-src 'self'; \
     connect-src 'self'; manifest-src 'self'";

const ALWAYS: [(&str, &str); 8] = [
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=(), interest-cohort=()"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("X-Robots-Tag", "noarchive"),
];

/// Puts the headers on whatever leaves.
pub struct SafetyHeaders {
    /// Tell browsers to come back by TLS only. Set when the public address is https.
    pub is_https: bool,
}

#[rocket::async_trait]
impl Fairing for SafetyHeaders {
    fn info(&self) -> Info {
        Info { name: "safety headers", kind: Kind::Response }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        for (name, value) in ALWAYS {
            response.set_header(Header::new(name, value));
        }
        if !response.headers().contains("Content-Security-Policy") {
            response.set_header(Header::new("Content-Security-Policy", CONTENT_SECURITY_POLICY));
        }
        if !response.headers().contains("Cache-Control") {
            response.set_header(Header::new("Cache-Control", "no-store"));
        }
        if response.headers().contains(FORGET.0) {
            for name in [SESSION_COOKIE, DEVICE_COOKIE] {
                response.adjoin_header(Header::new("Set-Cookie", expired(name)));
            }
        }
        if let Some(seconds) = retry_after(request, response.status()) {
            response.set_header(Header::new("Retry-After", seconds.to_string()));
        }
        if self.is_https {
            response.set_header(Header::new("Strict-Transport-Security", "max-age=63072000; includeSubDomains"));
        }
    }
}

/// A cookie that goes at once, also from browsers that do not know `Clear-Site-Data`, and from plain
/// onion addresses, where it is not heeded.
fn expired(name: &str) -> String {
    format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
}

/// When trying again may help, in seconds.
fn retry_after(request: &Request<'_>, status: Status) -> Option<u64> {
    match (status, request.local_cache(Remembered::default).get()) {
        (Status::ServiceUnavailable, Some(AppError::Busy | AppError::PressBusy)) => Some(15),
        (Status::ServiceUnavailable, _) => Some(60),
        (Status::TooManyRequests, Some(AppError::TooManyTries { wait_seconds })) => Some(*wait_seconds),
        _ => None,
    }
}
