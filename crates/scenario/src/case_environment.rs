//! The settings of every part of a case: the topology's defaults, those of the scenario, and where the services export to.

use std::collections::BTreeMap;

use crate::case::Case;
use crate::settings::Environment;
use crate::topology::{Role, SERVICES, Topology, UnknownAddress};

impl Case {
    /// The variables of every part besides the addresses, with the addresses in them filled in: part → variable → value.
    ///
    /// From the lowest precedence to the highest: the export and the seed, `services` of the topology and of the case, the part's
    /// own section of the topology and of the case. Only services have the first three.
    ///
    /// # Errors
    /// When a part or a port does not exist.
    pub fn part_environments(&self, topology: &Topology, seed: u64) -> Result<Environment, UnknownAddress> {
        let export = topology.url(&self.export, "otlp_http", "")?;
        let exporting = [("OTEL_EXPORTER_OTLP_ENDPOINT", export), ("LAB_SEED", seed.to_string())];
        let exporting: BTreeMap<String, String> =
            exporting.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let sections = |key: &str| [topology.defaults(), &self.environment].map(|source| source.get(key));
        let of_part = |part: &String| {
            let mut layered = Vec::new();
            if topology.part(part)?.role == Role::Service {
                layered.push(Some(&exporting));
                layered.extend(sections(SERVICES));
            }
            layered.extend(sections(part));
            let merged: BTreeMap<&String, &String> = layered.into_iter().flatten().flatten().collect();
            let filled = merged.into_iter().map(|(name, value)| Ok((name.clone(), topology.filled(value)?)));
            Ok((part.clone(), filled.collect::<Result<_, _>>()?))
        };
        self.parts.iter().map(of_part).collect()
    }
}
