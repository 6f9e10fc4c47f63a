//! Context items and the levels that roles ask for.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::competency::{CompetencyCode, Level};
use crate::domain::id::{ItemId, OptionId};
use crate::domain::needs::framework::Framework;

use super::super::diagnostic::{Problems, Source};
use super::super::raw::{RawInstrument, RawItem, RawOption};
use super::super::{ContextItem, ContextOption, ItemKind, Meaning, Risk};
use super::{parse, tenths};

pub fn items(
    source: Source<'_>,
    raw: &RawInstrument,
    framework: &Framework,
    problems: &mut Problems,
) -> Vec<ContextItem> {
    let mut items: Vec<ContextItem> = Vec::new();
    for written in &raw.item {
        let Some(item) = item(source, written, framework, problems) else { continue };
        let is_again = |known: &ContextItem| {
            known.id == item.id || (known.kind == item.kind && !matches!(item.kind, ItemKind::Language))
        };
        if items.iter().any(is_again) {
            let message = format!("`{}` asks what another item asks", item.id);
            problems.error(source, written.id.span(), "twice", message, "Take one of them out.");
        } else {
            items.push(item);
        }
    }
    missing_kinds(source, framework, &items, problems);
    items
}

fn item(source: Source<'_>, raw: &RawItem, framework: &Framework, problems: &mut Problems) -> Option<ContextItem> {
    let id: Option<ItemId> = parse(source, &raw.id, problems);
    let kind = kind(source, raw, framework, problems);
    if raw.uses.is_empty() {
        let message = format!("`{}` is asked for nothing", raw.id.get_ref());
        let help = "Ask only what changes what the learner is shown: say it in `uses`, or take the item out.";
        problems.error(source, raw.id.span(), "uses", message, help);
    }
    let kind = kind?;
    let options = raw.options.iter().filter_map(|option| context_option(source, option, kind, framework, problems));
    let options: Vec<ContextOption> = options.collect();
    let ids: BTreeSet<&OptionId> = options.iter().map(|option| &option.id).collect();
    let count_fits = if kind == ItemKind::Language { options.is_empty() } else { options.len() >= 2 };
    if !count_fits || ids.len() != options.len() {
        let message = format!("`{}` has no options to choose from, or has one twice", raw.id.get_ref());
        let help = "Give two options or more with different ids; none for a language.";
        problems.error(source, raw.id.span(), "options", message, help);
    }
    Some(ContextItem { id: id?, kind, uses: raw.uses.clone(), is_multiple: raw.multiple, options })
}

fn kind(source: Source<'_>, raw: &RawItem, framework: &Framework, problems: &mut Problems) -> Option<ItemKind> {
    let kind = match raw.kind.get_ref().as_str() {
        "role" => ItemKind::Role,
        "setting" => ItemKind::Setting,
        "risk" => ItemKind::Risk,
        "relevance" => return relevance(source, raw, framework, problems),
        "deadline" => ItemKind::Deadline,
        "connectivity" => ItemKind::Connectivity,
        "device" => ItemKind::Device,
        "language" => ItemKind::Language,
        "access" => ItemKind::Access,
        "time" => ItemKind::Time,
        other => {
            let message = format!("`{other}` is no kind of item");
            let help = "Kinds are role, setting, risk, relevance, deadline, connectivity, device, language, access \
                        and time. There is none for free text, on purpose.";
            problems.error(source, raw.kind.span(), "kind", message, help);
            return None;
        }
    };
    Some(kind)
}

fn relevance(source: Source<'_>, raw: &RawItem, framework: &Framework, problems: &mut Problems) -> Option<ItemKind> {
    let area = raw.area.as_ref().and_then(|word| parse(source, word, problems));
    match area {
        Some(area) if framework.has_area(area) => Some(ItemKind::Relevance(area)),
        _ => {
            let message = format!("`{}` asks for the relevance of no known area", raw.id.get_ref());
            problems.error(source, raw.id.span(), "area", message, "Name one of the framework's areas in `area`.");
            None
        }
    }
}

fn context_option(
    source: Source<'_>,
    raw: &RawOption,
    kind: ItemKind,
    framework: &Framework,
    problems: &mut Problems,
) -> Option<ContextOption> {
    let id: OptionId = parse(source, &raw.id, problems)?;
    let meaning = meaning(source, raw, kind, framework, problems);
    if meaning.is_none() {
        let message = format!("The option `{id}` lacks what an item of this kind needs");
        let help = "A risk needs `level` (1-4) and `factor`, a relevance `factor`, a time `minutes`, a deadline a \
                    `competency` of the framework.";
        problems.error(source, raw.id.span(), "option", message, help);
    }
    Some(ContextOption { id, excludes_others: raw.excludes_others, meaning: meaning? })
}

fn meaning(
    source: Source<'_>,
    raw: &RawOption,
    kind: ItemKind,
    framework: &Framework,
    problems: &mut Problems,
) -> Option<Meaning> {
    match kind {
        ItemKind::Risk => {
            let level = raw.level.filter(|level| (1..=4).contains(level))?;
            Some(Meaning::Risk(Risk { level, factor: tenths(raw.factor?)? }))
        }
        ItemKind::Relevance(_) => Some(Meaning::Relevance(tenths(raw.factor?)?)),
        ItemKind::Time => raw.minutes.filter(|minutes| *minutes > 0).map(Meaning::Time),
        ItemKind::Deadline if raw.excludes_others => Some(Meaning::Plain),
        ItemKind::Deadline => {
            let code: CompetencyCode = parse(source, raw.competency.as_ref()?, problems)?;
            framework.competency(code).map(|_| Meaning::Deadline(code))
        }
        ItemKind::Role
        | ItemKind::Setting
        | ItemKind::Connectivity
        | ItemKind::Device
        | ItemKind::Language
        | ItemKind::Access => Some(Meaning::Plain),
    }
}

fn missing_kinds(source: Source<'_>, framework: &Framework, items: &[ContextItem], problems: &mut Problems) {
    let fixed = [ItemKind::Role, ItemKind::Risk, ItemKind::Deadline, ItemKind::Time];
    let relevances = framework.areas.iter().map(|area| ItemKind::Relevance(area.code));
    for kind in fixed.into_iter().chain(relevances) {
        if !items.iter().any(|item| item.kind == kind) {
            let message = format!("No item asks for {kind:?}");
            problems.whole(source.name, "missing", message, "Priorities cannot be worked out without it: add it.");
        }
    }
}

/// The levels that each role asks for: every role, every competency, 0–4.
pub fn required(
    source: Source<'_>,
    raw: &RawInstrument,
    framework: &Framework,
    items: &[ContextItem],
    problems: &mut Problems,
) -> BTreeMap<OptionId, BTreeMap<CompetencyCode, Level>> {
    let mut required = BTreeMap::new();
    let roles = items.iter().filter(|item| item.kind == ItemKind::Role).flat_map(|item| &item.options);
    let roles: BTreeSet<&OptionId> = roles.map(|option| &option.id).collect();
    for (role, levels) in &raw.required {
        let Some(id) = parse::<OptionId>(source, role, problems) else { continue };
        if !roles.contains(&id) {
            let message = format!("`{id}` is no role of the instrument");
            problems.error(source, role.span(), "role", message, "Add it to the options of the role item.");
        }
        let mut row = BTreeMap::new();
        for (word, level) in levels {
            let Some(code) = parse::<CompetencyCode>(source, word, problems) else { continue };
            match u8::try_from(*level.get_ref()) {
                Ok(level @ 0..=4) if framework.competency(code).is_some() => _ = row.insert(code, level),
                _ => {
                    let message = format!("`{id}` asks for {code} at {}", level.get_ref());
                    let help = "Levels are 0 to 4, of the framework's competencies.";
                    problems.error(source, level.span(), "level", message, help);
                }
            }
        }
        for competency in framework.competencies.iter().filter(|known| !row.contains_key(&known.code)) {
            let message = format!("The role `{id}` says nothing of {}", competency.code);
            problems.error(source, role.span(), "missing-competency", message, "Give a level; 0 if none is needed.");
        }
        required.insert(id, row);
    }
    for role in roles.into_iter().filter(|role| !required.contains_key(*role)) {
        let written =
            raw.item.iter().flat_map(|item| &item.options).find(|option| option.id.get_ref() == role.as_str());
        let span = written.map_or(0..0, |option| option.id.span());
        let message = format!("The role `{role}` has no required levels");
        problems.error(source, span, "role-without-levels", message, "Add a line for it under [required].");
    }
    required
}
