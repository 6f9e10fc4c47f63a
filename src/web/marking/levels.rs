//! The levels that a trainer chose, read from a form by the rubric.

use crate::domain::id::CriterionId;
use crate::domain::quiz::question::Criterion;

/// Names of the form's fields begin with this; the criterion's id follows.
pub const PREFIX: &str = "level-";

/// What was chosen so far: for each criterion its level, if it has one that exists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen(Vec<(CriterionId, usize)>);

impl Chosen {
    /// Reads fields such as `level-risk-analysis=1`. What names no level of this rubric counts as not
    /// chosen.
    pub fn read(rubric: &[Criterion], fields: &[(String, String)]) -> Self {
        let chosen = |criterion: &Criterion| {
            let of_it = |(name, _): &&(String, String)| name.strip_prefix(PREFIX) == Some(criterion.id.as_str());
            let level: usize = fields.iter().find(of_it)?.1.parse().ok()?;
            criterion.levels.get(level).map(|_| (criterion.id.clone(), level))
        };
        Self(rubric.iter().filter_map(chosen).collect())
    }

    pub fn of(&self, criterion: &CriterionId) -> Option<usize> {
        self.0.iter().find(|(id, _)| id == criterion).map(|(_, level)| *level)
    }

    pub fn is_complete(&self, rubric: &[Criterion]) -> bool {
        rubric.iter().all(|criterion| self.of(&criterion.id).is_some())
    }

    /// Whether these are all that was chosen, in whatever order.
    pub fn is(&self, levels: &[(CriterionId, usize)]) -> bool {
        levels.len() == self.0.len() && levels.iter().all(|(id, level)| self.of(id) == Some(*level))
    }

    pub fn into_levels(self) -> Vec<(CriterionId, usize)> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::quiz::question::CriterionLevel;

    fn rubric() -> Vec<Criterion> {
        let level = |share| CriterionLevel { share, label: String::new(), descriptor: String::new() };
        let criterion = |id: &str| Criterion {
            id: id.parse().unwrap(),
            title: id.to_owned(),
            weight: 50,
            is_required: false,
            levels: vec![level(0), level(100)],
        };
        vec![criterion("risk"), criterion("plan")]
    }

    fn read(fields: &[(&str, &str)]) -> Chosen {
        let fields: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Chosen::read(&rubric(), &fields)
    }

    #[test]
    fn every_criterion_needs_a_level_that_exists() {
        assert!(read(&[("level-risk", "0"), ("level-plan", "1")]).is_complete(&rubric()));
        for wrong in ["2", "-1", "x", ""] {
            let chosen = read(&[("level-risk", "0"), ("level-plan", wrong)]);
            assert!(!chosen.is_complete(&rubric()), "{wrong:?} was taken");
            assert_eq!(chosen.of(&"risk".parse().unwrap()), Some(0));
        }
        assert!(!read(&[("level-risk", "0"), ("level-other", "1")]).is_complete(&rubric()));
    }
}
