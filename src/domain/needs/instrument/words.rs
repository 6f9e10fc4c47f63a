//! The words of one language: complete, and none of them asks what is never asked.

use std::collections::BTreeMap;

use crate::domain::competency::CompetencyCode;
use crate::domain::id::{ItemId, OptionId};
use crate::domain::markup::SafeHtml;
use crate::domain::needs::framework::{AreaCode, Framework};
use crate::domain::quiz::question::{Body, Question};

use super::check::parse;
use super::diagnostic::{Problems, Source};
use super::raw::{RawFrameworkText, RawInstrumentText, RawItemText, RawNever, Word};
use super::{CompetencyText, ContextItem, FrameworkText, InstrumentText, ItemText, SelfRatingText, never};

const INCOMPLETE: &str = "Add it, or take it out where it stands alone.";

pub(super) fn framework_text(
    source: Source<'_>,
    raw: RawFrameworkText,
    framework: &Framework,
    problems: &mut Problems,
) -> FrameworkText {
    let mut areas: BTreeMap<AreaCode, String> = BTreeMap::new();
    for (word, name) in raw.areas {
        areas.extend(parse(source, &word, problems).map(|code| (code, name)));
    }
    let mut competencies: BTreeMap<CompetencyCode, CompetencyText> = BTreeMap::new();
    for (word, text) in raw.competency {
        let read = CompetencyText { name: text.name, levels: text.levels };
        competencies.extend(parse(source, &word, problems).map(|code| (code, read)));
    }
    same_keys(source, framework.areas.iter().map(|area| area.code), areas.keys(), problems);
    same_keys(source, framework.competencies.iter().map(|known| known.code), competencies.keys(), problems);
    FrameworkText { level_names: raw.level_names, level_meanings: raw.level_meanings, areas, competencies }
}

pub(super) fn instrument_text(
    source: Source<'_>,
    raw: RawInstrumentText,
    framework: (&Framework, FrameworkText),
    context: &[ContextItem],
    problems: &mut Problems,
) -> InstrumentText {
    topics(source, &raw.never, problems);
    asked(source, &raw, problems);
    let mut items: BTreeMap<ItemId, ItemText> = BTreeMap::new();
    for (word, text) in raw.item {
        let read = item_text(source, text, problems);
        items.extend(parse(source, &word, problems).map(|id| (id, read)));
    }
    item_keys(source, context, &items, problems);
    let mut self_ratings: BTreeMap<CompetencyCode, SelfRatingText> = BTreeMap::new();
    for (word, text) in raw.self_rating {
        let read = SelfRatingText { stem: text.stem.into_inner(), options: text.options.map(Word::into_inner) };
        self_ratings.extend(parse(source, &word, problems).map(|code| (code, read)));
    }
    same_keys(source, framework.0.competencies.iter().map(|known| known.code), self_ratings.keys(), problems);
    let says = |topic: &&str| raw.never.iter().find(|(word, _)| word.get_ref() == topic).map(|(_, known)| known);
    InstrumentText {
        title: raw.title,
        introduction: raw.introduction,
        preview: raw.preview,
        danger: raw.danger,
        prefer_not_to_say: raw.prefer_not_to_say,
        pass_over: raw.pass_over,
        do_not_know: raw.do_not_know,
        none_yet: raw.none_yet,
        items,
        self_ratings,
        never: never::TOPICS.iter().filter_map(says).map(|known| known.says.clone()).collect(),
        framework: framework.1,
    }
}

fn item_text(source: Source<'_>, raw: RawItemText, problems: &mut Problems) -> ItemText {
    let mut options: BTreeMap<OptionId, String> = BTreeMap::new();
    for (word, text) in raw.options {
        options.extend(parse(source, &word, problems).map(|id| (id, text.into_inner())));
    }
    ItemText { prompt: raw.prompt.into_inner(), help: raw.help.into_inner(), options }
}

fn item_keys(source: Source<'_>, context: &[ContextItem], items: &BTreeMap<ItemId, ItemText>, problems: &mut Problems) {
    same_keys(source, context.iter().map(|item| item.id.clone()), items.keys(), problems);
    for item in context {
        let Some(text) = items.get(&item.id) else { continue };
        same_keys(source, item.options.iter().map(|option| option.id.clone()), text.options.keys(), problems);
    }
}

/// Words exist for exactly the things that exist.
fn same_keys<'a, K: Ord + std::fmt::Display + 'a>(
    source: Source<'_>,
    wanted: impl Iterator<Item = K>,
    found: impl Iterator<Item = &'a K>,
    problems: &mut Problems,
) {
    let wanted: std::collections::BTreeSet<K> = wanted.collect();
    let found: std::collections::BTreeSet<&K> = found.collect();
    for key in wanted.iter().filter(|key| !found.contains(key)) {
        problems.whole(source.name, "words", format!("There are no words for `{key}`"), INCOMPLETE);
    }
    for key in found.iter().filter(|key| !wanted.contains(**key)) {
        problems.whole(source.name, "words", format!("`{key}` has words but does not exist"), INCOMPLETE);
    }
}

/// Every topic of the list is said, and can be recognised.
fn topics(source: Source<'_>, never: &BTreeMap<Word, RawNever>, problems: &mut Problems) {
    for topic in never::TOPICS {
        let found = never.iter().find(|(word, _)| word.get_ref() == topic);
        if !found.is_some_and(|(_, known)| !known.phrases.is_empty() && !known.says.is_empty()) {
            let message = format!("The list of what is never asked lacks `{topic}`");
            let help = "Add it with what it says and the phrases that would ask it. The list may grow, not shrink.";
            problems.whole(source.name, "never-ask", message, help);
        }
    }
}

/// Nothing that a person reads asks what is never asked; the list itself says it, of course.
fn asked(source: Source<'_>, raw: &RawInstrumentText, problems: &mut Problems) {
    let of_items =
        raw.item.values().flat_map(|item| [&item.prompt, &item.help].into_iter().chain(item.options.values()));
    let of_ratings = raw.self_rating.values().flat_map(|rating| std::iter::once(&rating.stem).chain(&rating.options));
    let watch = watch(&raw.never);
    for word in of_items.chain(of_ratings) {
        if let Some((topic, phrase)) = watch.finds(word.get_ref()) {
            let message = format!("This asks what is never asked ({topic}: “{phrase}”)");
            problems.error(source, word.span(), "never-ask", message, NEVER_HELP);
        }
    }
    let said = [&raw.title, &raw.introduction, &raw.danger, &raw.prefer_not_to_say, &raw.pass_over, &raw.do_not_know];
    for text in said.into_iter().chain([&raw.none_yet]).chain(&raw.preview) {
        if let Some((topic, phrase)) = watch.finds(text) {
            let message = format!("“{text}” asks what is never asked ({topic}: “{phrase}”)");
            problems.whole(source.name, "never-ask", message, NEVER_HELP);
        }
    }
}

const NEVER_HELP: &str = "Take the question out, or ask only what changes what the learner is shown.";

/// The same for the short questions, whose words stand in another file.
pub(super) fn asked_in_questions(
    source: Source<'_>,
    questions: &[Question],
    watch: &never::Watch,
    problems: &mut Problems,
) {
    for question in questions {
        let Some((topic, phrase)) = texts(question).find_map(|text| watch.finds(&text.plain_text())) else { continue };
        let message = format!("{} asks what is never asked ({topic}: “{phrase}”)", question.id);
        problems.error(source, source.place_of(&question.id), "never-ask", message, NEVER_HELP);
    }
}

/// Everything of it that a person may read.
fn texts(question: &Question) -> impl Iterator<Item = &SafeHtml> {
    let choices: &[_] = match &question.body {
        Body::SingleChoice(choices) | Body::TrueFalse(choices) | Body::MultipleChoice(choices) => &choices.0,
        Body::ShortText(_)
        | Body::Numeric(_)
        | Body::Matching(_)
        | Body::Ordering(_)
        | Body::Blanks(_)
        | Body::FreeResponse(_) => &[],
    };
    let of_choices = choices.iter().flat_map(|choice| [&choice.text, &choice.feedback]);
    std::iter::once(&question.prompt).chain(&question.explanation).chain(of_choices)
}

/// What to look for in the words of a language.
pub(super) fn watch(never: &BTreeMap<Word, RawNever>) -> never::Watch {
    let mut watch = never::Watch::default();
    for (topic, known) in never {
        for phrase in &known.phrases {
            watch.add(topic.get_ref(), phrase);
        }
    }
    watch
}
