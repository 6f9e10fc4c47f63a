//! The `lontar` program: reads the command line and hands over.

use std::process::ExitCode;

/// A page is many small texts made and dropped: half the cost of the system's allocator, and memory
/// that is given back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    lontar::cli::run()
}
