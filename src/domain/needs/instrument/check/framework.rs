//! Areas, competencies, prerequisites; no code twice, no cycle.

use crate::domain::competency::CompetencyCode;
use crate::domain::needs::framework::{AreaCode, Competency, Framework, FrameworkArea, Prerequisite};

use super::super::diagnostic::{Problems, Source};
use super::super::raw::{RawArea, RawCompetency, RawFramework};
use super::parse;

pub fn framework(source: Source<'_>, raw: &RawFramework, problems: &mut Problems) -> Framework {
    let mut framework = Framework { areas: Vec::new(), competencies: Vec::new() };
    for area in &raw.area {
        add_area(source, area, &mut framework, problems);
    }
    for competency in &raw.competency {
        add_competency(source, competency, &mut framework, problems);
    }
    known_prerequisites(source, raw, &framework, problems);
    cycles(source, raw, &framework, problems);
    framework
}

fn add_area(source: Source<'_>, raw: &RawArea, framework: &mut Framework, problems: &mut Problems) {
    let code: Option<AreaCode> = parse(source, &raw.code, problems);
    let course = parse(source, &raw.course, problems);
    let (Some(code), Some(course)) = (code, course) else { return };
    if framework.has_area(code) {
        let message = format!("The area {code} stands here twice");
        problems.error(source, raw.code.span(), "twice", message, "Take one of them out.");
    } else {
        framework.areas.push(FrameworkArea { code, course });
    }
}

fn add_competency(source: Source<'_>, raw: &RawCompetency, framework: &mut Framework, problems: &mut Problems) {
    let code: Option<CompetencyCode> = parse(source, &raw.code, problems);
    let read = raw.prerequisites.iter().filter_map(|word| parse::<Prerequisite>(source, word, problems));
    let prerequisites = read.collect();
    let Some(code) = code else { return };
    if framework.competency(code).is_some() {
        let message = format!("The competency {code} stands here twice");
        problems.error(source, raw.code.span(), "twice", message, "Take one of them out.");
        return;
    }
    if !framework.has_area(AreaCode::of(code)) {
        let message = format!("The competency {code} belongs to no area");
        problems.error(source, raw.code.span(), "area", message, "Add an [[area]] with its two letters.");
    }
    framework.competencies.push(Competency { code, is_safety: raw.safety, prerequisites });
}

fn known_prerequisites(source: Source<'_>, raw: &RawFramework, framework: &Framework, problems: &mut Problems) {
    for word in raw.competency.iter().flat_map(|competency| &competency.prerequisites) {
        let Ok(prerequisite) = word.get_ref().parse::<Prerequisite>() else { continue };
        if framework.competency(prerequisite.code).is_none() {
            let message = format!("The prerequisite {} is no competency of this framework", prerequisite.code);
            problems.error(source, word.span(), "competency", message, "Add the competency, or take this out.");
        }
    }
}

/// A competency that waits for itself, directly or by others, could never be opened.
fn cycles(source: Source<'_>, raw: &RawFramework, framework: &Framework, problems: &mut Problems) {
    for competency in &raw.competency {
        let Ok(code) = competency.code.get_ref().parse::<CompetencyCode>() else { continue };
        if let Some(way) = way_back(framework, code) {
            let names: Vec<String> = way.iter().map(ToString::to_string).collect();
            let message = format!("{code} waits for itself: {}", names.join(" → "));
            let help = "Take one of these prerequisites out.";
            problems.error(source, competency.code.span(), "cycle", message, help);
        }
    }
}

/// The shortest way from a competency over prerequisites back to itself.
fn way_back(framework: &Framework, code: CompetencyCode) -> Option<Vec<CompetencyCode>> {
    let mut ways = vec![vec![code]];
    let mut seen = Vec::new();
    let mut next = 0;
    while let Some(way) = ways.get(next).cloned() {
        next += 1;
        let last = *way.last()?;
        for prerequisite in framework.prerequisites(last) {
            let longer = [way.as_slice(), &[prerequisite.code]].concat();
            if prerequisite.code == code {
                return Some(longer);
            }
            if !seen.contains(&prerequisite.code) {
                seen.push(prerequisite.code);
                ways.push(longer);
            }
        }
    }
    None
}
