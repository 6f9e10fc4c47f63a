//! Choosing the next item, and when to stop.
//!
//! Off until enough people answered ([`is_ready`]). The next item is the one of most information at
//! the ability found so far; asking stops at a set error or length. The page says which form was used.

use std::collections::BTreeSet;

use super::ability::Ability;
use super::calibrate::Calibration;
use super::information;

/// Responses to each item before difficulties steer anything: with 200, a difficulty is known to
/// about ±0.35 logits (error 0.18), which hardly moves the choice of the next item. Compare
/// J. M. Linacre, *Sample size and item calibration stability*, Rasch Measurement Transactions 7
/// (1994), who asks for 108 to 243 for ±½ logit with 99 % confidence.
pub const RESPONSES_NEEDED: usize = 200;

/// When asking stops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stop {
    /// Enough, once the ability's standard error is this small (logits).
    pub error: f64,
    /// At least so many items, whatever the error.
    pub least: usize,
    /// At most so many.
    pub most: usize,
}

/// What comes after an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Ask the item at this place.
    Ask(usize),
    /// The ability is known well enough.
    Precise,
    /// As long as it may be.
    LongEnough,
    /// Nothing left to ask.
    Exhausted,
}

/// Whether every item has a difficulty from enough responses.
pub fn is_ready(calibration: &Calibration) -> bool {
    let enough = |responses: usize| responses >= RESPONSES_NEEDED;
    !calibration.items.is_empty()
        && calibration.items.iter().all(|item| item.is_some_and(|item| enough(item.responses)))
}

/// The next turn for a person who has been asked the items at `asked`; `ability` is `None` before
/// the first answer and counts as 0, the middle.
pub fn turn(calibration: &Calibration, asked: &BTreeSet<usize>, ability: Option<Ability>, stop: Stop) -> Turn {
    let is_precise = ability.is_some_and(|ability| ability.error <= stop.error);
    if is_precise && asked.len() >= stop.least {
        return Turn::Precise;
    }
    if asked.len() >= stop.most {
        return Turn::LongEnough;
    }
    let here = ability.map_or(0.0, |ability| ability.logit);
    let known = calibration.items.iter().enumerate().filter_map(|(at, item)| item.map(|item| (at, item.logit)));
    let open = known.filter(|(at, _)| !asked.contains(at));
    // Of two equal ones the first, so that the same answers always lead the same way.
    let best = open.max_by(|(first, a), (second, b)| {
        information(here, *a).total_cmp(&information(here, *b)).then(second.cmp(first))
    });
    best.map_or(Turn::Exhausted, |(at, _)| Turn::Ask(at))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::needs::rasch::ability::estimate;
    use crate::domain::needs::rasch::calibrate::{Difficulty, calibrate};
    use crate::domain::needs::rasch::reference;

    const STOP: Stop = Stop { error: 0.55, least: 5, most: 15 };

    fn calibration(logits: &[f64]) -> Calibration {
        let item = |logit: &f64| Some(Difficulty { logit: *logit, error: 0.1, responses: 400 });
        Calibration { items: logits.iter().map(item).collect(), persons: 400 }
    }

    #[test]
    fn it_is_off_until_enough_people_answered() {
        let mut calibration = calibrate(&reference::responses()).unwrap();
        assert!(is_ready(&calibration));
        if let Some(item) = &mut calibration.items[2] {
            item.responses = RESPONSES_NEEDED - 1;
        }
        assert!(!is_ready(&calibration));
        assert!(!is_ready(&Calibration { items: vec![None], persons: 900 }));
        assert!(!is_ready(&Calibration { items: Vec::new(), persons: 0 }));
    }

    #[test]
    fn the_next_item_fits_the_ability() {
        let items = calibration(&[-2.0, 0.1, 2.0, 0.1]);
        assert_eq!(turn(&items, &BTreeSet::new(), None, STOP), Turn::Ask(1));
        let able = Some(Ability { logit: 1.8, error: 1.0 });
        assert_eq!(turn(&items, &[1].into(), able, STOP), Turn::Ask(2));
    }

    #[test]
    fn it_stops_when_precise_long_or_exhausted() {
        let items = calibration(&[0.0; 20]);
        let sure = Some(Ability { logit: 0.0, error: 0.5 });
        assert!(matches!(turn(&items, &(0..4).collect(), sure, STOP), Turn::Ask(_)));
        assert_eq!(turn(&items, &(0..5).collect(), sure, STOP), Turn::Precise);
        let unsure = Some(Ability { logit: 0.0, error: 0.6 });
        assert_eq!(turn(&items, &(0..15).collect(), unsure, STOP), Turn::LongEnough);
        assert_eq!(turn(&calibration(&[0.0]), &[0].into(), unsure, STOP), Turn::Exhausted);
    }

    proptest! {
        #[test]
        fn an_adaptive_sitting_ends_and_asks_nothing_twice(ability in -3.0_f64..3.0) {
            let items = calibrate(&reference::responses()).unwrap();
            let mut asked = BTreeSet::new();
            let mut answers = Vec::new();
            let end = loop {
                match turn(&items, &asked, estimate(&answers), STOP) {
                    Turn::Ask(at) => {
                        prop_assert!(asked.insert(at));
                        let difficulty = items.items[at].unwrap().logit;
                        answers.push((difficulty, difficulty < ability));
                    }
                    end => break end,
                }
            };
            prop_assert!(end == Turn::Precise || end == Turn::LongEnough);
            prop_assert!(answers.len() <= STOP.most);
        }
    }
}
