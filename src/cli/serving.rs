//! Which servers run on a data folder, and telling them to forget the key.
//!
//! Each holds a locked file in `serving/`, named by the number of its process. A lock ends with its
//! process however that ends, so a file that can be locked is left over.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tokio::signal::unix::{SignalKind, signal};

/// The mark of a server that runs; gone when it is dropped.
pub struct Serving {
    path: PathBuf,
    /// Locked as long as it is open.
    _file: File,
}

impl Serving {
    pub fn begin(data: &Path) -> io::Result<Self> {
        let path = data.join(FOLDER).join(std::process::id().to_string());
        std::fs::create_dir_all(data.join(FOLDER))?;
        let file = OpenOptions::new().write(true).create(true).truncate(true).open(&path)?;
        file.lock()?;
        Ok(Self { path, _file: file })
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.path));
    }
}

const FOLDER: &str = "serving";
/// A server that was told has gone within a moment.
const PATIENCE: Duration = Duration::from_secs(5);

/// Ends this process at once when `lontar seal` says so: what is being answered is broken off, and
/// memory goes back to the system with the key in it.
pub fn heed_seal(serving: Serving) -> io::Result<()> {
    let mut told = signal(SignalKind::user_defined1())?;
    tokio::spawn(async move {
        if told.recv().await.is_some() {
            drop(serving);
            complain!("Stopped by `lontar seal`: the key is gone from memory.");
            std::process::exit(0);
        }
    });
    Ok(())
}

/// Tells all servers on this data folder to forget the key; how many did.
///
/// # Errors
/// Processes that are still there afterwards.
pub fn seal_all(data: &Path) -> Result<usize, String> {
    let failed = |error: io::Error| format!("It cannot be seen which servers run here: {error}. Stop them yourself.");
    let told = running(data).map_err(failed)?;
    for pid in &told {
        // One that ended by itself meanwhile needs no telling.
        let _ = kill_process(*pid, Signal::USR1);
    }
    let until = Instant::now() + PATIENCE;
    loop {
        let left = running(data).map_err(failed)?;
        if left.is_empty() {
            return Ok(told.len());
        }
        if Instant::now() > until {
            let numbers: Vec<String> = left.iter().map(|pid| pid.as_raw_nonzero().to_string()).collect();
            return Err(format!("A server did not stop (process {}): stop it yourself, now.", numbers.join(", ")));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The processes that serve from this data folder.
fn running(data: &Path) -> io::Result<Vec<Pid>> {
    let entries = match std::fs::read_dir(data.join(FOLDER)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut running = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let Ok(file) = File::open(&path) else { continue };
        let number = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
        match (file.try_lock(), number.and_then(Pid::from_raw)) {
            (Err(TryLockError::WouldBlock), Some(pid)) => running.push(pid),
            (Err(TryLockError::Error(error)), _) => return Err(error),
            (Ok(()), _) | (Err(TryLockError::WouldBlock), None) => {}
        }
    }
    Ok(running)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_server_that_holds_its_lock_runs() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(running(folder.path()).unwrap(), []);
        let serving = Serving::begin(folder.path()).unwrap();
        // Left over by one that was killed.
        std::fs::write(folder.path().join(FOLDER).join("1"), "").unwrap();
        let own = Pid::from_raw(std::process::id().cast_signed()).unwrap();
        assert_eq!(running(folder.path()).unwrap(), [own]);
        drop(serving);
        assert_eq!(running(folder.path()).unwrap(), []);
        assert_eq!(seal_all(folder.path()), Ok(0));
    }
}
