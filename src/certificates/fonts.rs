//! Which installed fonts draw a text, and what to install when none does.
//!
//! Fonts are found once and left on disk: the catalogue keeps paths and family names, no font
//! data. A small font is read for each paper, of a large one (Chinese, Japanese, Korean: 20 MB and
//! more) only the letters needed are taken out. Only Noto families are used: they
//! are what Debian packages for every script, and they are known to shape names rightly.

mod excerpt;
mod scripts;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::sync::LazyLock;

use icu::properties::CodePointSetData;
use icu::properties::props::{DefaultIgnorableCodePoint, WhiteSpace};
use icu::segmenter::GraphemeClusterSegmenter;
use typst::foundations::Bytes;
use typst::text::{Font, FontStyle};

use crate::domain::language::LanguageTag;

pub use scripts::{direction, language_of};

/// The family that is part of the program: Latin, Greek and Cyrillic with all accents of
/// Vietnamese. Whatever the machine lacks, a certificate's own English words can be drawn.
pub const OWN_FAMILY: &str = "Libertinus Serif";

/// Fonts up to this size are read whole; larger ones are excerpted.
const SMALL: u64 = 2 << 20;

/// A letter of each promised script that is not drawn by [`OWN_FAMILY`]: Burmese, Khmer, Thai, Lao,
/// Bangla, Devanagari, Sinhala, Tamil, Urdu, Korean, Japanese, Chinese.
const PROMISED: &[&str] = &["က", "ក", "ก", "ກ", "ক", "क", "ක", "க", "ے", "가", "あ", "語"];

static OWN_FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    typst_assets::fonts()
        .filter_map(|data| Font::new(Bytes::new(data), 0))
        .filter(|font| font.info().family == OWN_FAMILY && font.info().variant.style == FontStyle::Normal)
        .collect()
});

/// The fonts of this machine. Finding them reads the header of each font file once.
pub struct Fonts {
    database: fontdb::Database,
    /// The regular face of each family.
    families: BTreeMap<String, fontdb::ID>,
}

/// A family that draws part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FontChoice {
    pub family: String,
    /// `None`: part of the program.
    installed: Option<fontdb::ID>,
}

/// No font of this machine draws part of a text.
///
/// The characters come from the text, so they may be personal: they print as `…`.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("no installed font has the {script} letters of this text; the Debian package {debian_package} does")]
pub struct MissingFont {
    /// The script's English name in Unicode, such as `Khmer`.
    pub script: String,
    /// What cannot be drawn, each once.
    pub characters: String,
    pub debian_package: &'static str,
}

impl fmt::Debug for MissingFont {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { script, debian_package, .. } = self;
        write!(f, "MissingFont {{ script: {script:?}, characters: …, debian_package: {debian_package:?} }}")
    }
}

impl Fonts {
    /// The fonts that are installed for everybody or for this account.
    pub fn find() -> Self {
        Self::keep(|database| database.load_system_fonts())
    }

    /// The fonts in a folder and below it.
    pub fn in_folder(folder: &Path) -> Self {
        Self::keep(|database| database.load_fonts_dir(folder))
    }

    fn keep(load: impl FnOnce(&mut fontdb::Database)) -> Self {
        let mut database = fontdb::Database::new();
        load(&mut database);
        let useless: Vec<fontdb::ID> =
            database.faces().filter(|face| known_family(face).is_none()).map(|face| face.id).collect();
        for id in useless {
            database.remove_face(id);
        }
        let families = database.faces().filter_map(|face| Some((known_family(face)?.to_owned(), face.id))).collect();
        Self { database, families }
    }

    /// How many families were found, for `lontar check`.
    pub fn count(&self) -> usize {
        self.families.len()
    }

    /// What is missing for names in the scripts that Lontar promises, for `lontar check`.
    pub fn gaps(&self) -> Vec<MissingFont> {
        let Ok(language) = "en".parse() else { return Vec::new() };
        PROMISED.iter().filter_map(|letter| self.coverage(letter, &language).err()).collect()
    }

    /// The families that together draw `text`, in the order to try them. `language` decides between
    /// forms of one character (Chinese, Japanese …).
    ///
    /// [`OWN_FAMILY`] is always among them: last when the text is mainly of a script it has not, so
    /// that spaces and stops are the native ones.
    ///
    /// # Errors
    /// [`MissingFont`], when part of the text would come out as boxes.
    pub fn coverage(&self, text: &str, language: &LanguageTag) -> Result<Vec<FontChoice>, MissingFont> {
        let mut chosen = vec![FontChoice { family: OWN_FAMILY.to_owned(), installed: None }];
        let mut missing = BTreeSet::new();
        for cluster in clusters(text) {
            if !chosen.iter().any(|choice| self.draws(choice, &cluster)) {
                match self.choose(&cluster, text, language) {
                    Some(choice) => chosen.push(choice),
                    None => missing.extend(cluster),
                }
            }
        }
        if !missing.is_empty() {
            return Err(self.missing_font(&missing));
        }
        if !scripts::is_own(scripts::main_script(text.chars())) {
            chosen.rotate_left(1);
        }
        Ok(chosen)
    }

    /// A family for these letters: first those meant for their script, then any that has them.
    fn choose(&self, cluster: &[char], text: &str, language: &LanguageTag) -> Option<FontChoice> {
        let wanted = scripts::families(cluster, text, language);
        let wanted = wanted.iter().filter_map(|family| self.families.get_key_value(family));
        wanted
            .chain(&self.families)
            .map(|(family, id)| FontChoice { family: family.clone(), installed: Some(*id) })
            .find(|choice| self.draws(choice, cluster))
    }

    /// Whether one family has all letters of a cluster: a mark from another font than its letter
    /// would stand beside it.
    fn draws(&self, choice: &FontChoice, cluster: &[char]) -> bool {
        let Some(id) = choice.installed else {
            return OWN_FONTS.iter().all(|font| covers(font, cluster));
        };
        let has_all =
            |data: &[u8], index| ttf_parser::Face::parse(data, index).is_ok_and(|face| has_all(&face, cluster));
        self.database.with_face_data(id, has_all).unwrap_or(false)
    }

    fn missing_font(&self, missing: &BTreeSet<char>) -> MissingFont {
        let characters: String = missing.iter().collect();
        let script = scripts::main_script(missing.iter().copied());
        let has = |part: &str| self.families.keys().any(|family| family.contains(part));
        let debian_package = match (scripts::is_cjk(script), has("CJK"), has("Noto Serif Khmer")) {
            (true, false, _) => "fonts-noto-cjk",
            (true, true, _) => "fonts-hanazono",
            (false, _, false) => "fonts-noto-core",
            (false, _, true) => "fonts-noto-extra",
        };
        MissingFont { script: scripts::name(script), characters, debian_package }
    }

    /// The font, ready to draw `text` (and perhaps nothing else). `None`: its file has gone or is
    /// damaged since it was found.
    pub(super) fn load(&self, choice: &FontChoice, text: &str) -> Vec<Font> {
        match choice.installed {
            None => OWN_FONTS.clone(),
            Some(id) => self.load_installed(id, text).into_iter().collect(),
        }
    }

    fn load_installed(&self, id: fontdb::ID, text: &str) -> Option<Font> {
        let (source, index) = self.database.face_source(id)?;
        if let fontdb::Source::File(path) | fontdb::Source::SharedFile(path, _) = &source
            && std::fs::metadata(path).ok()?.len() <= SMALL
        {
            return Font::new(Bytes::new(std::fs::read(path).ok()?), index);
        }
        let letters: BTreeSet<char> = text.chars().chain([' ']).collect();
        let data = self.database.with_face_data(id, |data, index| excerpt::excerpt(data, index, &letters))??;
        Font::new(Bytes::new(data), 0)
    }
}

/// The English family name of an upright regular face that we use.
fn known_family(face: &fontdb::FaceInfo) -> Option<&str> {
    // Some bold faces (Noto Serif Myanmar) say that they are regular; their file's own name does not.
    let is_regular = face.style == fontdb::Style::Normal
        && face.weight == fontdb::Weight::NORMAL
        && face.stretch == fontdb::Stretch::Normal
        && !face.post_script_name.contains("Bold");
    let (family, _) = face.families.first()?;
    let is_known = family.starts_with("Noto ") || family.starts_with("HanaMin");
    (is_regular && is_known && !family.contains("Emoji")).then_some(family)
}

/// What a reader sees as single letters, without spaces and characters that draw nothing.
fn clusters(text: &str) -> Vec<Vec<char>> {
    let is_drawn = |c: &char| {
        !CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(*c)
            && !CodePointSetData::new::<WhiteSpace>().contains(*c)
    };
    let ends: Vec<usize> = GraphemeClusterSegmenter::new().segment_str(text).collect();
    ends.windows(2)
        .filter_map(|pair| text.get(*pair.first()?..*pair.last()?))
        .map(|cluster| cluster.chars().filter(is_drawn).collect::<Vec<char>>())
        .filter(|cluster| !cluster.is_empty())
        .collect()
}

fn covers(font: &Font, cluster: &[char]) -> bool {
    cluster.iter().all(|c| font.info().coverage.contains(u32::from(*c)))
}

fn has_all(face: &ttf_parser::Face<'_>, cluster: &[char]) -> bool {
    cluster.iter().all(|c| face.glyph_index(*c).is_some_and(|glyph| glyph.0 != 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn families(fonts: &Fonts, text: &str, language: &str) -> Vec<String> {
        let choices = fonts.coverage(text, &language.parse().unwrap()).unwrap();
        choices.into_iter().map(|choice| choice.family).filter(|family| family != OWN_FAMILY).collect()
    }

    /// A folder without fonts: a machine that has none.
    fn no_fonts() -> Fonts {
        Fonts::in_folder(tempfile::tempdir().unwrap().path())
    }

    #[test]
    fn each_script_is_drawn_by_its_own_family() {
        let fonts = Fonts::find();
        for (text, language, family) in [
            ("ဒေါ်ခင်မြင့်", "en", "Noto Serif Myanmar"),
            ("សុខ វណ្ណា", "en", "Noto Serif Khmer"),
            ("ณัฐวุฒิ", "en", "Noto Serif Thai"),
            ("ສົມສະຫວາດ", "en", "Noto Serif Lao"),
            ("রফিকুল ইসলাম", "en", "Noto Serif Bengali"),
            ("श्रेष्ठ", "en", "Noto Serif Devanagari"),
            ("විජේසේකර", "en", "Noto Serif Sinhala"),
            ("மீனாட்சி", "en", "Noto Serif Tamil"),
            ("عائشہ صدیقی", "en", "Noto Nastaliq Urdu"),
            ("علی رضایی", "ur", "Noto Nastaliq Urdu"),
            ("علی رضایی", "fa", "Noto Naskh Arabic"),
            ("김서연", "en", "Noto Serif CJK KR"),
            ("さくら", "en", "Noto Serif CJK JP"),
            ("渡邉", "ja", "Noto Serif CJK JP"),
            ("歐陽詠詩", "zh-Hant", "Noto Serif CJK TC"),
            ("王小明", "en", "Noto Serif CJK SC"),
            ("ꯆꯥꯎꯕꯥ", "en", "Noto Sans Meetei Mayek"),
        ] {
            assert_eq!(families(&fonts, text, language), [family], "{text}");
        }
        assert!(fonts.gaps().is_empty());
    }

    #[test]
    fn a_bold_face_that_says_it_is_regular_is_not_taken() {
        let fonts = Fonts::find();
        for choice in fonts.coverage("ခင်", &"my".parse().unwrap()).unwrap() {
            for font in fonts.load(&choice, "ခင်").iter().filter(|font| font.info().family != OWN_FAMILY) {
                assert_eq!(font.post_script_name().as_deref(), Some("NotoSerifMyanmar-Regular"));
            }
        }
    }

    #[test]
    fn latin_vietnamese_and_cyrillic_names_need_no_installed_font() {
        let fonts = no_fonts();
        for name in ["Mira O’Brien-Łuczak", "Nguyễn Thị Ánh Tuyết", "Ганбаатарын Өлзийн Үүрээ", "Ζωή"]
        {
            assert_eq!(families(&fonts, name, "en"), Vec::<String>::new(), "{name}");
        }
    }

    #[test]
    fn a_missing_font_is_named_with_its_package() {
        let fonts = no_fonts();
        for (text, script, package) in [
            ("ဒေါ်ခင်", "Myanmar", "fonts-noto-core"),
            ("김서연", "Hangul", "fonts-noto-cjk"),
            ("Aung ခင်", "Myanmar", "fonts-noto-core"),
            ("渡邉", "Han", "fonts-noto-cjk"),
        ] {
            let missing = fonts.coverage(text, &"en".parse().unwrap()).unwrap_err();
            assert_eq!((missing.script.as_str(), missing.debian_package), (script, package));
            assert!(!format!("{missing} {missing:?}").contains(text), "the name shows");
            assert!(missing.characters.chars().all(|c| text.contains(c) && c != ' '));
        }
    }

    #[test]
    fn a_machine_without_fonts_says_what_to_install() {
        let packages: BTreeSet<&str> = no_fonts().gaps().iter().map(|gap| gap.debian_package).collect();
        assert_eq!(packages, BTreeSet::from(["fonts-noto-core", "fonts-noto-cjk"]));
        assert_eq!(no_fonts().gaps().len(), PROMISED.len());
    }

    #[test]
    fn a_letter_that_no_font_on_earth_has_is_refused() {
        let unassigned_today = "\u{1FAFF}\u{323AF}";
        assert!(Fonts::find().coverage(unassigned_today, &"en".parse().unwrap()).is_err());
    }

    #[test]
    fn a_large_font_is_excerpted_to_the_letters_asked_for() {
        let fonts = Fonts::find();
        let choices = fonts.coverage("王小明", &"zh".parse().unwrap()).unwrap();
        let font = choices.iter().flat_map(|choice| fonts.load(choice, "王小明")).next().unwrap();
        assert!(font.data().len() < 100_000, "{} bytes", font.data().len());
        assert!(covers(&font, &['王', '小', '明', ' ']));
        assert!(!covers(&font, &['人']));
    }
}
