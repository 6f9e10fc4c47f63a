//! Scenarios: nested folds, so that choosing costs no request and needs no script.

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

/// What stands on the page already: one that led here is pointed out, not drawn again, and so is all
/// that a page cannot hold. Lint refuses such courses; the bound holds for what was published before.
#[derive(Default)]
struct Drawn {
    above: Vec<usize>,
    scenes: usize,
}

impl Drawn {
    fn takes(&mut self, step: usize) -> bool {
        let takes = self.scenes < Scenario::MOST_SCENES && !self.above.contains(&step);
        if takes {
            self.scenes += 1;
            self.above.push(step);
        }
        takes
    }
}

impl Press<'_> {
    pub(super) fn scenario(&self, scenario: &Scenario) -> Result<String, AppError> {
        let opening = self.scene(scenario, &scenario.opening, "0", &mut Drawn::default())?;
        self.print(
            "blocks/_scenario",
            &ScenarioView { id: scenario.id.as_str(), title: scenario.title.as_deref(), opening },
        )
    }

    fn scene(&self, scenario: &Scenario, scene: &Scene, path: &str, drawn: &mut Drawn) -> Result<Markup, AppError> {
        let mut choices = Vec::with_capacity(scene.choices.len());
        for (number, choice) in scene.choices.iter().enumerate() {
            let next = choice.leads_to.filter(|step| drawn.takes(*step));
            let below = match next.and_then(|index| scenario.steps.get(index)) {
                Some(step) => {
                    let below = self.scene(scenario, &step.scene, &format!("{path}-{number}"), drawn)?;
                    drawn.above.pop();
                    below
                }
                None => Markup::default(),
            };
            choices.push(ChoiceView {
                label: (&choice.label).into(),
                consequence: (&choice.consequence).into(),
                next: below,
                is_repeated: choice.leads_to.is_some() && next.is_none(),
            });
        }
        let group = format!("{}-{path}", scenario.id);
        let html = self.print("blocks/_scene", &SceneView { text: (&scene.text).into(), group, choices })?;
        Ok(Markup::rendered(html))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_takes_no_more_scenes_than_it_can_hold() {
        let mut drawn = Drawn::default();
        assert_eq!((0..1_000).filter(|step| drawn.takes(*step)).count(), Scenario::MOST_SCENES);
        let mut drawn = Drawn { above: vec![3], scenes: 1 };
        assert!(!drawn.takes(3) && drawn.takes(4), "one that led here is pointed out");
    }
}
