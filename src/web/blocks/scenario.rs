//! Scenarios: nested folds, so that choosing costs no request and needs no script.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{AppError, Markup, Press};
use crate::domain::course::block::{Scenario, Scene};

#[derive(Serialize)]
struct ScenarioView<'a> {
    id: &'a str,
    title: Option<&'a str>,
    opening: Markup,
}

#[derive(Serialize)]
struct SceneView {
    text: Markup,
    /// Opening one choice closes its neighbours.
    group: String,
    choices: Vec<ChoiceView>,
}

#[derive(Serialize)]
struct ChoiceView {
    label: Markup,
    consequence: Markup,
    /// What follows, already drawn; empty for an ending.
    next: Markup,
    is_repeated: bool,
}

impl Press<'_> {
    pub(super) fn scenario(&self, scenario: &Scenario) -> Result<String, AppError> {
        let opening = self.scene(scenario, &scenario.opening, "0", &BTreeSet::new())?;
        self.print(
            "blocks/_scenario",
            &ScenarioView { id: scenario.id.as_str(), title: scenario.title.as_deref(), opening },
        )
    }

    /// `above` holds the steps that led here: one that comes again is pointed out, not drawn again.
    fn scene(
        &self,
        scenario: &Scenario,
        scene: &Scene,
        path: &str,
        above: &BTreeSet<usize>,
    ) -> Result<Markup, AppError> {
        let mut choices = Vec::with_capacity(scene.choices.len());
        for (number, choice) in scene.choices.iter().enumerate() {
            let next = choice.leads_to.filter(|step| !above.contains(step));
            let drawn = match next.and_then(|index| scenario.steps.get(index).map(|step| (index, step))) {
                Some((index, step)) => {
                    let above = above.iter().copied().chain([index]).collect();
                    self.scene(scenario, &step.scene, &format!("{path}-{number}"), &above)?
                }
                None => Markup::default(),
            };
            choices.push(ChoiceView {
                label: (&choice.label).into(),
                consequence: (&choice.consequence).into(),
                next: drawn,
                is_repeated: choice.leads_to.is_some() && next.is_none(),
            });
        }
        let group = format!("{}-{path}", scenario.id);
        let html = self.print("blocks/_scene", &SceneView { text: (&scene.text).into(), group, choices })?;
        Ok(Markup::rendered(html))
    }
}
