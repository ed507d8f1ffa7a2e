//! A list of numbers that is almost always empty or has one element, and needs no allocation in these cases.

/// Numbers in ascending order.
#[derive(Debug, Clone, Default)]
pub(super) struct Few {
    first: Option<usize>,
    more: Vec<usize>,
}

impl Few {
    /// Appends a number; it must be larger than all earlier ones.
    pub(super) fn push(&mut self, number: usize) {
        match self.first {
            None => self.first = Some(number),
            Some(_) => self.more.push(number),
        }
    }

    pub(super) fn contains(&self, number: usize) -> bool {
        self.first == Some(number) || self.more.binary_search(&number).is_ok()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        self.first.into_iter().chain(self.more.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pushed_is_there_in_order() {
        let mut few = Few::default();
        assert!(!few.contains(3));
        [3, 5, 8].into_iter().for_each(|number| few.push(number));
        assert_eq!(few.iter().collect::<Vec<_>>(), [3, 5, 8]);
        assert!(few.contains(3) && few.contains(8) && !few.contains(4));
    }
}
