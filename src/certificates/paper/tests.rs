//! Judged from outside where that can be done: poppler reads the text, zbar the code.

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use super::*;
use crate::certificates::badge::PublicKeys;
use crate::certificates::{VerifyProblem, example, verify_file};

/// A name in each writing system that Lontar promises, and the language of its paper.
const NAMES: &[(&str, &str)] = &[
    ("en", "Mira O’Brien-Kanthasamy"),
    ("en", "ဒေါ်ခင်မြင့်မြင့်ကြည်"),
    ("my", "ဒေါ်ခင်မြင့်မြင့်ကြည်"),
    ("en", "សុខ ចាន់វណ្ណា"),
    ("en", "ณัฐวุฒิ ศรีสุวรรณ์"),
    ("en", "ສົມສະຫວາດ ພົມມະຈັນ"),
    ("en", "মোঃ রফিকুল ইসলাম চৌধুরী"),
    ("en", "র\u{200d}\u{9cd}যাব"),
    ("en", "र\u{94d}\u{200d}याङ्जेन श्रेष्ठ"),
    ("en", "ක\u{dca}\u{200d}ෂමා විජේසේකර"),
    ("en", "மீனாட்சி சுந்தரம்"),
    ("ur", "عائشہ صدیقی بلوچ"),
    ("en", "عائشہ صدیقی"),
    ("fa", "علی رضائی\u{200c}نژاد"),
    ("en", "Nguyễn Thị Ánh Tuyết"),
    ("en", "김서연"),
    ("en", "渡邉 さくら"),
    ("zh-Hant", "歐陽詠詩"),
    ("en", "Ганбаатарын Өлзийсайхан"),
    ("en", "Anna ခင် 渡邉"),
];

static PRESS: LazyLock<Press> = LazyLock::new(|| Press::new(Arc::new(Fonts::find())));

/// Drawing pixels takes long where nothing is optimised, so tests share this one.
static MIRA: LazyLock<Vec<u8>> =
    LazyLock::new(|| with_paper("Mira", &words("en"), |paper| PRESS.picture(paper)).unwrap());

/// A machine without fonts.
fn bare_press() -> Press {
    Press::new(Arc::new(Fonts::in_folder(tempfile::tempdir().unwrap().path())))
}

fn words(language: &str) -> PaperWords {
    let pair = |label: &str, day: &str| (label.to_owned(), day.to_owned());
    let mut words = PaperWords {
        language: language.parse().unwrap(),
        document_title: "Certificate: Digital security".to_owned(),
        heading: "Certificate of completion".to_owned(),
        awarded_to: "This certificate is held by".to_owned(),
        completed: "who completed the course".to_owned(),
        meaning: "Every lesson was read, each module quiz was passed and a trainer accepted the final task. \
                  The holder typed the name; the signature covers the course, its edition and the dates."
            .to_owned(),
        issued: pair("Issued", "23 November 2026"),
        expires: Some(pair("Valid until", "23 November 2028")),
        edition: "Edition".to_owned(),
        seal: "Seal".to_owned(),
        check: "Check this certificate".to_owned(),
        qr_alt: "QR code with the address of the check page".to_owned(),
        attachment: "Signed badge, for checking without the server".to_owned(),
    };
    if language == "ur" {
        words.heading = "سندِ تکمیل".to_owned();
        words.awarded_to = "یہ سند ان کے پاس ہے".to_owned();
        words.completed = "جنہوں نے یہ کورس مکمل کیا".to_owned();
        words.issued = pair("اجرا", "23 نومبر 2026");
    }
    if language == "my" {
        words.heading = "သင်တန်းဆင်းလက်မှတ်".to_owned();
        words.awarded_to = "ဤလက်မှတ်ကို ကိုင်ဆောင်သူ".to_owned();
        words.completed = "ပြီးမြောက်ခဲ့သော သင်တန်း".to_owned();
        words.meaning =
            "သင်ခန်းစာအားလုံးကို ဖတ်ပြီး မော်ဂျူးတိုင်း၏ ဉာဏ်စမ်းမေးခွန်းများကို အောင်မြင်ကာ နောက်ဆုံးတာဝန်ကို သင်တန်းဆရာက လက်ခံခဲ့သည်။".to_owned();
        words.issued = pair("ထုတ်ပေးသည့်နေ့", "၂၃ နိုဝင်ဘာ ၂၀၂၆");
        words.expires = Some(pair("သက်တမ်းကုန်ရက်", "၂၃ နိုဝင်ဘာ ၂၀၂၈"));
        words.check = "ဤလက်မှတ်ကို စစ်ဆေးရန်".to_owned();
    }
    words
}

/// Calls `with` with an example's paper for a name.
fn with_paper<T>(name: &str, words: &PaperWords, with: impl FnOnce(&Paper<'_>) -> T) -> T {
    let (certificate, issuer, badge) = (example::certificate(), example::issuer(), example::badge());
    let name = HolderName::read(name).unwrap();
    with(&Paper { certificate: &certificate, issuer: &issuer, badge: &badge, name: &name, words })
}

fn draw(press: &Press, name: &str, words: &PaperWords) -> Result<Vec<u8>, PaperProblem> {
    with_paper(name, words, |paper| press.pdf(paper))
}

fn pdf_of(name: &str, language: &str) -> Vec<u8> {
    draw(&PRESS, name, &words(language)).unwrap()
}

/// What a program prints for a file; the tests cannot do without it.
fn run(program: &str, file: &[u8], arguments: impl Fn(&Path) -> Vec<String>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, file).unwrap();
    let output = Command::new(program)
        .args(arguments(&path))
        .output()
        .unwrap_or_else(|_| panic!("{program} is missing: install poppler-utils, qpdf and zbar-tools"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn text_of(pdf: &[u8]) -> String {
    let text = run("pdftotext", pdf, |path| vec![path.display().to_string(), "-".to_owned()]);
    // The embeddings with which pdftotext frames right-to-left lines.
    text.replace(['\u{202a}', '\u{202b}', '\u{202c}'], "")
}

/// Zero-width characters draw nothing of their own, so a reader of the drawing cannot know them.
fn visible(text: &str) -> String {
    text.replace(['\u{200c}', '\u{200d}'], "")
}

#[test]
fn each_name_reads_out_of_the_pdf_as_it_was_typed() {
    for (language, name) in NAMES {
        let text = text_of(&pdf_of(name, language));
        let lines: Vec<String> = text.lines().map(visible).collect();
        assert!(lines.contains(&visible(name)), "{name} is not a line of {text}");
    }
}

#[test]
fn the_joiners_of_a_name_are_kept_where_the_font_has_them() {
    let text = text_of(&pdf_of("ක\u{dca}\u{200d}ෂමා", "en"));
    assert!(text.lines().any(|line| line == "ක\u{dca}\u{200d}ෂමා"), "{text}");
}

#[test]
fn a_long_name_stays_on_the_page_in_two_lines_or_small() {
    for name in [
        "Raden Mas Bagus Prawirakusuma Adiningrat Wirasaputra Kartadipura Suryaatmaja bin Haji Abdurrahman al-Banjari",
        "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessenschafewarenwohlgepflegeundsorgfaltigk",
        "พระครูวินัยธรณัฐวุฒิศรีสุวรรณ์วัฒนเจริญรุ่งเรืองกิจการพานิชย์สกุลไพศาลวงศ์ประเสริฐ",
    ] {
        let pdf = pdf_of(name, "en");
        let text: String = text_of(&pdf).split_whitespace().collect();
        assert!(text.contains(&name.replace(' ', "")), "{name} in {text}");
        let boxes = run("pdftotext", &pdf, |path| vec!["-bbox".to_owned(), path.display().to_string(), "-".to_owned()]);
        for side in boxes.split("xMin=\"").skip(1) {
            let left: f64 = side.split('"').next().unwrap().parse().unwrap();
            let right: f64 = side.split("xMax=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
            assert!(left > 100.0 && right < 742.0, "{name} from {left} to {right}");
        }
    }
}

#[test]
fn the_pdf_is_one_tagged_page_with_language_and_title() {
    let pdf = pdf_of("Mira", "en");
    let facts = run("pdfinfo", &pdf, |path| vec![path.display().to_string()]);
    for fact in ["Tagged:          yes", "Pages:           1", "Title:           Certificate: Digital security"] {
        assert!(facts.contains(fact), "{fact} is not in {facts}");
    }
    assert!(!facts.contains("Mira") && !facts.contains("Typst"));
    let holds = |wanted: &[u8]| pdf.windows(wanted.len()).any(|window| window == wanted);
    assert!(holds(b"<pdfuaid:part>1</pdfuaid:part>") && holds(b"/Lang(en)"));
    let urdu = pdf_of("عائشہ", "ur");
    assert!(urdu.windows(9).any(|window| window == b"/Lang(ur)"));
}

#[test]
fn the_code_in_the_picture_leads_to_the_check_page() {
    let picture = with_paper("عائشہ صدیقی", &words("ur"), |paper| PRESS.picture(paper)).unwrap();
    let code = run("zbarimg", &picture, |path| vec!["-q".to_owned(), "--raw".to_owned(), path.display().to_string()]);
    assert_eq!(code.trim(), example::issuer().check_address(&example::certificate()));
    assert!(text_of(&pdf_of("عائشہ صدیقی", "ur")).contains(code.trim()), "the address stands beside the code");
}

#[test]
fn a_paper_is_the_same_each_time_and_its_pictures_have_their_sizes() {
    assert!(pdf_of("Mira", "en") == pdf_of("Mira", "en"));
    let picture = image::load_from_memory(&MIRA).unwrap();
    assert_eq!((picture.width(), picture.height()), (1600, 1131));
    let preview = with_paper("Mira", &words("en"), |paper| PRESS.preview(paper)).unwrap();
    assert_eq!(image::load_from_memory(&preview).unwrap().width(), 640);
    assert!(preview.len() <= MOST_PREVIEW_BYTES, "{} bytes", preview.len());
}

#[test]
fn all_three_files_verify_and_say_what_the_certificate_says() {
    let keys = PublicKeys::new(vec![example::key().verifying_key()]);
    let (certificate, badge) = (example::certificate(), example::badge());
    let pdf = pdf_of("Mira", "en");
    let text = text_of(&pdf);
    for file in [pdf.as_slice(), MIRA.as_slice(), badge.jwt.as_bytes()] {
        let read = verify_file(file, &keys).unwrap();
        assert_eq!((read.id, read.issued, read.expires), (certificate.id, certificate.issued, certificate.expires));
        assert_eq!(read.edition, certificate.edition);
        assert_eq!(read.fingerprint, badge.fingerprint);
        assert!(text.contains(&read.fingerprint), "the seal is printed");
    }
    let others = PublicKeys::new(vec![ed25519_dalek::SigningKey::from_bytes(&[1; 32]).verifying_key()]);
    assert_eq!(verify_file(&pdf, &others), Err(VerifyProblem::UnknownKey));
}

#[test]
fn a_machine_without_fonts_draws_english_and_refuses_the_rest_by_package() {
    let press = bare_press();
    assert!(draw(&press, "Nguyễn Thị Ánh Tuyết", &words("en")).is_ok());
    match draw(&press, "ဒေါ်ခင်မြင့်", &words("en")) {
        Err(PaperProblem::MissingFont(missing)) => assert_eq!(missing.debian_package, "fonts-noto-core"),
        other => panic!("drawn without a font: {}", other.is_ok()),
    }
    let mut burmese = words("en");
    burmese.heading = "အောင်လက်မှတ်".to_owned();
    assert!(matches!(draw(&press, "Mira", &burmese), Err(PaperProblem::MissingFont(_))));
}

#[test]
fn a_paper_with_a_box_is_never_handed_out() {
    // Coverage is checked before drawing; this is the net below it, for what shaping may do.
    with_paper("Mira", &words("en"), |paper| {
        let (mut sheet, fonts) = PRESS.sheet(paper).unwrap();
        sheet.name.text = "ခင်";
        let data = serde_json::to_vec(&sheet).unwrap();
        let document: PagedDocument = typst::compile(&Desk::new(fonts, data)).output.unwrap();
        assert!(has_boxes(&document.pages()[0].frame));
    });
}

#[test]
fn words_that_leave_no_room_are_refused() {
    let mut words = words("en");
    words.meaning = words.meaning.repeat(20);
    assert!(matches!(draw(&PRESS, "Mira", &words), Err(PaperProblem::TooMuchText)));
}

#[test]
fn a_paper_in_burmese_reads_out_with_its_own_digits() {
    let text = text_of(&pdf_of("ခင်", "my"));
    let words = words("my");
    for line in [&words.heading, &words.awarded_to, &words.issued.1, &words.check] {
        assert!(text.lines().any(|found| found == line), "{line} is not a line of {text}");
    }
}

#[test]
fn a_name_is_text_and_never_markup() {
    let name = "Mira *K* #strong[a] $x$ <b> \\u{41} @ref";
    // Symbols are refused before they come here; what is allowed must still not be read as markup.
    let name = name.replace(['$', '<', '>'], "");
    assert!(text_of(&pdf_of(&name, "en")).contains(&name));
}
