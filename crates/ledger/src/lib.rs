//! The ledger: what every hop counted, and whether it adds up from the services to the store.
//!
//! A run is finished when nothing is in flight any more, and nothing was lost when the store holds what the services ended.
//! Both are read from counters, never guessed from waiting.
//!
//! # Layout
//! Reading, in the order in which a run uses it:
//! - `metrics`: the names of all metrics that are read; [`counters`]: the counters of a process
//! - [`ended_span`]: the page `/spans` of a service
//! - [`service_counts`], [`collector_counts`], [`tail_sampler_counts`]: what the ledger reads in them
//! - [`reading`], [`sweep`], [`reader`]: every part read once, from the store back to the services; [`read_error`]: why a
//!   page could not be read
//! - [`store`]: the traces in Jaeger; [`sampler_state`]: the head samplers of the services
//! - [`shutdown_report`]: what a service had counted when it exited
//!
//! The pipelines of a collector, from its own configuration. The verdict does not use them yet:
//! - [`pipeline_graph`], [`component`]: its components as a graph; [`component_counts`]: what each of them counts
//! - [`flow`]: how many spans each component passed on, holds, dropped on purpose or lost
//!
//! Adding up:
//! - [`mod@ledger`]: the baseline, and what was counted since then, also over restarts; [`counter_deltas`]: the result
//! - [`link`]: what one hop sent, beside what the next one accepted; [`bypass`]: spans that bypass a hop
//! - [`balance`], [`pending`]: what is still in flight; [`tail_sampler_state`]: whether tail samplers still wait
//! - `stall_detector`: when nothing changes any more although it does not balance
//! - [`mod@settle`]: sweeps until one balances, with a deadline; [`timeouts`]: how long each thing is waited for
//!
//! The result:
//! - [`settled`] and [`total`]: the ledger of a settled run: lost, duplicates, and where; [`sampled`]: what a tail sampler dropped
//! - [`unsettled`] and [`unfinished`]: what is known of a run that did not settle
//! - [`ledger_finding`], [`loss`]: one thing that is wrong or lost, as data; [`weight`]: what a finding means for the verdict;
//!   [`list`]: several as one line
//! - [`hop_total`]: the figures of one hop

pub mod balance;
pub mod bypass;
pub mod collector_counts;
pub mod component;
pub mod component_counts;
pub mod counter_deltas;
pub mod counters;
pub mod ended_span;
pub mod flow;
pub mod hop_total;
pub mod ledger;
pub mod ledger_finding;
pub mod link;
pub mod list;
pub mod loss;
mod metrics;
mod page;
pub mod pending;
pub mod pipeline_graph;
pub mod read_error;
pub mod reader;
pub mod reading;
pub mod sampled;
pub mod sampler_state;
pub mod service_counts;
pub mod settle;
pub mod settled;
pub mod shutdown_report;
mod stall_detector;
pub mod store;
pub mod sweep;
pub mod tail_sampler_counts;
pub mod tail_sampler_state;
pub mod timeouts;
pub mod total;
pub mod unfinished;
pub mod unsettled;
pub mod weight;

pub use counter_deltas::CounterDeltas;
pub use ledger::Ledger;
pub use ledger_finding::LedgerFinding;
pub use list::{counted, joined};
pub use pending::Pending;
pub use reader::Reader;
pub use settle::settle;
pub use settled::Settled;
pub use sweep::Sweep;
pub use tail_sampler_state::TailSamplerState;
pub use total::Total;
pub use unfinished::Unfinished;
pub use unsettled::Unsettled;
