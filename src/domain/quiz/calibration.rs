//! How often one was right when one was sure, unsure or guessing.
//!
//! Somebody who is often sure and wrong learns more from this line than from the score.

use super::response::Confidence;
use super::scoring::Verdict;

/// How many responses of one confidence were right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub right: u32,
    pub of: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calibration {
    pub guess: Tally,
    pub unsure: Tally,
    pub sure: Tally,
}

impl Tally {
    /// Per cent of right responses, rounded down; `None` without responses.
    pub fn percent(self) -> Option<u8> {
        let percent = (u64::from(self.right) * 100).checked_div(u64::from(self.of))?;
        u8::try_from(percent).ok()
    }
}

impl Calibration {
    /// Counts marked responses with what was said about them. Only wholly right ones count as right;
    /// questions left empty or waiting for a person are not counted at all.
    pub fn of(said: impl IntoIterator<Item = (Confidence, Verdict)>) -> Self {
        let mut calibration = Self::default();
        for (confidence, verdict) in said {
            let is_right = match verdict {
                Verdict::Right => true,
                Verdict::PartlyRight | Verdict::Wrong => false,
                Verdict::Skipped | Verdict::Awaiting => continue,
            };
            let tally = calibration.tally_mut(confidence);
            tally.of += 1;
            tally.right += u32::from(is_right);
        }
        calibration
    }

    pub fn tally(&self, confidence: Confidence) -> Tally {
        match confidence {
            Confidence::Guess => self.guess,
            Confidence::Unsure => self.unsure,
            Confidence::Sure => self.sure,
        }
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn tally_mut(&mut self, confidence: Confidence) -> &mut Tally {
        match confidence {
            Confidence::Guess => &mut self.guess,
            Confidence::Unsure => &mut self.unsure,
            Confidence::Sure => &mut self.sure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_responses_are_counted_by_how_sure_one_was() {
        let calibration = Calibration::of([
            (Confidence::Sure, Verdict::Right),
            (Confidence::Sure, Verdict::Wrong),
            (Confidence::Sure, Verdict::PartlyRight),
            (Confidence::Guess, Verdict::Right),
            (Confidence::Unsure, Verdict::Skipped),
            (Confidence::Unsure, Verdict::Awaiting),
        ]);
        assert_eq!(calibration.tally(Confidence::Sure), Tally { right: 1, of: 3 });
        assert_eq!(calibration.sure.percent(), Some(33));
        assert_eq!(calibration.guess.percent(), Some(100));
        assert_eq!(calibration.unsure.percent(), None);
        assert!(Calibration::of([]).is_empty());
    }
}
