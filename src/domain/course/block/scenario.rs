//! `scenario`: a short story in steps; each choice leads to a step or is an ending.

use std::collections::BTreeMap;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::{Scenario, ScenarioChoice, ScenarioStep, Scene, list};
use crate::domain::course::diagnostic::rule;
use crate::domain::course::markdown::fragment::{Fragment, Spanned};
use crate::domain::course::reader::Reader;
use crate::domain::course::scan::RawBlock;
use crate::domain::id::is_authored_id;

/// Where steps stand in the scenario, by their ids.
type StepIndex = BTreeMap<String, usize>;

pub fn read(raw: &RawBlock, reader: &mut Reader) -> Option<Scenario> {
    reader.allow(raw, &["#", "title"]);
    let id = reader.block_id(raw);
    let title = reader.title(raw, "title");
    let steps_raw = step_blocks(raw, reader);
    let index: StepIndex = steps_raw.iter().enumerate().map(|(at, (id, _))| (id.clone(), at)).collect();
    if raw.texts().nth(1).is_some() {
        reader.content(
            raw.line,
            "text stands between the steps of this scenario",
            "put it into a step, or before the first",
        );
    }
    let opening = scene(raw, &index, reader)?;
    if opening.choices.is_empty() {
        reader.content(
            raw.line,
            "the scenario opens without choices",
            "add a list: - [What I do](#step) and a quote below it",
        );
    }
    let steps: Vec<ScenarioStep> = steps_raw
        .iter()
        .filter_map(|(id, step)| Some(ScenarioStep { id: id.clone(), scene: scene(step, &index, reader)? }))
        .collect();
    let scenario = Scenario { id: id?, title, opening, steps };
    check_ways(&scenario, &steps_raw, reader);
    check_size(raw, &scenario, reader);
    Some(scenario)
}

fn step_blocks<'r, 'a>(raw: &'r RawBlock<'a>, reader: &mut Reader) -> Vec<(String, &'r RawBlock<'a>)> {
    let mut steps: Vec<(String, &RawBlock)> = Vec::new();
    for step in raw.blocks() {
        if step.name != "step" {
            reader.error(
                step.line,
                rule::BLOCK_PLACE,
                format!("`{}` cannot stand in a scenario", step.name),
                "only `step` blocks stand there; close the scenario first with a line :::",
            );
            continue;
        }
        reader.allow(step, &["#"]);
        let id = step.attributes.id.clone().filter(|id| is_authored_id(id));
        match id {
            None => {
                reader.error(step.line, rule::BAD_ID, "this step has no id that can be read", "write ::: step {#an-id}")
            }
            Some(id) if steps.iter().any(|(known, _)| *known == id) => {
                reader.error(
                    step.line,
                    rule::DUPLICATE_ID,
                    format!("two steps are called `{id}`"),
                    "give one of them another id",
                );
            }
            Some(id) => steps.push((id, step)),
        }
    }
    steps
}

fn scene(raw: &RawBlock, index: &StepIndex, reader: &mut Reader) -> Option<Scene> {
    let Some(chunk) = raw.texts().next() else {
        reader.content(raw.line, format!("this {} is empty", raw.name), "say what happens, then offer choices");
        return None;
    };
    if raw.name == "step" {
        reader.no_blocks(raw);
    }
    let fragment = Fragment::parse(chunk);
    let parts = list::parts(&fragment, reader);
    if !parts.closing.is_empty() {
        reader.content(chunk.line, "a quote stands after the choices", "indent it under the choice that it belongs to");
    }
    let text = reader.render(&fragment, parts.opening);
    let choices = parts.items.iter().filter_map(|item| choice(&fragment, item, index, reader)).collect();
    Some(Scene { text, choices })
}

fn choice(fragment: &Fragment, item: &list::Item, index: &StepIndex, reader: &mut Reader) -> Option<ScenarioChoice> {
    let Some((label, to)) = link(item.label) else {
        reader.content(
            item.line,
            "this choice leads nowhere",
            "write - [What I do](#step-id) and nothing else beside the link",
        );
        return None;
    };
    let leads_to = index.get(&to).copied();
    let consequence = item.quote.map(|quote| reader.render(fragment, quote)).unwrap_or_default();
    if leads_to.is_none() && consequence.is_empty() {
        reader.error(
            item.line,
            rule::MISSING_FEEDBACK,
            format!("no step is called `{to}`, so this choice is an ending, and it says nothing"),
            "add an indented quote below it that says what happens, or a step of that id",
        );
    }
    Some(ScenarioChoice { label: reader.render(fragment, label), consequence, leads_to })
}

/// The one link that is all of a choice, and the step it names.
fn link<'f, 'a>(label: &'f [Spanned<'a>]) -> Option<(&'f [Spanned<'a>], String)> {
    let ((Event::Start(Tag::Link { dest_url, .. }), _), rest) = label.split_first()? else { return None };
    let ((Event::End(TagEnd::Link), _), inside) = rest.split_last()? else { return None };
    let is_one = !inside.iter().any(|(event, _)| *event == Event::End(TagEnd::Link));
    let to = dest_url.strip_prefix('#').filter(|to| is_one && is_authored_id(to))?;
    Some((inside, to.to_owned()))
}

/// A page holds each step once for every way that leads to it.
fn check_size(raw: &RawBlock, scenario: &Scenario, reader: &mut Reader) {
    if scenario.unfolded(Scenario::MOST_SCENES) > Scenario::MOST_SCENES {
        reader.error(
            raw.line,
            rule::LARGE_SCENARIO,
            format!("with all its choices open this scenario has more than {} scenes", Scenario::MOST_SCENES),
            "let fewer choices lead on to the same steps, or make two scenarios of it",
        );
    }
}

/// Every step must be reachable, and able to reach an ending.
fn check_ways(scenario: &Scenario, raw: &[(String, &RawBlock)], reader: &mut Reader) {
    if scenario.steps.len() != raw.len() {
        return;
    }
    let reached = reached(scenario);
    let ends = reaches_an_ending(scenario);
    for (at, (id, step)) in raw.iter().enumerate() {
        if ends.get(at) == Some(&false) {
            reader.error(
                step.line,
                rule::DEAD_END,
                format!("from the step `{id}` no ending can be reached"),
                "let one of its choices lead to an id that no step has, with a quote that ends the story",
            );
        } else if reached.get(at) == Some(&false) {
            reader.warning(
                step.line,
                rule::UNREACHABLE_STEP,
                format!("no choice leads to the step `{id}`"),
                "link to it, or take it out",
            );
        }
    }
}

fn reached(scenario: &Scenario) -> Vec<bool> {
    let mut reached = vec![false; scenario.steps.len()];
    let mut open: Vec<usize> = scenario.opening.choices.iter().filter_map(|choice| choice.leads_to).collect();
    while let Some(at) = open.pop() {
        let Some(seen) = reached.get_mut(at).filter(|seen| !**seen) else { continue };
        *seen = true;
        let choices = scenario.steps.get(at).map(|step| step.scene.choices.as_slice()).unwrap_or_default();
        open.extend(choices.iter().filter_map(|choice| choice.leads_to));
    }
    reached
}

/// For each step, whether an ending can be reached from it: walked backwards from the endings. A step
/// without choices is an ending.
fn reaches_an_ending(scenario: &Scenario) -> Vec<bool> {
    let mut before = vec![Vec::new(); scenario.steps.len()];
    let mut open = Vec::new();
    for (at, step) in scenario.steps.iter().enumerate() {
        if step.scene.choices.is_empty() || step.scene.choices.iter().any(|choice| choice.leads_to.is_none()) {
            open.push(at);
        }
        for to in step.scene.choices.iter().filter_map(|choice| choice.leads_to) {
            if let Some(before) = before.get_mut(to) {
                before.push(at);
            }
        }
    }
    let mut ends = vec![false; scenario.steps.len()];
    while let Some(at) = open.pop() {
        let Some(seen) = ends.get_mut(at).filter(|seen| !**seen) else { continue };
        *seen = true;
        open.extend(before.get(at).into_iter().flatten());
    }
    ends
}
