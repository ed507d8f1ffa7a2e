//! The timeout factor: one multiplier for all timeouts of a service.

use std::time::Duration;

use crate::environment::Parser;

/// The variable with the factor: an integer, 1 to 100; 1 by default.
pub const ENV_TIMEOUT_FACTOR: &str = "LAB_TIMEOUT_FACTOR";

/// A multiplier for timeouts.
///
/// On slow hardware, such as an emulated virtual machine, the default timeouts would turn slow responses into errors,
/// and traces would show failures that are not real.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeoutFactor(u32);

impl Default for TimeoutFactor {
    fn default() -> Self {
        Self(1)
    }
}

impl TimeoutFactor {
    /// Reads [`ENV_TIMEOUT_FACTOR`].
    pub fn read(parser: &mut Parser<'_>) -> Self {
        Self(parser.integer(ENV_TIMEOUT_FACTOR, 1, 1..=100) as u32)
    }

    /// Multiplies the default timeout `usual` by the factor.
    #[must_use]
    pub fn scale(self, usual: Duration) -> Duration {
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
            let timeout_factor = TimeoutFactor::read(&mut parser);
            (timeout_factor.scale(Duration::from_secs(2)).as_secs(), parser.finish().is_ok())
        };
        assert_eq!(read(""), (2, true));
        assert_eq!(read("10"), (20, true));
        assert_eq!([read("0"), read("0.5"), read("1000")], [(2, false); 3]);
    }
}
