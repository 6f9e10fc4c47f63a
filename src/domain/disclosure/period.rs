//! Quarters: figures are released for whole ones, after their end.

use serde::{Deserialize, Serialize};

use crate::domain::time::Day;

/// A quarter of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Quarter {
    pub year: i16,
    /// 1–4.
    pub number: u8,
}

impl Quarter {
    /// The quarter in which a day lies.
    pub fn of(day: Day) -> Self {
        let (year, month, _) = day.ymd();
        Self { year, number: u8::try_from((month - 1) / 3 + 1).unwrap_or(1) }
    }

    /// Whether it is over.
    pub fn has_ended(self, today: Day) -> bool {
        self < Self::of(today)
    }
}

/// `2026-Q4`.
impl std::fmt::Display for Quarter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-Q{}", self.year, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_ends_with_its_last_day() {
        let quarter = Quarter::of("2026-11-23".parse().unwrap());
        assert_eq!(quarter.to_string(), "2026-Q4");
        assert!(!quarter.has_ended("2026-12-31".parse().unwrap()));
        assert!(quarter.has_ended("2027-01-01".parse().unwrap()));
        assert_eq!(Quarter::of("2026-03-31".parse().unwrap()).number, 1);
    }
}
