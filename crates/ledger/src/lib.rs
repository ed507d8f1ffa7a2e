//! The ledger: what every hop counted, and whether it adds up from the services to the store.
//!
//! A run is finished when nothing is on its way any more, and nothing was lost when what the services ended is what the
//! store holds.  Both are read from counters, never guessed from waiting: see design §4.
//!
//! # Layout
//! - [`page`]: one page of Prometheus text
//! - [`counts`]: what a service and what a collector counts
//! - [`tail`]: what a tail sampler counts
//! - [`waiting`]: whether it has decided about everything
//! - [`sampled`]: what it dropped, and on whose word
//! - [`sweep`]: all of them read once, from the store back to the services
//! - [`books`]: baseline, restarts, and the account since then
//! - [`link`]: what one hop sent, beside what the next one took
//! - [`bypass`]: who exports past a hop
//! - [`balance`]: what is still under way, in sentences
//! - [`patience`]: how long each thing is waited for
//! - [`store`]: the traces as Jaeger answers them
//! - [`standstill`]: when nothing changes any more although it does not balance
//! - [`mod@settle`]: sweeps until one balances, with a deadline
//! - [`total`]: the closed ledger: lost, duplicates, and where
//! - [`unfinished`]: what is known of one that did not close
//! - [`mod@complaint`]: what is wrong with it
//! - [`finding`], [`pending`], [`loss`]: one thing that is wrong, in flight, or lost, as data
//! - [`samplers`]: the head samplers of the services; [`last_words`]: what a service counted when it ended
//! - [`read_error`]: why a part could not be read

pub mod balance;
pub mod books;
pub mod bypass;
pub mod complaint;
pub mod counts;
pub mod finding;
pub mod last_words;
pub mod link;
pub mod loss;
pub mod page;
pub mod patience;
pub mod pending;
pub mod read_error;
pub mod sampled;
pub mod samplers;
pub mod settle;
pub mod standstill;
pub mod store;
pub mod sweep;
pub mod tail;
pub mod total;
pub mod unfinished;
pub mod waiting;

pub use books::{Account, Books};
pub use finding::LedgerFinding;
pub use pending::Pending;
pub use settle::{Settled, Unsettled, settle};
pub use sweep::{Reader, Sweep};
pub use total::Total;
pub use unfinished::Unfinished;
pub use waiting::Waiting;
