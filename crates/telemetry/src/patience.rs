//! How patient a service is: one factor for every time that it waits for somebody else.

use std::time::Duration;

use crate::environment::Parser;

/// The variable that says it: a whole number, 1 unless set.
pub const ENV_TIMEOUT_FACTOR: &str = "LAB_TIMEOUT_FACTOR";

/// A factor for timeouts.  On a machine that is slow as a whole, such as one that is emulated, the usual ones would turn slow
/// answers into errors, and a trace would tell of a failure that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience(u32);

impl Default for Patience {
    fn default() -> Self {
        Self(1)
    }
}

impl Patience {
    /// Reads [`ENV_TIMEOUT_FACTOR`].
    pub fn read(parser: &mut Parser<'_>) -> Self {
        Self(parser.whole(ENV_TIMEOUT_FACTOR, 1, 1..=100) as u32)
    }

    /// How long to wait, where it is usually so long.
    #[must_use]
    pub fn of(self, usual: Duration) -> Duration {
        usual * self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;

    #[test]
    fn a_wait_is_multiplied_and_nonsense_is_refused() {
        let read = |value| {
            let environment = Environment::from([(ENV_TIMEOUT_FACTOR, value)]);
            let mut parser = environment.parser();
            let patience = Patience::read(&mut parser);
            (patience.of(Duration::from_secs(2)).as_secs(), parser.finish().is_ok())
        };
        assert_eq!(read(""), (2, true));
        assert_eq!(read("10"), (20, true));
        assert_eq!([read("0"), read("0.5"), read("1000")], [(2, false); 3]);
    }
}
