//! Assignment of siblings that must match in the order of their start times.

use std::ops::Range;

use super::assign::augment;

/// Assigns things, sorted by start time, to the places of a sequence in order. Returns the turn of each thing in the
/// sequence, or `None` if a place gets no thing.
///
/// Things that start at the same time may match in any order. They always get as many of the next turns as possible:
/// fewer would never help the things that follow.
pub(super) fn in_order(choices: &[Vec<usize>], sequence: &[usize], starts: &[u64]) -> Option<Vec<Option<usize>>> {
    let mut given = Vec::with_capacity(starts.len());
    let mut served = 0;
    for moment in starts.chunk_by(|a, b| a == b) {
        let things = serve(&sequence[served..], choices, given.len()..given.len() + moment.len());
        let turns = things.iter().flatten().count();
        given.extend(things.into_iter().map(|turn| turn.map(|turn| served + turn)));
        served += turns;
    }
    (served == sequence.len()).then_some(given)
}

/// Assigns the things of one start time to as many of the next places as possible, and returns for each thing the
/// index among these places.
fn serve(next: &[usize], choices: &[Vec<usize>], moment: Range<usize>) -> Vec<Option<usize>> {
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

    fn holds(choices: &[Vec<usize>], sequence: &[usize], starts: &[u64]) -> bool {
        in_order(choices, sequence, starts).is_some()
    }

    #[test]
    fn order_is_that_of_the_places() {
        assert!(holds(&[vec![0], vec![1]], &[0, 1], &[1, 2]));
        assert!(!holds(&[vec![1], vec![0]], &[0, 1], &[1, 2]));
    }

    #[test]
    fn things_of_one_moment_stand_in_any_order() {
        assert!(holds(&[vec![1], vec![0]], &[0, 1], &[7, 7]));
        let given = in_order(&[vec![1, 2], vec![2], vec![0, 1]], &[0, 1, 2], &[7, 7, 7]);
        assert_eq!(given, Some(vec![Some(2), Some(0), Some(1)]));
    }

    #[test]
    fn repeated_places_and_things_in_between_are_no_hindrance() {
        let given = in_order(&[vec![0, 2], vec![3]], &[0, 0, 1], &[1, 2, 3, 4]);
        assert_eq!(given, Some(vec![Some(0), None, Some(1), Some(2)]));
        assert!(!holds(&[vec![0, 4], vec![3]], &[0, 0, 1], &[1, 2, 3, 4, 5]));
    }
}
