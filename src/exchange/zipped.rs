//! A course as one zip file. Entries are read one by one and counted while reading: nothing is ever
//! unpacked to a path of the archive's choosing (SAFETY 38).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::domain::course::source::SourceTree;

const MAX_ENTRIES: usize = 10_000;
const MAX_BYTES: u64 = 200 * 1024 * 1024;
/// Unpacked against packed; text rarely passes 10.
const MAX_RATIO: u64 = 100;

/// Reads a course from a zip file. A single folder around everything is taken off.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] with a sentence for links, absolute, parent and double names, and
/// for archives beyond the limits.
pub fn read(path: &Path) -> io::Result<SourceTree> {
    let file = File::open(path)?;
    let packed = file.metadata()?.len().max(1);
    let mut archive = ZipArchive::new(file).map_err(|_| refused("it is not a zip file"))?;
    if archive.len() > MAX_ENTRIES {
        return Err(refused("it has more than 10,000 entries"));
    }
    if archive.has_duplicate_names() {
        return Err(refused("a name comes twice"));
    }
    let most = MAX_BYTES.min(packed.saturating_mul(MAX_RATIO));
    let mut files = BTreeMap::new();
    let mut total = 0;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|_| refused("an entry cannot be read"))?;
        if entry.is_dir() {
            continue;
        }
        let name = entry.name().map_err(|_| refused("a name cannot be read"))?.into_owned();
        if entry.is_symlink() || !is_plain(&name) {
            return Err(refused(&format!("the name {name:?} leads elsewhere")));
        }
        let mut bytes = Vec::new();
        entry.take(most - total + 1).read_to_end(&mut bytes)?;
        total += bytes.len() as u64;
        if total > most {
            return Err(refused("it unpacks to more than a course can be"));
        }
        files.insert(name, bytes);
    }
    Ok(SourceTree(without_outer_folder(files)))
}

fn is_plain(name: &str) -> bool {
    !name.starts_with('/')
        && !name.contains(['\\', '\0', ':'])
        && name.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
}

fn without_outer_folder(files: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let outer = files.keys().next().and_then(|name| name.split_once('/')).map(|(folder, _)| format!("{folder}/"));
    match outer {
        Some(outer) if !files.contains_key("course.toml") && files.keys().all(|name| name.starts_with(&outer)) => {
            files.into_iter().map(|(name, bytes)| (name[outer.len()..].to_owned(), bytes)).collect()
        }
        _ => files,
    }
}

/// Writes a course as a zip file whose bytes follow from the course alone.
pub fn write(tree: &SourceTree, path: &Path) -> io::Result<()> {
    let mut archive = ZipWriter::new(File::create(path)?);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in &tree.0 {
        archive.start_file(name.as_str(), options)?;
        archive.write_all(bytes)?;
    }
    archive.finish()?;
    Ok(())
}

fn refused(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_comes_back_byte_for_byte() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("course.zip");
        let tree: SourceTree =
            [("course.toml".to_owned(), b"format = 1\r\n".to_vec()), ("en/a.md".to_owned(), vec![0, 159, 146, 150])]
                .into_iter()
                .collect();
        write(&tree, &path).unwrap();
        assert_eq!(read(&path).unwrap(), tree);
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in ["/etc/passwd", "../up", "a/../b", "a//b", "C:\\x", "a\\b", "./a"] {
            assert!(!is_plain(name), "{name}");
        }
        assert!(is_plain("en/01-a/01-b.md"));
    }

    /// A zip file whose entry `b.txt` was renamed afterwards, byte for byte, in both places.
    fn renamed(to: &str) -> io::Result<SourceTree> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("course.zip");
        let tree: SourceTree =
            ["a.txt", "b.txt"].into_iter().map(|name| (name.to_owned(), name.as_bytes().to_vec())).collect();
        write(&tree, &path).unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(b"b.txt")).collect();
        assert!(places.len() >= 2);
        for at in places {
            bytes[at..at + 5].copy_from_slice(to.as_bytes());
        }
        std::fs::write(&path, bytes).unwrap();
        read(&path)
    }

    #[test]
    fn archives_with_odd_names_are_refused() {
        assert!(renamed("c.txt").is_ok());
        for (name, why) in [("a.txt", "twice"), ("/.txt", "elsewhere"), ("../xt", "elsewhere")] {
            let error = renamed(name).unwrap_err();
            assert!(error.to_string().contains(why), "{name}: {error}");
        }
    }

    #[test]
    fn links_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("link.zip");
        let mut archive = ZipWriter::new(File::create(&path).unwrap());
        archive.add_symlink("a.txt", "/etc/passwd", SimpleFileOptions::default()).unwrap();
        archive.finish().unwrap();
        assert_eq!(read(&path).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn a_bomb_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bomb.zip");
        let tree: SourceTree = [("course.toml".to_owned(), vec![b'a'; 20_000_000])].into_iter().collect();
        write(&tree, &path).unwrap();
        assert_eq!(read(&path).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
