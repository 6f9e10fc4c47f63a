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

    pub fn before(self) -> Self {
        match self.number {
            ..=1 => Self { year: self.year - 1, number: 4 },
            number => Self { number: number - 1, ..self },
        }
    }

    pub fn after(self) -> Self {
        match self.number {
            4.. => Self { year: self.year + 1, number: 1 },
            number => Self { number: number + 1, ..self },
        }
    }

    /// Its first day.
    pub fn start(self) -> Day {
        let month = i8::try_from(self.number.clamp(1, 4)).unwrap_or(1) * 3 - 2;
        Day::from_ymd(self.year, month, 1).unwrap_or(Day(0))
    }

    /// The quarters that have ended, the latest first.
    pub fn ended(today: Day) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(Self::of(today).before()), |quarter| Some(quarter.before()))
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

/// Why a text is no quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a quarter is written 2026-Q4")]
pub struct NotAQuarter;

impl std::str::FromStr for Quarter {
    type Err = NotAQuarter;

    fn from_str(text: &str) -> Result<Self, NotAQuarter> {
        let (year, number) = text.split_once("-Q").ok_or(NotAQuarter)?;
        let quarter =
            Self { year: year.parse().map_err(|_| NotAQuarter)?, number: number.parse().map_err(|_| NotAQuarter)? };
        // One way of writing it, so that it has one name.
        let is_one = (1..=4).contains(&quarter.number) && (1970..=9_000).contains(&quarter.year);
        if is_one && quarter.to_string() == text { Ok(quarter) } else { Err(NotAQuarter) }
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

    #[test]
    fn quarters_follow_each_other() {
        let quarter: Quarter = "2026-Q1".parse().unwrap();
        assert_eq!(quarter.before().to_string(), "2025-Q4");
        assert_eq!(quarter.before().after(), quarter);
        assert_eq!(quarter.start().to_string(), "2026-01-01");
        assert_eq!(quarter.before().start().to_string(), "2025-10-01");
        let ended: Vec<String> =
            Quarter::ended("2026-11-26".parse().unwrap()).take(2).map(|quarter| quarter.to_string()).collect();
        assert_eq!(ended, ["2026-Q3", "2026-Q2"]);
        for wrong in ["2026-Q5", "2026-Q0", "2026-Q01", "26-Q1", "2026-1", "+2026-Q1", "99999-Q1", ""] {
            assert!(wrong.parse::<Quarter>().is_err(), "{wrong:?} was taken");
        }
    }
}
