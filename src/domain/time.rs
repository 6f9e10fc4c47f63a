//! Moments and days. The domain never asks what time it is: `now` is an argument.

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

pub const MINUTE: i64 = 60_000;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

impl Timestamp {
    /// This moment moved by `millis` (negative: earlier), held at the ends of the range.
    pub fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this moment; negative when the clock was set back.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The day in UTC.
    pub fn day(self) -> Day {
        Day(self.0.div_euclid(DAY).clamp(Day::MIN.0.into(), Day::MAX.0.into()) as i32)
    }
}

/// A civil date: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub i32);

impl Day {
    const MIN: Self = Self(-719_000);
    const MAX: Self = Self(2_900_000);

    pub fn from_ymd(year: i16, month: i8, day: i8) -> Option<Self> {
        let date = jiff::civil::Date::new(year, month, day).ok()?;
        let epoch = jiff::civil::date(1970, 1, 1);
        Some(Self(date.since((jiff::Unit::Day, epoch)).ok()?.get_days()))
    }

    /// Year, month 1–12, day 1–31.
    pub fn ymd(self) -> (i16, i8, i8) {
        let days = self.0.clamp(Self::MIN.0, Self::MAX.0);
        let date = jiff::civil::date(1970, 1, 1).saturating_add(jiff::Span::new().days(days));
        (date.year(), date.month(), date.day())
    }

    pub fn start(self) -> Timestamp {
        Timestamp(i64::from(self.0) * DAY)
    }

    /// The same day `months` later; the last day of a shorter month.
    pub fn plus_months(self, months: u16) -> Self {
        let (year, month, day) = self.ymd();
        let date = jiff::civil::date(year, month, day).saturating_add(jiff::Span::new().months(i32::from(months)));
        Self::from_ymd(date.year(), date.month(), date.day()).unwrap_or(Self::MAX)
    }
}

/// `2026-11-23`.
impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl std::str::FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let mut parts = text.splitn(3, '-');
        let mut next = || parts.next().and_then(|part| part.parse::<i16>().ok()).ok_or(NotADay);
        let (year, month, day) = (next()?, next()?, next()?);
        let small = |number| i8::try_from(number).map_err(|_| NotADay);
        Self::from_ymd(year, small(month)?, small(day)?).ok_or(NotADay)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a day is written YYYY-MM-DD")]
pub struct NotADay;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_and_read_alike() {
        for text in ["1970-01-01", "2026-11-23", "2028-02-29", "1969-12-31"] {
            assert_eq!(text.parse::<Day>().unwrap().to_string(), text);
        }
        assert!("2027-02-29".parse::<Day>().is_err());
    }

    #[test]
    fn a_month_later_stays_in_the_month() {
        let day: Day = "2027-01-31".parse().unwrap();
        assert_eq!(day.plus_months(1).to_string(), "2027-02-28");
    }

    #[test]
    fn a_moment_before_1970_has_a_day() {
        assert_eq!(Timestamp(-1).day().to_string(), "1969-12-31");
    }
}
