//! A course as a folder on disk: the form in which people write, keep and hand on courses.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::domain::course::Course;
use crate::domain::course::diagnostic::{Diagnostic, Severity, rule};
use crate::domain::course::source::SourceTree;

const MAX_FILES: usize = 10_000;
const MAX_BYTES: u64 = 200 * 1024 * 1024;
const MAX_DEPTH: usize = 16;

/// Reads every file of a course's folder, byte for byte. Files and folders whose names begin with a
/// dot are skipped (version control, editors).
///
/// # Errors
/// Whatever the disk says; [`io::ErrorKind::InvalidData`] with a sentence where the folder holds a
/// symbolic link, a name that is not UTF-8, or more than 10,000 files, 200 MiB or 16 folders in depth.
pub fn read(folder: &Path) -> io::Result<SourceTree> {
    let mut reading = Reading { files: BTreeMap::new(), bytes: 0 };
    reading.folder(folder, "", 0)?;
    Ok(SourceTree(reading.files))
}

/// The courses in a folder of courses: those of its folders that hold a `course.toml`, by name.
///
/// # Errors
/// Whatever the disk says, also that there is no such folder.
pub fn courses(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.join("course.toml").is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The needs assessment in a folder of courses, where there is one.
pub fn instrument(folder: &Path) -> Option<PathBuf> {
    let path = folder.join("needs-assessment");
    is_instrument(&path).then_some(path)
}

/// Whether a folder holds a needs assessment.
pub fn is_instrument(folder: &Path) -> bool {
    folder.join("instrument.toml").is_file()
}

/// What a folder is called.
pub fn name(folder: &Path) -> Option<String> {
    folder.canonicalize().ok()?.file_name()?.to_str().map(str::to_owned)
}

/// The folder's name is the course's, since addresses are made of it; a copy beside it would take its
/// place.
pub fn wrong_name(course: &Course, name: &str) -> Option<Diagnostic> {
    (name != course.slug.as_str()).then(|| Diagnostic {
        severity: Severity::Error,
        file: "course.toml".into(),
        line: None,
        rule: rule::BAD_FIELD,
        message: format!("the slug is `{}` and the folder is called `{name}`", course.slug),
        help: "give both the same name".into(),
    })
}

struct Reading {
    files: BTreeMap<String, Vec<u8>>,
    bytes: u64,
}

impl Reading {
    fn folder(&mut self, folder: &Path, prefix: &str, depth: usize) -> io::Result<()> {
        if depth > MAX_DEPTH {
            return Err(refused(format!("{prefix}: more than {MAX_DEPTH} folders stand in each other")));
        }
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else {
                return Err(refused(format!("{prefix}: a file's name is not UTF-8")));
            };
            if name.starts_with('.') {
                continue;
            }
            let name = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
            // Of the entry itself: a link is seen as a link.
            let kind = entry.file_type()?;
            if kind.is_dir() {
                self.folder(&entry.path(), &name, depth + 1)?;
            } else if kind.is_file() {
                self.file(&entry.path(), name)?;
            } else {
                return Err(refused(format!("{name} is a link or no ordinary file; put the file itself there")));
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, name: String) -> io::Result<()> {
        // The size is asked before reading, so that a huge file is refused and not read.
        self.bytes = self.bytes.saturating_add(fs::symlink_metadata(path)?.len());
        if self.files.len() >= MAX_FILES || self.bytes > MAX_BYTES {
            return Err(refused(format!(
                "the folder holds more than {MAX_FILES} files or {} MiB",
                MAX_BYTES / 1024 / 1024
            )));
        }
        self.files.insert(name, fs::read(path)?);
        Ok(())
    }
}

/// Writes a course's files below `folder`, which is made if need be. Files already there that the
/// course does not have are left alone.
///
/// # Errors
/// Whatever the disk says; [`io::ErrorKind::InvalidData`] for a name that leads out of the folder.
pub fn write(tree: &SourceTree, folder: &Path) -> io::Result<()> {
    if let Some(name) = tree.0.keys().find(|name| !is_inside(name)) {
        return Err(refused(format!("`{name}` is no name for a file inside a folder")));
    }
    for (name, bytes) in &tree.0 {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, bytes)?;
    }
    Ok(())
}

fn is_inside(name: &str) -> bool {
    let mut components = Path::new(name).components().peekable();
    components.peek().is_some()
        && components.all(|component| matches!(component, Component::Normal(_)))
        && !name.contains('\\')
}

fn refused(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &[u8])]) -> SourceTree {
        files.iter().map(|(name, bytes)| (name.to_string(), bytes.to_vec())).collect()
    }

    #[test]
    fn a_course_comes_back_byte_for_byte() {
        let folder = tempfile::tempdir().unwrap();
        let written = tree(&[
            ("course.toml", b"format = 1\r\n\r\n"),
            ("en/01-a/01-b.md", "\u{feff}+++\n no end of line".as_bytes()),
            ("media/a.png", &[0, 255, 10, 13]),
            ("empty.txt", b""),
        ]);
        write(&written, folder.path()).unwrap();
        let read = read(folder.path()).unwrap();
        assert_eq!(read, written);
        assert_eq!(read.edition_hash(), written.edition_hash());
    }

    #[test]
    fn dot_files_are_skipped() {
        let folder = tempfile::tempdir().unwrap();
        write(&tree(&[("a.md", b"x"), (".git/config", b"y"), ("en/.a.md.swp", b"z")]), folder.path()).unwrap();
        assert_eq!(read(folder.path()).unwrap(), tree(&[("a.md", b"x")]));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/etc/hostname", folder.path().join("a.md")).unwrap();
        assert_eq!(read(folder.path()).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn nothing_is_written_outside_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        for wrong in ["../a", "/a", "a/../../b", "", "a\\b", "./a/.."] {
            assert!(write(&tree(&[("ok", b"1"), (wrong, b"x")]), folder.path()).is_err(), "{wrong} was written");
        }
        assert!(!folder.path().join("ok").exists());
    }
}
