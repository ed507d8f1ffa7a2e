//! Spans that bypass a hop: it accepted less than was sent to it, and a later hop accepted more than was sent to that.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use trace_assert::Trace;

use crate::link::Link;
use crate::list::counted;

/// How many spans bypassed a hop, and which parts may have sent them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bypass {
    /// The link on which less arrived than was sent for certain.
    pub short: Link,
    /// The later link on which more arrived.
    pub surplus: Link,
    /// Senders that together exported as many spans as are short; each entry is one explanation.
    pub senders: Vec<Vec<String>>,
    /// Whether there are more explanations than are listed: then `senders` is empty.
    #[serde(default)]
    pub several: bool,
}

/// Which services bypassed a hop and which did not, as the hop's mark on stored spans shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marked {
    /// The attribute that the hop sets.
    pub mark: String,
    /// Services with stored spans that lack it.
    #[serde(rename = "past")]
    pub bypassing: Vec<String>,
    /// Services with stored spans that have it.
    #[serde(rename = "through")]
    pub passing_through: Vec<String>,
}

impl Bypass {
    /// Whether all that is short has arrived farther on: then it is not on its way.
    pub(crate) fn is_whole(&self) -> bool {
        self.short.shortfall() == self.surplus.surplus()
    }

    /// The parts that it is about.
    pub(crate) fn parts(&self) -> Vec<&str> {
        let senders = self.senders.iter().flatten().map(String::as_str);
        [self.short.to.as_str(), self.surplus.to.as_str()].into_iter().chain(senders).collect()
    }

    /// The services whose spans bypassed the hop, as stored spans show: spans that came through a collector have its mark,
    /// `lab.hop.agent`. Nothing where no span has it: then the hop may set none.
    pub(crate) fn marked(&self, traces: &[Trace]) -> Option<Marked> {
        let mark = format!("lab.hop.{}", self.short.to);
        let (mut with, mut without) = (BTreeSet::new(), BTreeSet::new());
        for span in traces.iter().flat_map(|trace| &trace.spans) {
            let services = if span.resource.attributes.contains_key(&mark) { &mut with } else { &mut without };
            services.insert(span.service().to_owned());
        }
        let [bypassing, passing_through] = [without, with].map(|services| services.into_iter().collect::<Vec<_>>());
        let is_shown = !bypassing.is_empty() && !passing_through.is_empty();
        is_shown.then_some(Marked { mark, bypassing, passing_through })
    }
}

impl fmt::Display for Bypass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Link { from, to, accepted, exported, .. }, later) = (&self.short, &self.surplus);
        write!(f, "{to} accepted {accepted} of the {} that {from} exported, ", counted(*exported, "span"))?;
        write!(f, "and {} accepted {} more than {} exported: ", later.to, later.surplus(), later.from)?;
        write!(f, "spans bypass {to}")?;
        if self.several {
            return f.write_str(" (inferred: several explanations)");
        }
        if self.senders.is_empty() {
            return Ok(());
        }
        let senders = self.senders.iter().map(|names| names.join(" and ")).collect::<Vec<_>>().join(", or ");
        write!(f, " (inferred: {senders} exported the missing {})", counted(self.short.shortfall(), "span"))
    }
}

impl fmt::Display for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (without, with) = (self.bypassing.join(", "), self.passing_through.join(", "));
        write!(f, "stored spans without `{}` are of {without}, those with it of {with}", self.mark)
    }
}
