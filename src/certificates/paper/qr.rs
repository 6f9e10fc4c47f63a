//! The QR code, as the runs of dark modules that the template draws.

use qrcode::{Color, EcLevel, QrCode};
use serde::Serialize;

/// The dark modules of a code, without its quiet zone.
#[derive(Serialize)]
pub struct Modules {
    /// Modules on each side.
    pub width: usize,
    /// Column, row and length of each run of dark modules.
    pub runs: Vec<(usize, usize, usize)>,
}

/// The code of a text, readable with 15 % of it damaged. `None`: too long (over 2,300 bytes).
pub fn modules(text: &str) -> Option<Modules> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut runs = Vec::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        for same in row.chunk_by(|a, b| a == b) {
            if same.first() == Some(&Color::Dark) {
                runs.push((x, y, same.len()));
            }
            x += same.len();
        }
    }
    Some(Modules { width, runs })
}
