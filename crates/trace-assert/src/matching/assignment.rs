//! Assignment of things to places: maximum bipartite matching with capacities, by augmenting paths.
//!
//! A thing is a span or an event, a place is a line or a clause.

use std::{collections::VecDeque, ops::Range};

/// Assigns to each place `p` up to `counts[p]` of the things listed in `choices[p]`, and returns the place of each
/// thing.
///
/// The total number of assigned things is as large as possible. A greedy first pass starts with the places that have
/// the fewest choices and is usually sufficient. Places that still need things then get them along shortest
/// augmenting paths, so the result is also a maximum where the greedy pass fails.
pub(super) fn assign(choices: &[Vec<usize>], counts: &[usize], things: usize) -> Vec<Option<usize>> {
    let mut place_of = vec![None; things];
    let mut wanting = counts.to_vec();
    let mut order: Vec<usize> = (0..choices.len()).collect();
    order.sort_by_key(|place| choices[*place].len());
    for place in &order {
        for thing in &choices[*place] {
            if wanting[*place] == 0 {
                break;
            }
            if place_of[*thing].is_none() {
                place_of[*thing] = Some(*place);
                wanting[*place] -= 1;
            }
        }
    }
    for place in order {
        while wanting[place] > 0 && augment(choices, &mut place_of, place) {
            wanting[place] -= 1;
        }
    }
    place_of
}

/// Assigns one more thing to `start` along a chain: each place on it hands a thing to the previous place and takes
/// another. Returns whether there was such a chain.
fn augment(choices: &[Vec<usize>], place_of: &mut [Option<usize>], start: usize) -> bool {
    let mut taken_by: Vec<Option<usize>> = vec![None; place_of.len()];
    // The thing that each place on a chain hands over.
    let mut given_up: Vec<Option<usize>> = vec![None; choices.len()];
    let mut pending = VecDeque::from([start]);
    while let Some(place) = pending.pop_front() {
        for thing in &choices[place] {
            if taken_by[*thing].is_some() || place_of[*thing] == Some(place) {
                continue;
            }
            taken_by[*thing] = Some(place);
            match place_of[*thing] {
                None => {
                    hand_over(*thing, &taken_by, &given_up, place_of);
                    return true;
                }
                Some(owner) if owner != start && given_up[owner].is_none() => {
                    given_up[owner] = Some(*thing);
                    pending.push_back(owner);
                }
                Some(_) => {}
            }
        }
    }
    false
}

/// Applies the chain, from the unassigned thing at its end back to its start.
fn hand_over(free: usize, taken_by: &[Option<usize>], given_up: &[Option<usize>], place_of: &mut [Option<usize>]) {
    let mut next = Some(free);
    while let Some(thing) = next {
        place_of[thing] = taken_by[thing];
        next = taken_by[thing].and_then(|place| given_up[place]);
    }
}

/// Assigns things, sorted by start time, to the places of a sequence in order. Returns the turn of each thing in the
/// sequence, or `None` if a place gets no thing.
///
/// Things that start at the same time may match in any order. They always get as many of the next turns as possible:
/// fewer would never help the things that follow.
pub(super) fn assign_in_order(
    choices: &[Vec<usize>],
    sequence: &[usize],
    starts: &[u64],
) -> Option<Vec<Option<usize>>> {
    let mut given = Vec::with_capacity(starts.len());
    let mut served = 0;
    for moment in starts.chunk_by(|a, b| a == b) {
        let things = assign_moment(&sequence[served..], choices, given.len()..given.len() + moment.len());
        let turns = things.iter().flatten().count();
        given.extend(things.into_iter().map(|turn| turn.map(|turn| served + turn)));
        served += turns;
    }
    (served == sequence.len()).then_some(given)
}

/// Assigns the things of one start time to as many of the next places as possible, and returns for each thing the
/// index among these places.
fn assign_moment(next: &[usize], choices: &[Vec<usize>], moment: Range<usize>) -> Vec<Option<usize>> {
    let mut chosen: Vec<Vec<usize>> = Vec::new();
    let mut given = vec![None; moment.len()];
    for place in next.iter().take(moment.len()) {
        let from = choices[*place].partition_point(|thing| *thing < moment.start);
        let to = choices[*place].partition_point(|thing| *thing < moment.end);
        chosen.push(choices[*place][from..to].iter().map(|thing| thing - moment.start).collect());
        if !augment(&chosen, &mut given, chosen.len() - 1) {
            break;
        }
    }
    given
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_greed_is_wrong_things_move() {
        // The first place can have thing 1 or 2, the other two thing 0 or 1; a greedy pass may assign thing 1 to the
        // first.
        let choices = [vec![1, 2], vec![0, 1], vec![0, 1]];
        assert_eq!(assign(&choices, &[1, 1, 1], 3), [Some(1), Some(2), Some(0)]);
    }

    #[test]
    fn a_chain_runs_through_several_places() {
        let choices = [vec![0, 1], vec![1, 2], vec![2, 3], vec![0, 2]];
        let places = assign(&choices, &[1; 4], 4);
        assert!(places.iter().all(Option::is_some), "{places:?}");
    }

    #[test]
    fn counts_are_filled_and_what_cannot_be_had_is_left() {
        let choices = [vec![0, 1, 2, 3], vec![0, 1]];
        let places = assign(&choices, &[2, 2], 4);
        assert_eq!(places, [Some(1), Some(1), Some(0), Some(0)]);
        let places = assign(&choices, &[4, 2], 4);
        assert_eq!(places.iter().flatten().count(), 4);
    }

    fn holds(choices: &[Vec<usize>], sequence: &[usize], starts: &[u64]) -> bool {
        assign_in_order(choices, sequence, starts).is_some()
    }

    #[test]
    fn order_is_that_of_the_places() {
        assert!(holds(&[vec![0], vec![1]], &[0, 1], &[1, 2]));
        assert!(!holds(&[vec![1], vec![0]], &[0, 1], &[1, 2]));
    }

    #[test]
    fn things_of_one_moment_stand_in_any_order() {
        assert!(holds(&[vec![1], vec![0]], &[0, 1], &[7, 7]));
        let given = assign_in_order(&[vec![1, 2], vec![2], vec![0, 1]], &[0, 1, 2], &[7, 7, 7]);
        assert_eq!(given, Some(vec![Some(2), Some(0), Some(1)]));
    }

    #[test]
    fn repeated_places_and_things_in_between_are_no_hindrance() {
        let given = assign_in_order(&[vec![0, 2], vec![3]], &[0, 0, 1], &[1, 2, 3, 4]);
        assert_eq!(given, Some(vec![Some(0), None, Some(1), Some(2)]));
        assert!(!holds(&[vec![0, 4], vec![3]], &[0, 0, 1], &[1, 2, 3, 4, 5]));
    }
}
