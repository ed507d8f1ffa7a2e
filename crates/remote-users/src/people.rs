//! The fictitious people of `remote-users`: they are generated once and stay the same while the process runs.

use fake::Fake;
use fake::faker::boolean::en::Boolean;
use fake::faker::internet::en::{SafeEmail, Username};
use fake::faker::name::en::{FirstName, LastName};
use fake::rand::SeedableRng;
use fake::rand::rngs::ChaCha8Rng;
use serde::Serialize;

/// The number of people, and the maximum for one request.
pub const POPULATION: usize = 1000;

/// The percentage of people who pay.
const PAYING_PERCENT: u8 = 20;

/// One fictitious person. The e-mail address is in a domain that is reserved for examples (RFC 2606).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    username: String,
    firstname: String,
    lastname: String,
    #[serde(rename = "emailAddress")]
    email_address: String,
    paying: bool,
}

/// All people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People(Vec<Person>);

impl People {
    /// Generates all people from a seed. `ChaCha8Rng` guarantees the same numbers on every platform and in every
    /// release.
    pub fn from_seed(seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        Self((0..POPULATION).map(|_| Person::random(&mut rng)).collect())
    }

    /// The first `count` people, or all if there are fewer.
    pub fn first(&self, count: usize) -> &[Person] {
        &self.0[..count.min(self.0.len())]
    }
}

impl Person {
    fn random(rng: &mut ChaCha8Rng) -> Self {
        Self {
            username: Username().fake_with_rng(rng),
            firstname: FirstName().fake_with_rng(rng),
            lastname: LastName().fake_with_rng(rng),
            email_address: SafeEmail().fake_with_rng(rng),
            paying: Boolean(PAYING_PERCENT).fake_with_rng(rng),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_makes_the_same_people_and_another_seed_makes_others() {
        assert_eq!(People::from_seed(7), People::from_seed(7));
        assert_ne!(People::from_seed(7), People::from_seed(8));
    }

    #[test]
    fn every_address_is_in_an_example_domain() {
        for person in People::from_seed(1).first(POPULATION) {
            let (_, domain) = person.email_address.split_once('@').expect("an address has a domain");
            assert!(["example.com", "example.net", "example.org"].contains(&domain), "{domain}");
        }
    }

    #[test]
    fn a_shorter_list_is_the_beginning_of_a_longer_one() {
        let people = People::from_seed(3);
        assert_eq!(people.first(5), &people.first(20)[..5]);
        assert_eq!(people.first(POPULATION).len(), POPULATION);
    }
}
