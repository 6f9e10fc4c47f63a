//! The yardstick of the benchmarks: Rocket with one route that returns the bytes of a file from
//! memory. Usage: `bare FILE PORT`

use rocket::config::{Config, Ident, LogLevel};
use rocket::http::ContentType;
use rocket::{State, get, routes};

struct Bytes(&'static [u8]);

#[get("/")]
fn show(bytes: &State<Bytes>) -> (ContentType, &'static [u8]) {
    (ContentType::HTML, bytes.0)
}

#[rocket::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, port] = arguments.as_slice() else {
        return Err("usage: bare FILE PORT".into());
    };
    let bytes = Bytes(Box::leak(std::fs::read(file)?.into_boxed_slice()));
    let config =
        Config { port: port.parse()?, ident: Ident::none(), log_level: LogLevel::Off, ..Config::release_default() };
    rocket::custom(config).manage(bytes).mount("/", routes![show]).launch().await?;
    Ok(())
}
