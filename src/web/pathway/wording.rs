//! A pathway in words.

use crate::domain::competency::{CompetencyCode, Level};
use crate::domain::needs::instrument::FrameworkText;
use crate::domain::needs::pathway::{Aside, Reason, Step};
use crate::locale::{Argument, Words};

/// What a competency is called; its code where the framework has no words for it.
pub fn name(text: &FrameworkText, code: CompetencyCode) -> String {
    text.competencies.get(&code).map_or_else(|| code.to_string(), |competency| competency.name.clone())
}

/// "Recognises"
pub fn level(text: &FrameworkText, level: Level) -> &str {
    text.level_names.get(usize::from(level)).map(String::as_str).unwrap_or_default()
}

/// What one can do at a level.
pub fn ability(text: &FrameworkText, code: CompetencyCode, level: Level) -> String {
    let own = text.competencies.get(&code).zip(usize::from(level).checked_sub(1));
    let own = own.and_then(|(competency, at)| competency.levels.get(at));
    let general = || text.level_meanings.get(usize::from(level)).cloned().unwrap_or_default();
    own.cloned().unwrap_or_else(general)
}

/// "From “Recognises” to “Applies”"
pub fn levels(words: &Words, text: &FrameworkText, from: Level, to: Level) -> String {
    let arguments = [("from", Argument::Text(level(text, from))), ("to", Argument::Text(level(text, to)))];
    words.fill("pathway.levels", &arguments)
}

/// Why the step is there, in one sentence.
pub fn reason(words: &Words, text: &FrameworkText, step: &Step) -> String {
    let (about, required, shown) = match step.reason {
        Reason::Opens { code } => (code, step.key.to, step.from),
        Reason::RoleAsks { required, shown } | Reason::MostNeed { required, shown } => (step.key.code, required, shown),
        Reason::SafetyFirst { .. }
        | Reason::Deadline
        | Reason::Safety { .. }
        | Reason::Core
        | Reason::Later
        | Reason::Chosen => (step.key.code, step.key.to, step.from),
    };
    let name = name(text, about);
    let arguments = [
        ("competency", Argument::Text(name.as_str())),
        ("required", Argument::Text(level(text, required))),
        ("shown", Argument::Text(level(text, shown))),
    ];
    words.fill(step.reason.key(), &arguments)
}

/// The same for paper, where that is another one.
pub fn reason_on_paper(words: &Words, step: &Step) -> String {
    let (here, paper) = (step.reason.key(), step.reason.paper_key());
    if here == paper { String::new() } else { words.get(paper) }
}

/// How many of its lessons the learner took out, in words; nothing most of the time.
pub fn skipped(words: &Words, step: &Step) -> String {
    match i64::try_from(step.skipped.len()).unwrap_or_default() {
        0 => String::new(),
        count => words.fill("pathway.skipped_count", &[("count", Argument::Number(count))]),
    }
}

/// What was taken out of the path that must come before this step, in words; nothing most of the time.
pub fn waits(words: &Words, text: &FrameworkText, step: &Step) -> String {
    let names: Vec<String> = step.waits_for.iter().map(|needed| name(text, needed.code)).collect();
    if names.is_empty() {
        return String::new();
    }
    words.fill("pathway.waits", &[("competency", Argument::Text(&names.join(", ")))])
}

/// The key of how a step went aside.
pub fn aside(why: Aside) -> &'static str {
    match why {
        Aside::Dropped => "pathway.aside.dropped",
        Aside::SaidKnown => "pathway.aside.said_known",
        Aside::Proven => "pathway.aside.proven",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::needs::diagnosis::RiskBand;
    use crate::locale::Language;

    #[test]
    fn every_reason_is_a_sentence_in_every_language() {
        let code = "DS1".parse().unwrap();
        let reasons = [
            Reason::SafetyFirst { risk: RiskBand::ThreeOrFour },
            Reason::SafetyFirst { risk: RiskBand::OneOrTwo },
            Reason::Opens { code },
            Reason::Deadline,
            Reason::Safety { is_core: true },
            Reason::Safety { is_core: false },
            Reason::Core,
            Reason::RoleAsks { required: 2, shown: 1 },
            Reason::MostNeed { required: 2, shown: 1 },
            Reason::Later,
            Reason::Chosen,
        ];
        for language in Language::OFFERED {
            let words = language.words();
            for reason in &reasons {
                assert!(words.has(reason.key()), "{} lacks {}", language.tag(), reason.key());
                assert!(words.get(reason.key()).ends_with('.'), "{} in {}", reason.key(), language.tag());
                assert!(words.get(reason.paper_key()).ends_with('.'));
            }
        }
    }
}
